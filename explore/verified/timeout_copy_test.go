//go:build explore

package verified

import (
	"time"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
)

var timeoutMutants = []mutant{
	{"P13", deniesToken, explore.Deadlock, parkerCopyTimesOut},
	{"P13", leavesSignal, explore.Assertion, parkerCopyTimesOut},
}

const (
	deniesToken  = "takes a token that comes as time is up, and reports that none came"
	leavesSignal = "takes a token that comes as time is up, and leaves its signal"
)

// ParkTimeout is wakers.Parker.ParkTimeout in short.
func (p *parkerCopy) ParkTimeout(d time.Duration) bool {
	if p.state.Add(-1) == 0 {
		return true
	}
	timer := clock.NewTimer(d)
	if channel.First(p.signal, timer.C) {
		timer.Stop()
		p.state.Swap(0)
		return true
	}
	if p.state.CompareAndSwap(-1, 0) {
		return false
	}
	if p.mistake != leavesSignal {
		channel.Recv(p.signal)
	}
	p.state.Swap(0)
	return p.mistake != deniesToken
}

// parkerCopyTimesOut gives out a token as time is up, which is taken once: at once
// or by the next park.
func parkerCopyTimesOut(x threads, mistake string) {
	p := newParkerCopy(mistake)
	x.Go("unparker", func() {
		clock.Sleep(time.Second)
		p.Unpark()
	})
	if !p.ParkTimeout(time.Second) {
		p.Park()
	}
	x.Assert(!p.ParkTimeout(time.Second))
}
