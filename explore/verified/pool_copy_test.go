//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A poolCopy is executor.Pool in short, with one task. Its workers leave when that
// has ended.
type poolCopy struct {
	mistake string
	state   atomic.Uint32
	future  futures.Future[int]
	polled  explore.Var[bool] // it is, now

	mu     sync.Mutex
	queued int // how often the task is in the queue
	asleep []*wakers.Parker
	closed bool
}

const (
	wakeOnlyLooks = "a wake only looks if the task is woken"
	noRunning     = "a task that is polled is not marked"
	letsGoEarly   = "lets go of a task, then says that it is not polled"
	sleepsLate    = "goes to sleep after it has let go of the queue"
)

const (
	scheduled = 1 << iota
	running
	done
)

func runPoolCopy(x threads, mistake string, workers int, f futures.Future[int]) {
	p := &poolCopy{mistake: mistake, future: f}
	p.state.Store(scheduled)
	p.queued = 1
	for range workers {
		sync.Go(p.work)
	}
}

func (p *poolCopy) work() {
	var me wakers.Parker
	for p.pop(&me) {
		p.turn()
	}
}

// pop waits until the task is in the queue, and reports false if there will be
// none.
func (p *poolCopy) pop(me *wakers.Parker) bool {
	p.mu.Lock()
	for !p.closed {
		if p.queued > 0 {
			p.queued--
			p.mu.Unlock()
			return true
		}
		if p.mistake == sleepsLate {
			p.mu.Unlock()
			p.mu.Lock()
		}
		p.asleep = append(p.asleep, me)
		p.mu.Unlock()
		me.Park()
		p.mu.Lock()
	}
	p.mu.Unlock()
	return false
}

func (p *poolCopy) push() {
	p.mu.Lock()
	p.queued++
	var w *wakers.Parker
	if n := len(p.asleep); n > 0 {
		w, p.asleep = p.asleep[n-1], p.asleep[:n-1]
	}
	p.mu.Unlock()
	if w != nil {
		w.Unpark()
	}
}

func (p *poolCopy) close() {
	p.mu.Lock()
	p.closed = true
	sleepers := p.asleep
	p.asleep = nil
	p.mu.Unlock()
	for _, w := range sleepers {
		w.Unpark()
	}
}

func (p *poolCopy) turn() {
	var w wakers.Waker
	w.Init(p)
	cx := futures.NewContext(&w)
	if p.mistake == noRunning {
		p.state.And(^uint32(scheduled))
		if _, ready := p.future.Poll(cx); ready {
			p.end()
		}
		return
	}
	p.state.Swap(running)
	p.polled.Set(true)
	_, ready := p.future.Poll(cx)
	if p.mistake != letsGoEarly {
		p.polled.Set(false)
	}
	if ready {
		p.end()
		return
	}
	if !p.state.CompareAndSwap(running, 0) {
		p.push() // woken while it was polled
	}
	if p.mistake == letsGoEarly {
		p.polled.Set(false)
	}
}

func (p *poolCopy) end() {
	p.state.Store(done)
	p.close()
}

func (p *poolCopy) WakeByRef() {
	for {
		s := p.state.Load()
		if s&done != 0 || s&scheduled != 0 && p.mistake == wakeOnlyLooks {
			return
		}
		if p.state.CompareAndSwap(s, s|scheduled) {
			if s&(scheduled|running) == 0 {
				p.push()
			}
			return
		}
	}
}

func (p *poolCopy) Clone() wakers.RawWaker { return p }
func (p *poolCopy) Wake()                  { p.WakeByRef() }
func (p *poolCopy) Drop()                  {}

func poolCopyVisited(x threads, mistake string) {
	runPoolCopy(x, mistake, 1, &visitor{x: x, threads: 1, itself: true})
}

func poolCopyPolls(x threads, mistake string) {
	runPoolCopy(x, mistake, 2, &wakened{x: x})
}
