package executor

import (
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A Pool runs many tasks on a fixed number of goroutines, its workers, which park
// while there is nothing to do. A wake puts its task into the one queue that all
// workers share and, if a worker is asleep, wakes one. So no task that can run
// ever waits behind the poll of another while a worker is free, even if that poll
// blocks. A task may be polled by a different worker each time, and never by two
// at a time.
//
// Make one with NewPool, and Close it. All methods may be called from any
// goroutine.
type Pool struct {
	workers int
	working sync.WaitGroup // workers that have not left

	mu     sync.Mutex // held for a few instructions: no other code runs under it
	queue  fifo
	live   liveList
	asleep []*worker // parked or about to; a worker that was picked is not here
	idle   []chan struct{}
	closed bool
	gone   chan struct{} // closed when Close has done all it does
}

// NewPool starts a pool with n workers. It panics if n < 1.
func NewPool(n int) *Pool {
	if n < 1 {
		panic(fmt.Sprintf("executor: NewPool(%d): a pool needs at least one worker", n))
	}
	p := &Pool{workers: n, gone: make(chan struct{})}
	p.working.Add(n)
	for range n {
		sync.Go((&worker{pool: p}).work)
	}
	return p
}

// Idle blocks until no task is being polled and none is owed a poll, or the pool
// is closed. What other goroutines do next may change that at once. It must not
// be called in a poll of the pool, which would wait for itself.
func (p *Pool) Idle() {
	p.mu.Lock()
	if p.closed || len(p.asleep) == p.workers {
		p.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	p.idle = append(p.idle, idle)
	p.mu.Unlock()
	channel.Recv(idle)
}

// Close ends all tasks that live with [ErrClosed] and drops their futures, when
// the polls going on are over, and so it does at once with tasks spawned later.
// When it returns, all of that is done and the workers are gone. It may be called
// many times. It waits for the polls going on, so it must not be called in one.
func (p *Pool) Close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		channel.Recv(p.gone)
		return
	}
	p.closed = true
	sleepers := p.asleep
	p.asleep, p.queue = nil, fifo{}
	p.releaseIdle()
	p.mu.Unlock()
	for _, w := range sleepers {
		w.parker.Unpark()
	}
	p.working.Wait()
	defer channel.Close(p.gone)
	giveUpAll(p.live.take) // nobody else touches the list any more
}

func (p *Pool) start(t *task) {
	t.queue = p
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		t.giveUp(ErrClosed)
		return
	}
	p.live.insert(t)
	p.put(t)
}

func (p *Pool) push(t *task) {
	p.mu.Lock()
	if p.closed { // then t is in the hands of Close
		p.mu.Unlock()
		return
	}
	p.put(t)
}

// put queues t, with mu held, and unlocks it. Each task that is queued either
// wakes a sleeper or finds all workers awake, and a worker looks at the queue
// before it sleeps: so a queued task never waits while a worker sleeps.
func (p *Pool) put(t *task) {
	p.queue.push(t)
	var w *worker
	if n := len(p.asleep); n > 0 {
		w = p.asleep[n-1]
		p.asleep = p.asleep[:n-1]
	}
	p.mu.Unlock()
	if w != nil {
		w.parker.Unpark()
	}
}

// releaseIdle lets those in Idle go, with mu held.
func (p *Pool) releaseIdle() {
	for _, c := range p.idle {
		channel.Close(c)
	}
	p.idle = nil
}

// A worker is one goroutine of a pool.
type worker struct {
	pool   *Pool
	parker wakers.Parker
	seat   seat
}

// work is the worker's goroutine. If a poll ends it by runtime.Goexit, another
// goroutine goes on in its place.
func (w *worker) work() {
	finished := false
	defer func() {
		if !finished {
			sync.Go(w.work)
			return
		}
		w.pool.working.Done()
	}()
	drive(w)
	finished = true
}

func (w *worker) next(last *task, v verdict) (*task, *futures.Context) {
	w.seat.clear()
	p := w.pool
	p.mu.Lock()
	switch v {
	case woken:
		p.queue.push(last) // w takes one out in return: no sleeper is needed
	case ended:
		p.live.remove(last)
	}
	for !p.closed {
		if t := p.queue.pop(); t != nil {
			p.mu.Unlock()
			t.begin()
			return t, w.seat.give(t)
		}
		p.asleep = append(p.asleep, w)
		if len(p.asleep) == p.workers {
			p.releaseIdle()
		}
		p.mu.Unlock()
		w.parker.Park()
		p.mu.Lock()
	}
	p.mu.Unlock()
	return nil, nil
}

func (w *worker) remove(t *task) {
	w.pool.mu.Lock()
	w.pool.live.remove(t)
	w.pool.mu.Unlock()
}
