package contract_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
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
	return contract.FutureSubject[int]{Future: f, Fire: f.fire, Want: leafValue}
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
				time.Sleep(window)
				register(cx)
			}
			f.look = func() bool { return seen }
		}, "F1"),
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
				mu.Lock()
				defer mu.Unlock()
				kept = append(kept, new(wakers.Cell))
				kept[len(kept)-1].Register(cx.Waker())
			}
			all := func(do func(*wakers.Cell)) func() {
				return func() {
					mu.Lock()
					defer mu.Unlock()
					for _, c := range kept {
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
		}, "F1", "F7"),
		row("panics in a spurious poll", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if f.polls > 1 && !f.fired.Load() {
					panic("nobody woke me")
				}
				register(cx)
			}
		}, "F7"),
		row("drop does nothing", func(f *leaf) {
			f.drop = func() {}
		}, "F11"),
		row("drop wakes later", func(f *leaf) {
			f.drop = func() { time.AfterFunc(window, f.cell.Wake) }
		}, "F11"),
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
