package futures

import (
	"errors"
	"fmt"

	"github.com/wakecheck/wakecheck/wakers"
)

// A Future is a value that may not be there yet. Poll asks for it.
//
// Poll answers (v, true) once, when v is there: ready. Otherwise it answers
// (zero, false): pending, and then it must have arranged that the waker of cx
// is woken when asking again may help (std::task::Poll, variant Pending). If
// several polls were pending, only the waker of the last one counts
// (std::future::Future, "Return value"). Poll does not block. It is called by
// one goroutine at a time, not always the same one, and not again after it
// answered ready: the futures of this package panic if it is.
//
// A future does nothing before its first poll (std::future::Future, "Runtime
// characteristics"). One that holds resources while it is pending should
// implement [Dropper] too.
type Future[T any] interface {
	Poll(cx *Context) (v T, ready bool)
}

// Func is a function used as a future, as http.HandlerFunc is one used as a
// handler. It must keep the promises of [Future] itself; there is no Drop.
type Func[T any] func(cx *Context) (v T, ready bool)

// Poll calls f.
func (f Func[T]) Poll(cx *Context) (v T, ready bool) { return f(cx) }

// A Context is what an executor hands to Poll: the waker of the task being
// polled. It is lent for the duration of that one poll (std::task::Context):
// a future that wants to be woken later keeps a clone of the waker, made with
// CloneFrom, and neither the Context nor the pointer that Waker returns.
//
// A Context is one word. An executor makes one per task or per worker and
// uses it for every poll; to put it into a struct without an allocation of
// its own, copy it: t.cx = *NewContext(&t.waker).
type Context struct {
	waker *wakers.Waker
}

// NewContext returns a Context that lends w. The caller keeps w filled while
// a poll with this Context runs, and drops it afterwards. It panics if w is
// nil.
func NewContext(w *wakers.Waker) *Context {
	if w == nil {
		panic("futures: NewContext(nil): a poll needs a waker; to poll by hand without being woken, lend one made from wakers.Noop")
	}
	return &Context{waker: w}
}

// Waker returns the waker of the task being polled, borrowed until Poll
// returns. Use its WakeByRef and WillWake, or CloneFrom it into a handle of
// your own; do not Wake, Drop or MoveTo it.
func (cx *Context) Waker() *wakers.Waker { return cx.waker }

// A Dropper is a future that holds something while it is pending: a kept
// waker, a timer, a place in a queue, other futures. Drop gives all of it
// back; that is what cancellation is (RFC 2592: "just drop").
//
// Whoever gives up a future that has not answered ready calls Drop once,
// through the function [Drop], also if the future was never polled or its
// Poll panicked; and no poll follows. Drop does not run at the same time as
// Poll. When it returns, the future holds no waker and wakes nobody any more.
// The one thing that may outlive it is a wake by another goroutine that had
// already begun.
type Dropper interface{ Drop() }

// Drop gives up f, which has not answered ready: it calls f's Drop method if
// there is one. It is called by whoever owns f, once: an executor that cancels
// or closes, a combinator that is dropped itself or has its answer without f.
// A nil f is ignored.
func Drop[T any](f Future[T]) {
	if d, ok := f.(Dropper); ok {
		d.Drop()
	}
}

// ErrCancelled is the error of a task or function that was given up before it
// finished.
var ErrCancelled = errors.New("futures: cancelled")

// A Result is what a computation that can fail answers: a value, or an error.
type Result[T any] struct {
	Value T
	Err   error
}

// A PanicError is the error of a task or function that panicked.
type PanicError struct {
	Value any    // what recover returned
	Stack []byte // debug.Stack of the goroutine that panicked, taken while it did
}

// Error returns the panic value and, on the lines below, the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("futures: panic: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the panic value if it is an error, otherwise nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A stage says how far a future of this package has come, so that a poll that
// must not happen panics with a sentence instead of answering nonsense.
type stage uint8

const (
	stagePending  stage = iota
	stageReady          // the value was handed out
	stageDropped        // Drop was called
	stagePanicked       // a poll did not return; also set while a poll runs foreign code
)

// mustBePending panics unless the future called name may be polled.
func (s stage) mustBePending(name string) {
	switch s {
	case stageReady:
		panic("futures: " + name + " polled after it answered ready: a future gives its value once, so keep the value and stop polling")
	case stageDropped:
		panic("futures: " + name + " polled after Drop: whoever drops a future gives it up, so poll it no more")
	case stagePanicked:
		panic("futures: " + name + " polled after a panic in its poll: drop it and make a new one")
	}
}
