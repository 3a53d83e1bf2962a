package futures

import (
	"time"

	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/wakers"
)

// After returns a future that is ready when d has passed since the call of
// After; at its first poll if that is later, or d is not positive. The first
// poll starts a timer, Drop stops it. In a testing/synctest bubble the time is
// the bubble's: create and poll it there.
func After(d time.Duration) Future[struct{}] {
	return &after{deadline: clock.Now().Add(d)}
}

type after struct {
	deadline time.Time
	timer    *clock.Timer // nil before the first poll
	stage    stage
	passed   atomic.Bool // set by the timer
	cell     wakers.Cell
}

func (a *after) Poll(cx *Context) (_ struct{}, ready bool) {
	a.stage.mustBePending("After")
	if a.timer != nil || clock.Now().Before(a.deadline) {
		a.cell.Register(cx.Waker())
		if a.timer == nil {
			a.timer = clock.AfterFunc(a.deadline.Sub(clock.Now()), a.pass)
		}
		if !a.passed.Load() {
			return struct{}{}, false
		}
	}
	a.cell.Clear()
	a.stage = stageReady
	return struct{}{}, true
}

// pass runs on the timer's goroutine.
func (a *after) pass() {
	a.passed.Store(true)
	a.cell.Wake()
}

func (a *after) Drop() {
	a.stage = stageDropped
	if a.timer != nil {
		a.timer.Stop()
	}
	a.cell.Clear()
}
