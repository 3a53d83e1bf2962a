package time

import (
	"time"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// Timer fires once: it sends the time over C, or calls a function in a thread of
// its own. It must be made by NewTimer or AfterFunc.
type Timer struct {
	C     <-chan Time
	real  *time.Timer
	model *timer
}

// NewTimer makes a Timer that sends the time over its channel after d.
func NewTimer(d Duration) *Timer {
	e := engine.Cur
	if e == nil {
		t := time.NewTimer(d)
		return &Timer{C: t.C, real: t}
	}
	t := &timer{c: make(chan Time, 1)}
	t.begin(e, d, 0)
	return &Timer{C: t.c, model: t}
}

// After returns the channel of a new Timer.
func After(d Duration) <-chan Time {
	if engine.Cur == nil {
		return time.After(d)
	}
	return NewTimer(d).C
}

// AfterFunc makes a Timer that starts a thread that calls f after d.
func AfterFunc(d Duration, f func()) *Timer {
	e := engine.Cur
	if e == nil {
		return &Timer{real: time.AfterFunc(d, f)}
	}
	t := &timer{f: f}
	t.begin(e, d, 0)
	return &Timer{model: t}
}

// Stop keeps t from firing. It reports whether it did: false says that t has
// fired or was stopped. After it C holds no value. It does not wait for the
// function that t has started.
func (t *Timer) Stop() bool {
	switch {
	case t.model != nil:
		return t.model.end(engine.Cur, "stop timer")
	case t.real != nil:
		return t.real.Stop()
	}
	panic("time: Stop called on uninitialized Timer")
}

// Reset lets t fire after d from now, whether it has fired, was stopped or not.
// It reports whether t was to fire. A value sent before is not received after
// it.
func (t *Timer) Reset(d Duration) bool {
	switch {
	case t.model != nil:
		return t.model.reset(engine.Cur, d, 0)
	case t.real != nil:
		return t.real.Reset(d)
	}
	panic("time: Reset called on uninitialized Timer")
}

// begin is a scheduling point that starts t for the first time.
func (t *timer) begin(e *engine.Engine, d, period Duration) {
	begin(e)
	if t.c != nil {
		channel.FeedOf(e, t.c).Unbuffered()
	}
	e.Write(clock.o, "start timer")
	if e.Recording() {
		e.Note("%s", d)
	}
	t.start(e, d, period)
}

// end is a scheduling point that stops t. It reports whether t ran, or had sent
// a value that nobody has received.
func (t *timer) end(e *engine.Engine, k engine.Kind) bool {
	if e == nil {
		return false // its execution is over
	}
	t.announce(e, k)
	ran := t.stop(e)
	if t.c != nil && channel.FeedOf(e, t.c).Drain(e) {
		ran = true
	}
	if e.Recording() {
		e.Note("= %v", ran)
	}
	return ran
}

// reset is a scheduling point that starts t anew.
func (t *timer) reset(e *engine.Engine, d, period Duration) bool {
	ran := t.end(e, "reset timer")
	if e != nil {
		t.start(e, d, period)
	}
	return ran
}
