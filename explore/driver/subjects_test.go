package driver_test

import (
	"errors"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// The subjects: a parker, a future and an executor, written on the shims. Each has
// mistakes that can be made to it, one at a time; without one it keeps the laws.

// A parker is a word in front of a one-slot channel.
type parker struct {
	mistake string
	state   atomic.Int32
	signal  chan struct{}
}

const (
	parked = iota - 1
	empty
	notified
)

func newParker(mistake string) *parker {
	return &parker{mistake: mistake, signal: make(chan struct{}, 1)}
}

func (p *parker) park() {
	if p.mistake == "looks, then sleeps" {
		if p.state.CompareAndSwap(notified, empty) {
			return
		}
		p.state.Store(parked)
	} else if p.state.Add(-1) == empty {
		return
	}
	channel.Recv(p.signal)
	if p.mistake == "takes the token by a store" {
		p.state.Store(empty)
	} else {
		p.state.Swap(empty)
	}
}

func (p *parker) unpark() {
	if p.mistake == "unpark only looks if the token is there" && p.state.Load() == notified {
		return
	}
	if p.state.Swap(notified) < empty {
		channel.Send(p.signal, struct{}{})
	}
}

func (p *parker) subject(testing.TB) contract.ParkerSubject {
	return contract.ParkerSubject{Park: p.park, Unpark: p.unpark}
}

// An event is a future that somebody fires.
type event struct {
	mistake string
	fired   atomic.Bool
	plain   bool

	mu    sync.Mutex
	waker wakers.Waker
	armed bool
}

func (f *event) Poll(cx *futures.Context) (int, bool) {
	switch {
	case f.mistake == "looks without synchronization" && f.plain:
		return 1, true
	case f.fired.Load():
		return 1, true
	}
	f.mu.Lock()
	f.waker.CloneFrom(cx.Waker())
	f.armed = true
	f.mu.Unlock()
	if f.mistake != "looks, then registers" && f.fired.Load() {
		f.Drop()
		return 1, true
	}
	return 0, false
}

func (f *event) Fire() {
	f.plain = true
	if f.mistake != "wakes, then publishes" {
		f.fired.Store(true)
	}
	var w wakers.Waker
	f.mu.Lock()
	armed := f.armed
	if armed {
		f.waker.MoveTo(&w)
		f.armed = false
	}
	f.mu.Unlock()
	if armed {
		w.Wake()
	}
	f.fired.Store(true)
}

func (f *event) Drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.armed {
		f.waker.Drop()
		f.armed = false
	}
}

func (f *event) subject(testing.TB) contract.FutureSubject[int] {
	return contract.FutureSubject[int]{Future: f, Fire: f.Fire, Want: 1}
}

// A pool is an executor of two workers that share a queue.
type pool struct {
	mistake string
	inline  bool // tasks are run by who queues them
	mu      sync.Mutex
	queue   []*task
	asleep  []*parker
	all     []*task
	closed  bool
	working sync.WaitGroup
}

const workers = 2

func newPool(mistake string) *pool { return newPoolOf(workers, mistake) }

func newPoolOf(workers int, mistake string) *pool {
	p := &pool{mistake: mistake}
	p.working.Add(workers)
	for range workers {
		runtime.Go(p.work)
	}
	return p
}

func (p *pool) push(t *task) {
	if p.inline {
		t.run()
		return
	}
	p.mu.Lock()
	p.queue = append(p.queue, t)
	if p.mistake == "queues a task twice when somebody sleeps" && len(p.asleep) > 0 {
		p.queue = append(p.queue, t)
	}
	var w *parker
	if n := len(p.asleep); n > 0 {
		w = p.asleep[n-1]
		p.asleep = p.asleep[:n-1]
	}
	p.mu.Unlock()
	if w != nil {
		w.unpark()
	}
}

// pop returns nil if the pool is closed.
func (p *pool) pop(me *parker) *task {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed {
		if len(p.queue) > 0 {
			t := p.queue[0]
			p.queue = p.queue[1:]
			return t
		}
		if p.mistake == "goes to sleep after it has let go of the queue" {
			p.mu.Unlock()
			p.mu.Lock()
		}
		p.asleep = append(p.asleep, me)
		p.mu.Unlock()
		me.park()
		p.mu.Lock()
	}
	return nil
}

func (p *pool) work() {
	defer p.working.Done()
	me := newParker("")
	for t := p.pop(me); t != nil; t = p.pop(me) {
		t.run()
	}
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	sleepers := p.asleep
	p.asleep = nil
	p.mu.Unlock()
	for _, w := range sleepers {
		w.unpark()
	}
	p.working.Wait()
	for _, t := range p.all {
		t.giveUp(errClosed)
	}
}

var errClosed = errors.New("the pool is closed")

// A task is a future of a pool, and its own waker.
type task struct {
	pool   *pool
	future futures.Future[int]
	state  atomic.Int32
	plain  int32 // in place of state
	cancel atomic.Bool

	finished atomic.Bool
	value    int
	err      error
	ended    chan struct{}
}

// The states of a task.
const (
	idle = iota
	queued
	running
	rerun // woken while it runs
	over
)

func (p *pool) spawn(f futures.Future[int]) contract.Task {
	t := &task{pool: p, future: f, ended: make(chan struct{})}
	t.set(queued)
	p.mu.Lock()
	p.all = append(p.all, t)
	closed := p.closed
	p.mu.Unlock()
	if closed {
		t.giveUp(errClosed)
	} else {
		p.push(t)
	}
	return t
}

func (t *task) racy() bool { return t.pool.mistake == "keeps the state of a task in a plain variable" }

func (t *task) set(s int32) {
	if t.racy() {
		t.plain = s
	} else {
		t.state.Swap(s)
	}
}

func (t *task) change(from, to int32) bool {
	if t.racy() {
		was := t.plain
		if was == from {
			t.plain = to
		}
		return was == from
	}
	return t.state.CompareAndSwap(from, to)
}

func (t *task) run() {
	if !t.change(queued, running) {
		if t.pool.mistake != "queues a task twice when somebody sleeps" {
			return
		}
	}
	if t.poll() {
		t.set(over)
		t.finish()
		return
	}
	if !t.change(running, idle) && t.change(rerun, queued) {
		t.pool.push(t)
	}
	if t.cancel.Load() {
		t.giveUp(futures.ErrCancelled)
	}
}

// poll reports whether t has ended.
func (t *task) poll() (ended bool) {
	defer func() {
		if p := recover(); p != nil {
			t.err, ended = &futures.PanicError{Value: p}, true
		}
	}()
	var w wakers.Waker
	w.Init(t)
	t.value, ended = t.future.Poll(futures.NewContext(&w))
	return ended
}

// finish tells those who wait for t.
func (t *task) finish() {
	if !t.finished.Swap(true) {
		channel.Close(t.ended)
	}
}

// giveUp ends t if it is not being polled.
func (t *task) giveUp(err error) {
	if t.change(idle, over) || t.change(queued, over) {
		t.err = err
		defer func() {
			_ = recover()
			t.finish()
		}()
		futures.Drop(t.future)
	}
}

func (t *task) WakeByRef() {
	for {
		if t.pool.mistake == "a wake only looks if the task is woken" {
			if s := t.state.Load(); s == queued || s == rerun {
				return
			}
		}
		switch {
		case t.change(idle, queued):
			t.pool.push(t)
			return
		case t.change(running, rerun), t.change(queued, queued), t.change(rerun, rerun), t.change(over, over):
			return
		}
	}
}

func (t *task) Clone() wakers.RawWaker { return t }
func (t *task) Wake()                  { t.WakeByRef() }
func (t *task) Drop()                  {}

func (t *task) Join() (int, error) {
	channel.Recv(t.ended)
	return t.value, t.err
}

func (t *task) Cancel() {
	t.cancel.Store(true)
	t.giveUp(futures.ErrCancelled)
}

func (p *pool) subject(testing.TB) contract.Executor {
	return contract.Executor{Claims: contract.Claims{Profile: "go-pool"}, Spawn: p.spawn, Close: p.close, Threads: workers}
}

// A both is the answers of all children, as Join makes it: children have the waker
// of its task.
type both struct {
	children []futures.Future[int]
	answers  []int
	left     int
}

func newBoth(children []futures.Future[int]) *both {
	return &both{children: children, answers: make([]int, len(children)), left: len(children)}
}

func (b *both) Poll(cx *futures.Context) ([]int, bool) {
	for i, f := range b.children {
		if f == nil {
			continue
		}
		if v, ready := f.Poll(cx); ready {
			b.answers[i], b.children[i] = v, nil
			b.left--
		}
	}
	return b.answers, b.left == 0
}

func (b *both) Drop() {
	for i, f := range b.children {
		if f != nil {
			b.children[i] = nil
			futures.Drop(f)
		}
	}
}

// A semaphore has one permit.
type semaphore struct {
	mu      sync.Mutex
	taken   bool
	waiting []*acquire
}

func newSemaphore() *semaphore { return new(semaphore) }

// An acquire waits for the permit.
type acquire struct {
	of     *semaphore
	waker  wakers.Waker
	queued bool
	given  bool
}

func (a *acquire) Poll(cx *futures.Context) (int, bool) {
	s := a.of
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.given {
		return 0, true
	}
	if !s.taken && len(s.waiting) == 0 {
		s.taken, a.given = true, true
		return 0, true
	}
	a.waker.CloneFrom(cx.Waker())
	if !a.queued {
		a.queued = true
		s.waiting = append(s.waiting, a)
	}
	return 0, false
}

func (a *acquire) Drop() {
	s := a.of
	s.mu.Lock()
	given := a.given
	for i, other := range s.waiting {
		if other == a {
			s.waiting = append(s.waiting[:i:i], s.waiting[i+1:]...)
			a.waker.Drop()
			break
		}
	}
	s.mu.Unlock()
	if given {
		s.release()
	}
}

func (s *semaphore) release() {
	var w wakers.Waker
	s.mu.Lock()
	s.taken = false
	if len(s.waiting) > 0 {
		a := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.taken, a.given = true, true
		a.waker.MoveTo(&w)
		s.mu.Unlock()
		w.Wake()
		return
	}
	s.mu.Unlock()
}

func (s *semaphore) subject() contract.Primitive {
	return contract.Primitive{Ops: []contract.PrimitiveOp{
		{Name: "acquire", Start: func(int) futures.Future[int] { return &acquire{of: s} }},
		{Name: "release", Undoes: "acquire", Do: func(int) int { s.release(); return 0 }},
	}}
}
