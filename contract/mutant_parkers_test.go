package contract_test

import (
	"sync"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
)

// window is how long, in the virtual time of a bubble, a mutant holds a window
// open. The scripted driver lets no time pass before its next operation, which
// therefore always falls into it. It is no multiple of a time in a scenario, so
// that no two things happen at one instant.
const window = 617 * time.Microsecond

// A parker is a good parker, small enough to see that it is right. A mutant
// edits one of its parts.
type parker struct {
	enter  func() (wait chan struct{}) // takes the token, or says what to wait for
	unpark func()
	giveUp func() bool // after a timeout: whether an unpark came first

	mu       sync.Mutex
	tokens   int           // 0 or 1
	waiter   chan struct{} // not nil: the owner waits until it is closed
	unparked bool          // ever
	end      chan struct{} // closed when the test cleans up
}

func newParker(tb testing.TB, edit func(*parker)) *parker {
	p := &parker{end: make(chan struct{})}
	p.enter, p.unpark, p.giveUp = p.goodEnter, p.goodUnpark, p.goodGiveUp
	edit(p)
	tb.Cleanup(func() { close(p.end) })
	return p
}

func (p *parker) subject() contract.ParkerSubject {
	return contract.ParkerSubject{Park: p.park, Unpark: func() { p.unpark() }, ParkTimeout: p.parkTimeout}
}

func (p *parker) goodEnter() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens > 0 {
		p.tokens--
		return nil
	}
	p.waiter = make(chan struct{})
	return p.waiter
}

func (p *parker) goodUnpark() {
	p.set(func() {
		if !p.release() {
			p.tokens = 1
		}
	})
}

// release ends the owner's wait, under mu, and reports whether it waited.
func (p *parker) release() (waited bool) {
	p.unparked = true
	if waited = p.waiter != nil; waited {
		close(p.waiter)
		p.waiter = nil
	}
	return waited
}

func (p *parker) goodGiveUp() (unparked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	unparked = p.waiter == nil
	p.waiter = nil
	return unparked
}

func (p *parker) park() {
	if wait := p.enter(); wait != nil {
		select {
		case <-wait:
		case <-p.end:
		}
	}
}

func (p *parker) parkTimeout(d time.Duration) bool {
	wait := p.goodEnter()
	if wait == nil {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-wait:
		return true
	case <-timer.C:
		return p.giveUp()
	case <-p.end:
		return false
	}
}

// set changes the parker's fields.
func (p *parker) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func parkerMutants() []mutant {
	row := func(name string, edit func(*parker), notices ...string) mutant {
		mk := func(tb testing.TB) contract.ParkerSubject { return newParker(tb, edit).subject() }
		return mutant{contract.ParkerDoor, name, func() contract.Report { return contract.CheckParker(mk) }, notices}
	}
	return []mutant{
		row("none", func(*parker) {}),
		row("park never blocks", func(p *parker) {
			p.enter = func() chan struct{} { return nil }
		}, "P1", "P3", "P4"),
		row("before any unpark a park returns by itself after a minute", func(p *parker) {
			p.enter = func() chan struct{} {
				wait := p.goodEnter()
				if wait != nil {
					time.AfterFunc(time.Minute, func() {
						p.set(func() {
							if p.waiter == wait && !p.unparked {
								close(wait)
								p.waiter = nil
							}
						})
					})
				}
				return wait
			}
		}, "P1"),
		row("a token is forgotten after a moment", func(p *parker) {
			p.unpark = func() {
				p.goodUnpark()
				time.AfterFunc(window, func() { p.set(func() { p.tokens = 0 }) })
			}
		}, "P2"),
		row("tokens are counted", func(p *parker) {
			p.unpark = func() {
				p.set(func() {
					if !p.release() {
						p.tokens++
					}
				})
			}
		}, "P3"),
		row("the token is not taken", func(p *parker) {
			p.enter = func() chan struct{} {
				wait := p.goodEnter()
				if wait == nil {
					p.set(func() { p.tokens = 1 })
				}
				return wait
			}
		}, "P3", "P4"),
		row("an unpark of the parked owner leaves a token too", func(p *parker) {
			p.unpark = func() { p.set(func() { p.release(); p.tokens = 1 }) }
		}, "P4"),
		row("a timeout before any unpark counts as a token", func(p *parker) {
			p.giveUp = func() bool {
				fresh := false
				p.set(func() { fresh = !p.unparked })
				return p.goodGiveUp() || fresh
			}
		}, "P1"),
		row("an unpark while the owner goes to sleep is lost", func(p *parker) {
			p.enter = func() chan struct{} {
				var token bool
				p.set(func() { token = p.tokens > 0; p.tokens = 0 })
				if token {
					return nil
				}
				time.Sleep(window)
				p.set(func() { p.tokens = 0 }) // should look at it once more
				return p.goodEnter()
			}
		}, "P6"),
		row("an unpark of the parked owner does not end its wait", func(p *parker) {
			p.unpark = func() { p.set(func() { p.tokens = 1 }) }
		}, "P6"),
	}
}
