package executor

import (
	"errors"
	"runtime/debug"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/wakers"
)

// A task is the half of a spawned future that does not depend on its type. It
// is also the future's waker: clones are the same pointer and the garbage
// collector ends them, so that a clone costs nothing and the memory goes with
// the last handle of either kind.
//
// The state word says who may touch the future: the one who has the turn.
//
//	scheduled  The task is owed a turn. Set by spawn, by a wake, and by the cancel
//	           of an idle task. Whoever sets it on an idle task queues it; whoever
//	           has the turn, and finds it set at the end, queues it again; so a
//	           task is queued once at most. Cleared when the turn begins, before
//	           the poll: a wake from then on buys another turn.
//	running    A goroutine has the turn: it polls the future or drops it. Set when
//	           the turn begins. Cleared when it ends and scheduled is not set. If
//	           that is set, the task was woken in its poll, and both stay set
//	           until the next turn begins.
//	cancelled  The future is not polled again but dropped, in the next turn or at
//	           the end of this one. Set by Cancel, once; always together with
//	           scheduled or running. Never cleared but by done.
//	done       The future is gone and the outcome is there. Set once, last, and
//	           alone: it clears all others, and nothing is set after it.
//
// None set: idle. The future waits, and only a wake, Cancel or Close moves it on.
// Close takes turns without setting anything, because nobody else can any more.
type task struct {
	state atomic.Uint32
	wait  atomic.Pointer[waiters] // nil until somebody waits, or the task failed
	next  *task                   // in the run queue
	queue queuer
	body  body

	prevLive, nextLive *task // in its executor's list of live tasks
}

const (
	scheduled = 1 << iota
	running
	cancelled
	done
)

// A queuer takes a task whose scheduled bit was just set and sees that it gets
// its turn. It is called from any goroutine, inside wakes, and runs no code of
// the future.
type queuer interface{ push(t *task) }

// A body is the typed half of a task. Its methods belong to whoever has the turn.
type body interface {
	poll(cx *futures.Context) (ready bool)
	drop() // gives up the future, which has not answered ready
}

// Waiters are those who wait for the end of a task, and the error it ended with.
type waiters struct {
	ended chan struct{} // closed at the end: for Join
	cell  wakers.Cell   // the latest waker: for Poll
	err   error         // set before done is; nil if there is a value
}

// Clone returns t itself.
func (t *task) Clone() wakers.RawWaker { return t }

// Wake schedules the task.
func (t *task) Wake() { t.WakeByRef() }

// Drop does nothing: the garbage collector owns t.
func (t *task) Drop() {}

// WakeByRef schedules the task unless it has ended.
func (t *task) WakeByRef() {
	for {
		s := t.state.Load()
		if s&done != 0 {
			return
		}
		// Written also if scheduled is set already: the write is what makes
		// the turn see everything done before this wake.
		if t.state.CompareAndSwap(s, s|scheduled) {
			if s&(scheduled|running) == 0 {
				t.queue.push(t)
			}
			return
		}
	}
}

// cancel has the future dropped, unless it ends before.
func (t *task) cancel() {
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
		if t.state.CompareAndSwap(s, next) {
			if idle {
				t.queue.push(t)
			}
			return
		}
	}
}

// begin starts the turn that the task is owed. The caller took it out of a queue.
func (t *task) begin() {
	for {
		s := t.state.Load()
		if t.state.CompareAndSwap(s, s&^scheduled|running) {
			return
		}
	}
}

// A verdict says how a turn ended.
type verdict uint8

const (
	waiting verdict = iota // idle: somebody else may begin the next turn now
	woken                  // scheduled: the caller must queue it again
	ended                  // done
	inTurn                 // it has not ended yet
)

// turn polls the future once, or drops it if the task was cancelled. The caller
// has begun the turn and, unless the poll panics, it is over when turn returns.
func (t *task) turn(cx *futures.Context) verdict {
	if t.state.Load()&cancelled == 0 && t.body.poll(cx) {
		t.end(nil)
		return ended
	}
	for {
		switch s := t.state.Load(); {
		case s&cancelled != 0:
			t.giveUp(futures.ErrCancelled)
			return ended
		case s&scheduled != 0:
			return woken
		case t.state.CompareAndSwap(running, 0):
			return waiting
		}
	}
}

// giveUp drops the future and ends the task with err. If the drop panics, the
// error tells that too. The caller has the turn, or nobody can have it any more.
func (t *task) giveUp(err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, panicError(p))
		}
		t.end(err)
	}()
	t.body.drop()
}

// giveUpAll gives up every task that take returns, with ErrClosed, until it
// returns nil. If the waker of somebody who waits for one panics, the others are
// given up before the panic goes on.
func giveUpAll(take func() *task) {
	finished := false
	defer func() {
		if !finished {
			giveUpAll(take)
		}
	}()
	for t := take(); t != nil; t = take() {
		t.giveUp(ErrClosed)
	}
	finished = true
}

// end publishes the outcome and tells those who wait for it. It runs their
// wakers, so it may panic, when all of its own work is done.
func (t *task) end(err error) {
	if err != nil {
		t.waiters().err = err
	}
	t.state.Store(done)
	if w := t.wait.Load(); w != nil {
		channel.Close(w.ended)
		w.cell.Wake()
	}
}

func (t *task) ended() bool { return t.state.Load() == done }

// waiters returns t's waiters. Whoever waits calls it and then looks again
// whether the task has ended; end looks for waiters after it has set done. So
// one of the two sees the other.
func (t *task) waiters() *waiters {
	if w := t.wait.Load(); w != nil {
		return w
	}
	t.wait.CompareAndSwap(nil, &waiters{ended: make(chan struct{})})
	return t.wait.Load()
}

var errGoexit = errors.New("executor: runtime.Goexit was called in a poll (by a failing test, perhaps)")

// panicError makes the error of a task from what recover returned in a deferred
// function that knows that the poll did not return.
func panicError(p any) *futures.PanicError {
	if p == nil {
		p = errGoexit
	}
	return &futures.PanicError{Value: p, Stack: debug.Stack()}
}
