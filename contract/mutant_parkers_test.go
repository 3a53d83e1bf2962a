package contract_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
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
	try    func() bool // a park with a timeout of zero
	alarm  func(d time.Duration) *clock.Timer
	first  func() bool // unpark that answers; see contract.ParkerSubject.UnparkFirst

	profile string

	mu       sync.Mutex
	tokens   int           // 0 or 1
	waiter   chan struct{} // not nil: the owner waits until it is closed
	unparked bool          // ever
	end      chan struct{} // closed when the test cleans up
}

func newParker(tb testing.TB, edit func(*parker)) *parker {
	p := &parker{end: make(chan struct{})}
	p.enter, p.unpark, p.giveUp = p.goodEnter, p.goodUnpark, p.goodGiveUp
	p.try, p.alarm = p.goodTry, clock.NewTimer
	edit(p)
	tb.Cleanup(func() { channel.Close(p.end) })
	return p
}

func (p *parker) subject() contract.ParkerSubject {
	return contract.ParkerSubject{
		Claims: contract.Claims{Profile: p.profile},
		Park:   p.park, Unpark: func() { p.unpark() }, ParkTimeout: p.parkTimeout, UnparkFirst: p.first,
	}
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
		channel.Close(p.waiter)
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

func (p *parker) goodTry() (token bool) {
	p.set(func() { token = p.tokens > 0; p.tokens = 0 })
	return token
}

// goodFirst is an unpark that says whether it made the token available.
func (p *parker) goodFirst() (first bool) {
	p.set(func() {
		first = p.tokens == 0
		if !p.release() {
			p.tokens = 1
		}
	})
	return first
}

func (p *parker) park() {
	if wait := p.enter(); wait != nil {
		channel.First(wait, p.end)
	}
}

func (p *parker) parkTimeout(d time.Duration) bool {
	if d == 0 {
		return p.try()
	}
	wait := p.goodEnter()
	if wait == nil {
		return true
	}
	timer := p.alarm(d)
	defer timer.Stop()
	switch channel.FirstOfThree(wait, timer.C, p.end) {
	case 0:
		return true
	case 1:
		return p.giveUp()
	}
	return false
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
		}, "P1", "P3", "P4", "P8"),
		row("before any unpark a park returns by itself after almost a minute", func(p *parker) {
			p.enter = func() chan struct{} {
				wait := p.goodEnter()
				if wait != nil {
					clock.AfterFunc(time.Minute-window, func() {
						p.set(func() {
							if p.waiter == wait && !p.unparked {
								channel.Close(wait)
								p.waiter = nil
							}
						})
					})
				}
				return wait
			}
		}, "P1", "P8"),
		row("a token is forgotten after a moment", func(p *parker) {
			p.unpark = func() {
				p.goodUnpark()
				clock.AfterFunc(window, func() { p.set(func() { p.tokens = 0 }) })
			}
		}, "P2", "P8", "P17"),
		row("tokens are counted", func(p *parker) {
			p.unpark = func() {
				p.set(func() {
					if !p.release() {
						p.tokens++
					}
				})
			}
		}, "P3", "P8"),
		row("the token is not taken", func(p *parker) {
			p.enter = func() chan struct{} {
				wait := p.goodEnter()
				if wait == nil {
					p.set(func() { p.tokens = 1 })
				}
				return wait
			}
		}, "P3", "P4", "P8"),
		row("an unpark of the parked owner leaves a token too", func(p *parker) {
			p.unpark = func() { p.set(func() { p.release(); p.tokens = 1 }) }
		}, "P4", "P8"),
		row("a timeout before any unpark counts as a token", func(p *parker) {
			p.alarm = func(d time.Duration) *clock.Timer { return clock.NewTimer(d - window) } // at no other instant
			p.giveUp = func() bool {
				fresh := false
				p.set(func() { fresh = !p.unparked })
				return p.goodGiveUp() || fresh
			}
		}, "P1", "P8"),
		row("an unpark while the owner goes to sleep is lost", func(p *parker) {
			p.enter = func() chan struct{} {
				var token bool
				p.set(func() { token = p.tokens > 0; p.tokens = 0 })
				if token {
					return nil
				}
				clock.Sleep(window)
				p.set(func() { p.tokens = 0 }) // should look at it once more
				return p.goodEnter()
			}
		}, "P6", "P8"),
		row("an unpark of the parked owner does not end its wait", func(p *parker) {
			p.unpark = func() { p.set(func() { p.tokens = 1 }) }
		}, "P6", "P8"),
		row("a park panics when it finds a token", func(p *parker) {
			p.enter = func() chan struct{} {
				wait := p.goodEnter()
				if wait == nil {
					panic("unparked already")
				}
				return wait
			}
		}, "P10"),
		row("an unpark looks for the goroutine that parked", func(p *parker) {
			p.profile = "go-pool"
			var owner atomic.Int64
			p.enter = func() chan struct{} { owner.Store(goid()); return p.goodEnter() }
			p.unpark = func() {
				if id := owner.Load(); id != 0 && !alive(id) {
					panic("the owner is gone")
				}
				p.goodUnpark()
			}
		}, "P11"),
		row("a timeout is taken for another unit", func(p *parker) {
			p.alarm = func(d time.Duration) *clock.Timer { return clock.NewTimer(1000 * d) }
		}, "P12"),
		row("a token that comes at the timeout is left where only a timeout of zero finds it", func(p *parker) {
			p.profile = "go-pool"
			stray := false
			p.giveUp = func() bool {
				clock.Sleep(window)
				late := p.goodGiveUp()
				p.set(func() { stray = stray || late && p.tokens == 0 })
				return false
			}
			p.unpark = func() {
				p.set(func() { stray = false })
				p.goodUnpark()
			}
			p.try = func() (found bool) {
				p.set(func() { found, stray = stray, false })
				return p.goodTry() || found
			}
		}, "P2", "P8", "P13"),
		row("a token that comes at the timeout is reported and left", func(p *parker) {
			p.profile = "go-pool"
			p.giveUp = func() (unparked bool) {
				clock.Sleep(window)
				if unparked = p.goodGiveUp(); unparked {
					p.goodUnpark()
				}
				return unparked
			}
		}, "P4", "P8", "P13"),
		row("none, says whether it made the token", func(p *parker) {
			p.profile, p.first = "rust", p.goodFirst
		}),
		row("every unpark says that it made the token", func(p *parker) {
			p.profile = "rust"
			p.first = func() bool { p.goodUnpark(); return true }
		}, "P15"),
		row("an unpark of a parked owner says that the token was there", func(p *parker) {
			p.profile = "rust"
			p.first = func() (first bool) {
				p.set(func() {
					first = p.waiter == nil && p.tokens == 0
					if !p.release() {
						p.tokens = 1
					}
				})
				return first
			}
		}, "P15"),
		row("a timeout of zero is none", func(p *parker) {
			p.profile = "go-pool"
			p.try = func() bool { p.park(); return true }
		}, "P16"),
		row("a timeout of zero leaves the token", func(p *parker) {
			p.profile = "go-pool"
			p.try = func() bool { return false }
		}, "P16"),
		sleeps("none, sleeps for several", func(*sleeper) {}),
		sleeps("a sleeper hands out the latest first", func(s *sleeper) { s.latest = true }, "P18"),
		sleeps("an assertion counts as often as it is made", func(s *sleeper) { s.counts = true }, "P18"),
		sleeps("an assertion before the waker is added is lost", func(s *sleeper) { s.forgets = true }, "P18"),
	}
}

// alive reports whether there is a goroutine of this number.
func alive(id int64) bool {
	buf := make([]byte, 1<<20)
	return bytes.Contains(buf[:runtime.Stack(buf, true)], fmt.Appendf(nil, "goroutine %d [", id))
}
