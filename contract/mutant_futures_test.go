package contract_test

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

const leafValue = 42

// A leaf is a good future that waits for Fire, small enough to see that it is
// right. A mutant edits one of its parts.
type leaf struct {
	arm  func(*futures.Context) // called by each poll, before it looks
	look func() bool            // whether it has happened
	done func()                 // called when it answers ready
	fire func()
	drop func()

	profile string
	bound   bool
	started func() bool
	held    func() int

	fired atomic.Bool
	cell  wakers.Cell
	polls int
}

func newLeaf(edit func(*leaf)) *leaf {
	f := new(leaf)
	f.arm = func(cx *futures.Context) { f.cell.Register(cx.Waker()) }
	f.look = f.fired.Load
	f.done = f.cell.Clear
	f.fire = func() { f.fired.Store(true); f.cell.Wake() }
	f.drop = f.cell.Clear
	edit(f)
	return f
}

func (f *leaf) subject() contract.FutureSubject[int] {
	return contract.FutureSubject[int]{
		Claims: contract.Claims{Profile: f.profile},
		Future: f, Fire: f.fire, Want: leafValue, Bound: f.bound, Started: f.started, Held: f.held,
	}
}

func (f *leaf) Poll(cx *futures.Context) (v int, ready bool) {
	f.polls++
	f.arm(cx)
	if !f.look() {
		return 0, false
	}
	f.done()
	return leafValue, true
}

func (f *leaf) Drop() { f.drop() }

func futureMutants() []mutant {
	row := func(name string, edit func(*leaf), notices ...string) mutant {
		mk := func(testing.TB) contract.FutureSubject[int] { return newLeaf(edit).subject() }
		return mutant{contract.FutureDoor, name, func() contract.Report { return contract.CheckFuture(mk) }, notices}
	}
	silent := func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewSilent(3), Want: 3}
	}
	return []mutant{
		row("none", func(*leaf) {}),
		{contract.FutureDoor, "silent", func() contract.Report { return contract.CheckFuture(silent) }, []string{"F1"}},
		row("never arms", func(f *leaf) {
			f.arm = func(*futures.Context) {}
		}, "F1"),
		row("the event wakes nobody", func(f *leaf) {
			f.fire = func() { f.fired.Store(true) }
		}, "F1"),
		row("looks, then registers", func(f *leaf) {
			var seen bool
			register := f.arm
			f.arm = func(cx *futures.Context) {
				seen = f.fired.Load()
				clock.Sleep(window)
				register(cx)
			}
			f.look = func() bool { return seen }
		}, "F1", "F2"),
		row("keeps only the first waker", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if f.polls == 1 {
					register(cx)
				}
			}
		}, "F2"),
		row("keeps every waker", func(f *leaf) {
			var mu sync.Mutex
			var kept []*wakers.Cell
			f.arm = func(cx *futures.Context) {
				c := new(wakers.Cell)
				c.Register(cx.Waker())
				mu.Lock()
				defer mu.Unlock()
				kept = append(kept, c)
			}
			all := func(do func(*wakers.Cell)) func() {
				return func() {
					mu.Lock()
					all := slices.Clone(kept)
					mu.Unlock()
					for _, c := range all {
						do(c)
					}
				}
			}
			f.fire = func() { f.fired.Store(true); all((*wakers.Cell).Wake)() }
			f.done, f.drop = all((*wakers.Cell).Clear), all((*wakers.Cell).Clear)
		}, "F4"),
		row("keeps its waker when ready", func(f *leaf) {
			f.done = func() {}
		}, "F4"),
		row("is disarmed by a spurious poll", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if f.polls == 1 {
					register(cx)
				} else {
					f.cell.Clear()
				}
			}
		}, "F1", "F3", "F7"),
		row("takes a second poll for the event", func(f *leaf) {
			f.look = func() bool { return f.fired.Load() || f.polls > 1 }
		}, "F7"),
		row("panics in a spurious poll", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if f.polls > 1 && !f.fired.Load() {
					panic("nobody woke me")
				}
				register(cx)
			}
		}, "F3", "F7"),
		row("drop does nothing", func(f *leaf) {
			f.drop = func() {}
		}, "F11"),
		row("drop wakes later", func(f *leaf) {
			f.drop = func() { clock.AfterFunc(window, f.cell.Wake) }
		}, "F11"),
		row("drop wakes", func(f *leaf) {
			f.drop = f.cell.Wake
		}, "F11"),
		row("a poll waits for the event", func(f *leaf) {
			happened := make(chan struct{})
			fire := f.fire
			f.fire = func() { channel.Close(happened); fire() }
			f.look = func() bool { channel.Recv(happened); return true }
		}, "F9"),
		row("none, begins with its first poll", func(f *leaf) {
			f.started = func() bool { return f.polls > 0 }
		}),
		{contract.FutureDoor, "begins when it is made", func() contract.Report {
			return contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] {
				f := newLeaf(func(*leaf) {})
				var begun atomic.Bool
				sync.Go(func() { begun.Store(true) })
				f.started = begun.Load
				return f.subject()
			})
		}, []string{"F10"}},
		{contract.FutureDoor, "calls wakers under its lock", func() contract.Report {
			return contract.CheckFuture(func(tb testing.TB) contract.FutureSubject[int] {
				lock, end := make(chan struct{}, 1), make(chan struct{})
				tb.Cleanup(func() { close(end) })
				return newLeaf(func(f *leaf) {
					under := func(do func()) func() {
						return func() {
							select {
							case lock <- struct{}{}:
								do()
								<-lock
							case <-end:
							}
						}
					}
					register := f.arm
					f.arm = func(cx *futures.Context) { under(func() { register(cx) })() }
					f.fire, f.done, f.drop = under(f.fire), under(f.done), under(f.drop)
				}).subject()
			})
		}, []string{"F13"}},
		row("none, as in Rust", func(f *leaf) { f.profile = "rust" }),
		row("none, as in asyncio", func(f *leaf) { f.profile = "oneshot" }),
		row("cannot be polled when a waker has panicked in the event", func(f *leaf) {
			f.profile = "rust"
			var broken atomic.Bool
			fire, look := f.fire, f.look
			f.fire = func() {
				defer func() {
					if p := recover(); p != nil {
						broken.Store(true)
						panic(p)
					}
				}()
				fire()
			}
			f.look = func() bool {
				if broken.Load() {
					panic("broken")
				}
				return look()
			}
		}, "F14"),
		row("cannot be dropped when a waker has panicked", func(f *leaf) {
			f.profile = "rust"
			poisoned := false
			register, drop := f.arm, f.drop
			f.arm = func(cx *futures.Context) {
				poisoned = true
				register(cx)
				poisoned = false
			}
			f.drop = func() {
				if poisoned {
					panic("poisoned")
				}
				drop()
			}
		}, "F14"),
		row("takes wakers for its own that will_wake their clones", func(f *leaf) {
			f.profile = "go-pool"
			register := f.arm
			f.arm = func(cx *futures.Context) {
				var clone wakers.Waker
				clone.CloneFrom(cx.Waker())
				if clone.WillWake(cx.Waker()) {
					register(cx)
				}
				clone.Drop()
			}
		}, "F1", "F2", "F15"),
		row("arms itself when it answers ready", func(f *leaf) {
			f.profile = "rust"
			f.done = func() {}
		}, "F4", "F18"),
		row("arms itself on its first goroutine only", func(f *leaf) {
			var first int64
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if first == 0 {
					first = goid()
				}
				if first != goid() {
					f.cell.Clear()
					return
				}
				register(cx)
			}
		}, "F1", "F3", "F7", "F20"),
		row("none, bound to a goroutine", func(f *leaf) {
			f.bound = true
			var first int64
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if first == 0 {
					first = goid()
				}
				if first == goid() {
					register(cx)
				}
			}
		}),
		row("none, counts its values", func(f *leaf) { counts(f, true) }),
		row("a value that was made is lost by drop", func(f *leaf) { counts(f, false) }, "F21"),
		row("keeps the borrowed waker", func(f *leaf) {
			var kept atomic.Pointer[wakers.Waker]
			register := f.arm
			f.arm = func(cx *futures.Context) { register(cx); kept.Store(cx.Waker()) }
			f.fire = func() {
				f.fired.Store(true)
				if w := kept.Load(); w != nil {
					w.WakeByRef()
				}
				f.cell.Clear()
			}
			f.drop = func() { kept.Store(nil); f.cell.Clear() }
		}, "F16"),
		row("keeps the Context", func(f *leaf) {
			var kept *futures.Context
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if kept != nil {
					register(kept)
				}
				register(cx)
				kept = cx
			}
		}, "F16"),
		row("wakes itself on every pending", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) { register(cx); cx.Waker().WakeByRef() }
		}, "F17"),
	}
}

// counts has the future count the values made for it, and release the one that
// is there when it is dropped, or made later, if releases.
func counts(f *leaf, releases bool) {
	var mu sync.Mutex
	held, dropped := 0, false
	fire, done, drop := f.fire, f.done, f.drop
	with := func(do func()) {
		mu.Lock()
		defer mu.Unlock()
		do()
	}
	f.fire = func() {
		with(func() {
			if !dropped || !releases {
				held++
			}
		})
		fire()
	}
	f.done = func() { with(func() { held-- }); done() }
	f.drop = func() {
		with(func() {
			if dropped = true; releases {
				held = 0
			}
		})
		drop()
	}
	f.held = func() (n int) { with(func() { n = held }); return n }
}
