package wakers

import (
	"time"

	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
)

// A Parker makes a goroutine wait for a token. Unpark makes the token available,
// if it is not already; Park takes it, waiting until there is one. So an unpark
// that comes before the park is not lost, and many of them count as one. Park
// never returns without a token. The zero value has no token and is ready to use.
//
// Only one goroutine at a time may Park or ParkTimeout; Unpark may be called from
// any goroutine at any time and does not block. Everything done before any
// Unpark so far is seen after the Park that takes the token, also for an Unpark
// that found the token there already.
//
// A Parker must not be copied. A waiting goroutine is durably blocked in the
// sense of testing/synctest; a Parker that has waited inside a bubble must be
// used in that bubble only.
//
// Source: std::thread::park, "park and unpark" and "Memory Ordering".
type Parker struct {
	_     noCopy
	state atomic.Int32
	// signal ends the wait of a goroutine that Unpark found parked. The parking
	// goroutine makes it before it first sets state to parked, and Unpark uses
	// it only after it has seen parked, so the field needs no lock.
	signal chan struct{}
	timer  *clock.Timer // the parking goroutine's, stopped between its waits
}

// The states of a Parker: a park counts down, an unpark sets notified.
const (
	parked   = -1 // a goroutine waits, or is about to
	empty    = 0
	notified = 1 // the token is there
)

// Park takes the token, and waits for it if it is not there. It panics if
// another goroutine is parked on p.
func (p *Parker) Park() {
	if !p.prepare() {
		channel.Recv(p.signal)
		p.takeSignalled()
	}
}

// ParkTimeout is Park that waits no longer than d. It reports whether it took the
// token: if not, the token was not there when it gave up, and an Unpark that
// comes later makes it available for the next park. With d <= 0 it does not wait.
//
// Source: std::thread::park_timeout.
func (p *Parker) ParkTimeout(d time.Duration) bool {
	if d <= 0 {
		return p.state.CompareAndSwap(notified, empty)
	}
	if p.prepare() {
		return true
	}
	if p.timer == nil {
		p.timer = clock.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	if channel.First(p.signal, p.timer.C) {
		p.timer.Stop()
	} else {
		if p.state.CompareAndSwap(parked, empty) {
			return false
		}
		// An Unpark came first: its signal is sent or about to be.
		channel.Recv(p.signal)
	}
	p.takeSignalled()
	return true
}

// Unpark makes the token available and ends the wait of a parked goroutine.
//
// Source: std::thread::Thread, method unpark.
func (p *Parker) Unpark() {
	// Always a write, even if the token is there: the goroutine that takes the
	// token must see what this one did before.
	if p.state.Swap(notified) < empty {
		channel.Send(p.signal, struct{}{}) // one slot, one signal per wait: never blocks
	}
}

// prepare takes the token and returns true, or declares the caller parked and
// returns false: then the next Unpark sends a signal.
func (p *Parker) prepare() bool {
	if p.signal == nil {
		if p.state.CompareAndSwap(notified, empty) {
			return true
		}
		p.signal = make(chan struct{}, 1)
	}
	switch p.state.Add(-1) {
	case empty:
		return true
	case parked:
		return false
	}
	panic("wakers: two goroutines park on one Parker at the same time: give each its own")
}

// takeSignalled takes the token that came with a signal. It is a Swap and not a
// Store so that it also sees what was done before the Unparks that came after
// the one that sent the signal.
func (p *Parker) takeSignalled() { p.state.Swap(empty) }
