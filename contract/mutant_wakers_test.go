package contract_test

import (
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/wakers"
)

// A counter is what a mutant waker edits: a good table, and what the subject
// says about itself.
type counter struct {
	wakers.Counting
	vt    wakers.VTable[wakers.Counting]
	wakes func() int
	freed func() bool
}

// newCounter makes a good counting waker and edits it.
func newCounter(edit func(*counter)) *counter {
	c := &counter{vt: wakers.CountingVTable()}
	c.wakes, c.freed = c.Wakes, c.Freed
	edit(c)
	return c
}

// subject counts the first handle and hands it out.
func (c *counter) subject() contract.Subject {
	c.Raw()
	return contract.Subject{Raw: c.vt.Raw(&c.Counting), Wakes: c.wakes, Live: c.Live, Freed: c.freed}
}

func wakerMutants() []mutant {
	good := wakers.CountingVTable()
	row := func(name string, edit func(*counter), notices ...string) mutant {
		mk := func(testing.TB) contract.Subject { return newCounter(edit).subject() }
		return mutant{contract.WakerDoor, name, func() contract.Report { return contract.CheckWaker(mk) }, notices}
	}
	return []mutant{
		row("none", func(*counter) {}),
		row("wake does not wake", func(c *counter) {
			c.vt.Wake = good.Drop
		}, "W2", "W14", "W18"),
		row("wake by ref does not wake", func(c *counter) {
			c.vt.WakeByRef = func(*wakers.Counting) {}
		}, "W2", "W14", "W18"),
		row("wake does not release", func(c *counter) {
			c.vt.Wake = good.WakeByRef
		}, "W4", "W7", "W18"),
		row("wake releases twice", func(c *counter) {
			c.vt.Wake = func(w *wakers.Counting) { good.Wake(w); good.Drop(w) }
		}, "W4", "W7", "W8", "W18"),
		row("wake counts twice", func(c *counter) {
			c.vt.Wake = func(w *wakers.Counting) { good.WakeByRef(w); good.Wake(w) }
		}, "W4", "W18"),
		row("wake by ref consumes", func(c *counter) {
			c.vt.WakeByRef = good.Wake
		}, "W5", "W7", "W8", "W18"),
		row("wake by ref only releases", func(c *counter) {
			c.vt.WakeByRef = good.Drop
		}, "W2", "W5", "W7", "W8", "W14", "W18"),
		row("wake by ref adds a handle", func(c *counter) {
			c.vt.WakeByRef = func(w *wakers.Counting) { good.WakeByRef(w); good.Clone(w) }
		}, "W5", "W7", "W18"),
		row("drop wakes", func(c *counter) {
			c.vt.Drop = good.Wake
		}, "W2", "W6", "W18"),
		row("drop releases nothing", func(c *counter) {
			c.vt.Drop = func(*wakers.Counting) {}
		}, "W6", "W7", "W18"),
		row("drop releases twice", func(c *counter) {
			c.vt.Drop = func(w *wakers.Counting) { good.Drop(w); good.Drop(w) }
		}, "W6", "W7", "W8", "W18"),
		row("clone does not count", func(c *counter) {
			c.vt.Clone = func(w *wakers.Counting) *wakers.Counting { return w }
		}, "W7", "W8"),
		row("clone counts twice", func(c *counter) {
			c.vt.Clone = func(w *wakers.Counting) *wakers.Counting { good.Clone(w); return good.Clone(w) }
		}, "W7"),
		row("frees at the first wake", func(c *counter) {
			c.freed = func() bool { return c.Wakes() > 0 || c.Freed() }
		}, "W8"),
		row("wake is bound to one goroutine", func(c *counter) {
			var owner, foreign atomic.Int64
			bound := func(wake func(*wakers.Counting)) func(*wakers.Counting) {
				return func(w *wakers.Counting) {
					if me := goid(); !owner.CompareAndSwap(0, me) && owner.Load() != me {
						foreign.Add(1)
					}
					wake(w)
				}
			}
			c.vt.Wake, c.vt.WakeByRef = bound(good.Wake), bound(good.WakeByRef)
			c.wakes = func() int { return c.Wakes() - int(foreign.Load()) }
		}, "W2", "W14"),
		clonesWakeTheNeighbour(),
	}
}

// A pair is the data of a handle that counts itself in one place and wakes in
// another.
type pair struct{ live, wakes *wakers.Counting }

// clonesWakeTheNeighbour is a waker whose clones wake the first subject of the
// run, whichever they were cloned from.
func clonesWakeTheNeighbour() mutant {
	good := wakers.CountingVTable()
	var neighbour perRun[*wakers.Counting]
	mk := func(tb testing.TB) contract.Subject {
		mine := new(wakers.Counting)
		first := neighbour.get(tb, func() *wakers.Counting { return mine })
		vt := wakers.VTable[pair]{
			Clone:     func(p *pair) *pair { good.Clone(p.live); return &pair{p.live, first} },
			Wake:      func(p *pair) { good.WakeByRef(p.wakes); good.Drop(p.live) },
			WakeByRef: func(p *pair) { good.WakeByRef(p.wakes) },
			Drop:      func(p *pair) { good.Drop(p.live) },
		}
		mine.Raw()
		return contract.Subject{Raw: vt.Raw(&pair{mine, mine}), Wakes: mine.Wakes, Live: mine.Live, Freed: mine.Freed}
	}
	return mutant{contract.WakerDoor, "clone wakes the neighbour", func() contract.Report { return contract.CheckWaker(mk) },
		[]string{"W2", "W14"}}
}
