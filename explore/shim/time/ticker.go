package time

import (
	"time"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Ticker sends the time over C again and again. It must be made by NewTicker.
type Ticker struct {
	C     <-chan Time
	real  *time.Ticker
	model *timer
}

// NewTicker makes a Ticker that sends the time every d. A value that is not
// received before the next one is due stands for both. It panics if d is not
// positive.
func NewTicker(d Duration) *Ticker {
	e := engine.Cur
	if e == nil || d <= 0 {
		t := time.NewTicker(d)
		return &Ticker{C: t.C, real: t}
	}
	t := &timer{c: make(chan Time, 1)}
	t.begin(e, d, d)
	return &Ticker{C: t.c, model: t}
}

// Tick returns the channel of a new Ticker; nil if d is not positive.
func Tick(d Duration) <-chan Time {
	if engine.Cur == nil || d <= 0 {
		return time.Tick(d)
	}
	return NewTicker(d).C
}

// Stop ends the ticks. It does not close C; after it C holds no value.
func (t *Ticker) Stop() {
	switch {
	case t.model != nil:
		t.model.end(engine.Cur, "stop ticker")
	case t.real != nil:
		t.real.Stop()
	}
}

// Reset lets t tick every d from now. A value sent before is not received after
// it. It panics if d is not positive.
func (t *Ticker) Reset(d Duration) {
	switch {
	case d <= 0:
		panic("non-positive interval for Ticker.Reset")
	case t.model != nil:
		t.model.reset(engine.Cur, d, d)
	case t.real != nil:
		t.real.Reset(d)
	default:
		panic("time: Reset called on uninitialized Ticker")
	}
}
