package context

import (
	"context"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// The types of package context.
type (
	Context         = context.Context
	CancelFunc      = context.CancelFunc
	CancelCauseFunc = context.CancelCauseFunc
)

// Canceled is [context.Canceled].
var Canceled = context.Canceled

// DeadlineExceeded is [context.DeadlineExceeded].
var DeadlineExceeded = context.DeadlineExceeded

// Background is [context.Background].
func Background() Context { return context.Background() }

// TODO is [context.TODO].
func TODO() Context { return context.TODO() }

// WithValue is [context.WithValue].
func WithValue(parent Context, key, val any) Context { return context.WithValue(parent, key, val) }

// WithoutCancel is [context.WithoutCancel].
func WithoutCancel(parent Context) Context { return context.WithoutCancel(parent) }

// WithCancel returns a context that is canceled when parent is, or when cancel
// is called, with [Canceled].
func WithCancel(parent Context) (ctx Context, cancel CancelFunc) {
	e := engine.Cur
	if e == nil {
		return context.WithCancel(parent)
	}
	c := derive(e, parent)
	return c, func() { c.cancel(Canceled, nil, true) }
}

// WithCancelCause is WithCancel with a cancel that takes the Cause; nil stands
// for [Canceled].
func WithCancelCause(parent Context) (ctx Context, cancel CancelCauseFunc) {
	e := engine.Cur
	if e == nil {
		return context.WithCancelCause(parent)
	}
	c := derive(e, parent)
	return c, func(cause error) { c.cancel(Canceled, cause, true) }
}

// WithTimeout is WithDeadline at timeout from now.
func WithTimeout(parent Context, timeout time.Duration) (Context, CancelFunc) {
	return WithTimeoutCause(parent, timeout, nil)
}

// WithTimeoutCause is WithDeadlineCause at timeout from now.
func WithTimeoutCause(parent Context, timeout time.Duration, cause error) (Context, CancelFunc) {
	if engine.Cur == nil {
		return context.WithTimeoutCause(parent, timeout, cause)
	}
	return WithDeadlineCause(parent, time.Now().Add(timeout), cause)
}

// WithDeadline returns a context that is canceled when parent is, or when cancel
// is called, with [Canceled], or when d has come, with [DeadlineExceeded].
func WithDeadline(parent Context, d time.Time) (ctx Context, cancel CancelFunc) {
	return WithDeadlineCause(parent, d, nil)
}

// WithDeadlineCause is WithDeadline with the Cause that the deadline has; nil
// stands for [DeadlineExceeded].
func WithDeadlineCause(parent Context, d time.Time, cause error) (Context, CancelFunc) {
	e := engine.Cur
	if e == nil {
		return context.WithDeadlineCause(parent, d, cause)
	}
	mustHave(parent)
	if cur, ok := parent.Deadline(); ok && cur.Before(d) {
		return WithCancel(parent)
	}
	c := newNode(parent)
	c.deadline = d
	c.attach(e)
	left := time.Until(d)
	if left <= 0 {
		c.cancel(DeadlineExceeded, cause, true)
		return c, func() { c.cancel(Canceled, nil, false) }
	}
	c.lock(e, "set deadline")
	if c.err == nil {
		c.timer = time.AfterFunc(left, func() { c.cancel(DeadlineExceeded, cause, true) })
	}
	c.unlock(e)
	return c, func() { c.cancel(Canceled, nil, true) }
}

// AfterFunc starts a thread that calls f when ctx is done, or at once if it is.
// Calling stop keeps it from being started, and reports whether it did; false
// says that it has been started or was stopped. It does not wait for f.
func AfterFunc(ctx Context, f func()) (stop func() bool) {
	e := engine.Cur
	if e == nil {
		return context.AfterFunc(ctx, f)
	}
	c := newNode(ctx)
	c.f = f
	c.attach(e)
	return func() bool { return c.cancel(Canceled, nil, true) }
}

// Cause returns why c is done: what the first call of a cancel function that
// takes a cause was given, else what c.Err says; nil if c is not done.
func Cause(c Context) error {
	n, ok := c.Value(&key).(*node)
	if !ok {
		return context.Cause(c)
	}
	err := c.Err()
	if err == nil {
		return nil
	}
	if cause := n.why(); cause != nil {
		return cause
	}
	return err // of a context of another package, which n has not canceled
}
