//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// A taskCopy is the task of package executor in short.
type taskCopy struct {
	mistake string
	queue   interface{ push(t *taskCopy) }
	state   atomic.Uint32
	next    *taskCopy // in the queue
	future  futures.Future[int]
	joiner  atomic.Pointer[wakers.Parker]
}

const cancelled = done << 1

const (
	marksEnded     = "a wake looks if the task has ended, then marks it"
	queuesEnded    = "a task that was woken in its last poll is queued again"
	clearsLate     = "clears the mark of a wake after the poll"
	looksThenJoins = "a joiner looks, then registers"
	tellsEarly     = "looks for a joiner, then publishes the end"
	marksIdle      = "a cancel looks if the task is idle, then marks it"
	dropsIdle      = "a cancel looks if the task is idle, then drops its future"
)

func newTaskCopy(mistake string, queue interface{ push(t *taskCopy) }, f futures.Future[int]) *taskCopy {
	t := &taskCopy{mistake: mistake, queue: queue, future: f}
	t.state.Store(scheduled)
	return t
}

func (t *taskCopy) WakeByRef() {
	for {
		s := t.state.Load()
		if s == done {
			return
		}
		if t.mistake == marksEnded {
			s = t.state.Or(scheduled)
		} else if !t.state.CompareAndSwap(s, s|scheduled) {
			continue
		}
		if s&(scheduled|running) == 0 {
			t.queue.push(t)
		}
		return
	}
}

func (t *taskCopy) Clone() wakers.RawWaker { return t }
func (t *taskCopy) Wake()                  { t.WakeByRef() }
func (t *taskCopy) Drop()                  {}

func (t *taskCopy) cancel() {
	for {
		s := t.state.Load()
		if s&(cancelled|done) != 0 {
			return
		}
		idle := s&(scheduled|running) == 0
		next := s | cancelled
		if idle {
			next |= scheduled
		}
		if t.mistake == dropsIdle && idle {
			t.giveUp()
			return
		}
		if t.mistake == marksIdle {
			t.state.Or(next)
		} else if !t.state.CompareAndSwap(s, next) {
			continue
		}
		if idle {
			t.queue.push(t)
		}
		return
	}
}

// turn polls the future, or drops it if the task was cancelled.
func (t *taskCopy) turn() (ended bool) {
	t.begin()
	if t.state.Load()&cancelled == 0 && t.poll() {
		if t.mistake == queuesEnded && t.state.Load()&scheduled != 0 {
			t.queue.push(t)
		}
		t.end()
		return true
	}
	if t.mistake == clearsLate {
		t.state.And(^uint32(scheduled))
	}
	for {
		switch s := t.state.Load(); {
		case s&cancelled != 0:
			t.giveUp()
			return true
		case s&scheduled != 0:
			t.queue.push(t) // woken while it was polled
			return false
		case t.state.CompareAndSwap(running, 0):
			return false
		}
	}
}

func (t *taskCopy) begin() {
	for {
		s := t.state.Load()
		if t.state.CompareAndSwap(s, s&^scheduled|running) {
			return
		}
	}
}

func (t *taskCopy) poll() (ready bool) {
	var w wakers.Waker
	w.Init(t)
	_, ready = t.future.Poll(futures.NewContext(&w))
	return ready
}

func (t *taskCopy) giveUp() {
	futures.Drop(t.future)
	t.end()
}

func (t *taskCopy) end() {
	if t.mistake == tellsEarly {
		j := t.joiner.Load()
		t.state.Store(done)
		if j != nil {
			j.Unpark()
		}
		return
	}
	t.state.Store(done)
	if j := t.joiner.Load(); j != nil {
		j.Unpark()
	}
}

// join waits until the task has ended.
func (t *taskCopy) join() {
	me := new(wakers.Parker)
	if t.mistake == looksThenJoins {
		if t.state.Load() != done {
			t.joiner.Store(me)
			me.Park()
		}
		return
	}
	t.joiner.Store(me)
	for t.state.Load() != done {
		me.Park()
	}
}
