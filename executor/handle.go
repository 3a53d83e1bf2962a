package executor

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
)

// A Spawner runs tasks: a [Queue], a [Pool] or a [Submitter]. To make one of
// anything else, use [Submit].
type Spawner interface {
	// start gives a new task, which is scheduled, its first turn, or ends it.
	start(t *task)
}

// Spawn makes f a task of s: s polls it once, and then whenever it was woken,
// until it answers ready or is cancelled. It does not block and may be called
// from any goroutine, also inside a poll. If s is closed, the task has failed
// with [ErrClosed], and f is dropped, when Spawn returns.
//
// A panic in a poll, or in the future's Drop, ends the task and nothing else. So
// does runtime.Goexit in a poll as far as the task is concerned; the goroutine
// that polled it ends too, and a Pool starts another one in its place.
//
// Spawn panics if f is nil.
func Spawn[T any](s Spawner, f futures.Future[T]) *Handle[T] {
	if f == nil {
		panic("executor: Spawn of a nil Future: there is nothing to poll")
	}
	h := &Handle[T]{future: f}
	h.task.body = h
	h.task.state.Store(scheduled)
	s.start(&h.task)
	return h
}

// A Handle stands for a spawned task. All methods may be called from any
// goroutine; Poll and Drop by one at a time, as with every future. A Handle that
// nobody uses is no burden: the task runs on without it.
//
// The task ends with a value, or with an error: [futures.ErrCancelled] after
// Cancel, a [*futures.PanicError] if it panicked, [ErrClosed] if its executor was
// closed before, or the submit function's own error (see [Submit]).
//
// A Handle is a [futures.Future] that answers with the outcome of the task, so
// that one task can wait for another.
type Handle[T any] struct {
	task   task
	future futures.Future[T] // nil when it has answered or was dropped
	value  T
}

// Join waits until the task has ended and returns its value or its error. It
// may be called any number of times. It blocks the goroutine: inside a poll, use
// Poll instead, or the executor may wait for itself.
func (h *Handle[T]) Join() (T, error) {
	if !h.task.ended() {
		if w := h.task.waiters(); !h.task.ended() {
			channel.Recv(w.ended)
		}
	}
	r := h.result()
	return r.Value, r.Err
}

// Cancel gives the task up. If it has not ended, it is polled no more, its
// future is dropped by the executor in its next turn (a Queue that nobody runs
// does it in its next Run or Close), and then it has ended with
// [futures.ErrCancelled]. A poll that is going on is not disturbed: if it
// answers ready, the task keeps that value. Cancel does not block or wait.
//
// Source: async-task, Task::cancel; tokio, JoinHandle::abort.
func (h *Handle[T]) Cancel() { h.task.cancel() }

// Poll answers with the outcome when the task has ended. Until then it keeps a
// clone of the latest poll's waker, and that is woken when the task ends.
func (h *Handle[T]) Poll(cx *futures.Context) (r futures.Result[T], ready bool) {
	if !h.task.ended() {
		w := h.task.waiters()
		w.cell.Register(cx.Waker())
		if !h.task.ended() {
			return r, false
		}
		w.cell.Clear()
	}
	return h.result(), true
}

// Drop stops waiting by Poll: it drops the kept waker. The task runs on.
func (h *Handle[T]) Drop() {
	if w := h.task.wait.Load(); w != nil {
		w.cell.Clear()
	}
}

// result returns the outcome of a task that has ended.
func (h *Handle[T]) result() futures.Result[T] {
	r := futures.Result[T]{Value: h.value}
	if w := h.task.wait.Load(); w != nil {
		r.Err = w.err
	}
	return r
}

func (h *Handle[T]) poll(cx *futures.Context) bool {
	v, ready := h.future.Poll(cx)
	if ready {
		h.value, h.future = v, nil
	}
	return ready
}

func (h *Handle[T]) drop() {
	f := h.future
	h.future = nil
	futures.Drop(f)
}
