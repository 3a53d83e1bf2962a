package contract_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A counter is what a mutant waker edits: a good table, and what the subject
// says about itself.
type counter struct {
	wakers.Counting
	vt    wakers.VTable[wakers.Counting]
	wakes func() int
	freed func() bool

	hooked  func() // what the check has its wakes call; see contract.Subject.Hook
	profile string
	same    bool // declares WillWake
	replace func(dst, src *wakers.Waker)
}

// newCounter makes a good counting waker and edits it.
func newCounter(edit func(*counter)) *counter {
	good := wakers.CountingVTable()
	c := &counter{vt: wakers.CountingVTable()}
	c.wakes, c.freed = c.Wakes, c.Freed
	c.same, c.hooked = true, func() {}
	c.vt.Wake = func(w *wakers.Counting) { defer good.Drop(w); c.hooked(); good.WakeByRef(w) }
	c.vt.WakeByRef = func(w *wakers.Counting) { c.hooked(); good.WakeByRef(w) }
	edit(c)
	return c
}

// subject counts the first handle and hands it out.
func (c *counter) subject() contract.Subject {
	c.Raw()
	return contract.Subject{
		Claims: contract.Claims{Profile: c.profile},
		Raw:    c.vt.Raw(&c.Counting), Wakes: c.wakes, Live: c.Live, Freed: c.freed,
		WillWake: c.same, CloneFrom: c.replace, Hook: func(f func()) { c.hooked = f },
	}
}

func wakerMutants() []mutant {
	good := wakers.CountingVTable()
	row := func(name string, edit func(*counter), notices ...string) mutant {
		mk := func(testing.TB) contract.Subject { return newCounter(edit).subject() }
		return mutant{contract.WakerDoor, name, func() contract.Report { return contract.CheckWaker(mk) }, notices}
	}
	one := func(name string, mk func(testing.TB) contract.Subject, notices ...string) mutant {
		return mutant{contract.WakerDoor, name, func() contract.Report { return contract.CheckWaker(mk) }, notices}
	}
	return []mutant{
		row("none", func(*counter) {}),
		row("none, as in Rust", func(c *counter) { c.profile = "rust" }),
		one("none, stops before its count overflows", func(testing.TB) contract.Subject {
			s := &tiny{stops: true}
			return s.subject()
		}),
		row("wake does not wake", func(c *counter) {
			c.vt.Wake = good.Drop
		}, "W2", "W14", "W18"),
		row("wake by ref does not wake", func(c *counter) {
			c.vt.WakeByRef = func(*wakers.Counting) {}
		}, "W2", "W14", "W18"),
		row("wake does not release", func(c *counter) {
			c.vt.Wake = good.WakeByRef
		}, "W4", "W7", "W9", "W18"),
		row("wake releases twice", func(c *counter) {
			c.vt.Wake = func(w *wakers.Counting) { good.Wake(w); good.Drop(w) }
		}, "W1", "W4", "W7", "W8", "W18"),
		row("wake counts twice", func(c *counter) {
			c.vt.Wake = func(w *wakers.Counting) { good.WakeByRef(w); good.Wake(w) }
		}, "W4", "W18"),
		row("wake by ref consumes", func(c *counter) {
			c.vt.WakeByRef = good.Wake
		}, "W1", "W5", "W7", "W8", "W18"),
		row("wake by ref only releases", func(c *counter) {
			c.vt.WakeByRef = good.Drop
		}, "W1", "W2", "W5", "W7", "W8", "W14", "W18"),
		row("wake by ref adds a handle", func(c *counter) {
			c.vt.WakeByRef = func(w *wakers.Counting) { good.WakeByRef(w); good.Clone(w) }
		}, "W5", "W7", "W9", "W18"),
		row("drop wakes", func(c *counter) {
			c.vt.Drop = good.Wake
		}, "W2", "W6", "W18"),
		row("drop releases nothing", func(c *counter) {
			c.vt.Drop = func(*wakers.Counting) {}
		}, "W6", "W7", "W9", "W18", "W25"),
		row("drop releases twice", func(c *counter) {
			c.vt.Drop = func(w *wakers.Counting) { good.Drop(w); good.Drop(w) }
		}, "W1", "W6", "W7", "W8", "W18", "W25"),
		row("clone does not count", func(c *counter) {
			c.vt.Clone = func(w *wakers.Counting) *wakers.Counting { return w }
		}, "W1", "W7", "W8", "W25"),
		row("clone counts twice", func(c *counter) {
			c.vt.Clone = func(w *wakers.Counting) *wakers.Counting { good.Clone(w); return good.Clone(w) }
		}, "W7", "W9", "W25"),
		row("frees at the first wake", func(c *counter) {
			c.freed = func() bool { return c.Wakes() > 0 || c.Freed() }
		}, "W1", "W8"),
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
		row("never frees", func(c *counter) {
			c.freed = func() bool { return false }
		}, "W9"),
		row("to be replaced forgets the old handle", func(c *counter) {
			c.replace = func(dst, src *wakers.Waker) {
				dst.MoveTo(new(wakers.Waker))
				dst.CloneFrom(src)
			}
		}, "W7", "W9", "W25"),
		row("wakes at the same time are lost", func(c *counter) {
			var wakes atomic.Int64
			c.vt.WakeByRef = func(*wakers.Counting) {
				n := wakes.Load()
				clock.Sleep(window)
				wakes.Store(n + 1)
			}
			c.vt.Wake = func(w *wakers.Counting) { c.vt.WakeByRef(w); good.Drop(w) }
			c.wakes = func() int { return int(wakes.Load()) }
		}, "W15"),
		row("a wake that panics keeps its handle", func(c *counter) {
			c.profile = "rust"
			c.vt.Wake = func(w *wakers.Counting) { c.hooked(); good.Wake(w) }
		}, "W22"),
		row("a wake by ref that panics ends its handle", func(c *counter) {
			c.profile = "rust"
			c.vt.WakeByRef = func(w *wakers.Counting) {
				good.WakeByRef(w)
				whole := false
				defer func() {
					if !whole {
						good.Drop(w)
					}
				}()
				c.hooked()
				whole = true
			}
		}, "W22"),
		one("declares WillWake, and every handle is a box of its own", func(testing.TB) contract.Subject {
			c := new(wakers.Counting)
			return contract.Subject{Raw: &box{c, c.Raw()}, Wakes: c.Wakes, Live: c.Live, Freed: c.Freed, WillWake: true}
		}, "W11"),
		one("wraps its count of handles", func(testing.TB) contract.Subject {
			s := new(tiny)
			return s.subject()
		}, "W3"),
		one("a clone leans on its source", func(testing.TB) contract.Subject {
			c := new(wakers.Counting)
			c.Raw()
			return contract.Subject{Raw: leaningVTable.Raw(&leaning{c: c}), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
		}, "W1", "W2", "W14"),
		one("a wake of a handle older than the one before counts twice", func(testing.TB) contract.Subject {
			o := new(ordered)
			o.Raw()
			return contract.Subject{
				Claims: contract.Claims{Profile: "go-pool"},
				Raw:    orderedVTable.Raw(&orderedHandle{o, 0}), Wakes: o.Wakes, Live: o.Live, Freed: o.Freed,
			}
		}, "W4", "W5", "W28"),
		sharesASlot(),
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

// sharesASlot is a waker whose handles are the number of a slot, and the
// subjects of one run have the same.
func sharesASlot() mutant {
	var table perRun[*indexed]
	mk := func(tb testing.TB) contract.Subject {
		x := table.get(tb, func() *indexed { return &indexed{wakes: make([]int, 1)} })
		return contract.Subject{Raw: index{x, 0}, Wakes: func() int { return x.count(0) }}
	}
	return mutant{contract.WakerDoor, "two wakers share a slot", func() contract.Report { return contract.CheckWaker(mk) },
		[]string{"W2", "W10"}}
}

// A leaning is a handle that wakes only as long as the handle it was cloned
// from has not ended.
type leaning struct {
	c      *wakers.Counting
	source *leaning
	ended  atomic.Bool
}

var leaningVTable = func() wakers.VTable[leaning] {
	good := wakers.CountingVTable()
	wake := func(l *leaning) {
		if l.source == nil || !l.source.ended.Load() {
			good.WakeByRef(l.c)
		}
	}
	end := func(l *leaning) { l.ended.Store(true); good.Drop(l.c) }
	return wakers.VTable[leaning]{
		Clone:     func(l *leaning) *leaning { good.Clone(l.c); return &leaning{c: l.c, source: l} },
		Wake:      func(l *leaning) { wake(l); end(l) },
		WakeByRef: wake,
		Drop:      end,
	}
}()

// An ordered counts a wake twice if it comes after the wake of a younger handle.
type ordered struct {
	wakers.Counting
	made, last atomic.Int64
}

type orderedHandle struct {
	o   *ordered
	age int64
}

var orderedVTable = func() wakers.VTable[orderedHandle] {
	good := wakers.CountingVTable()
	wake := func(h *orderedHandle) {
		good.WakeByRef(&h.o.Counting)
		if h.o.last.Swap(h.age) > h.age {
			good.WakeByRef(&h.o.Counting)
		}
	}
	return wakers.VTable[orderedHandle]{
		Clone: func(h *orderedHandle) *orderedHandle {
			good.Clone(&h.o.Counting)
			return &orderedHandle{h.o, h.o.made.Add(1)}
		},
		Wake:      func(h *orderedHandle) { wake(h); good.Drop(&h.o.Counting) },
		WakeByRef: wake,
		Drop:      func(h *orderedHandle) { good.Drop(&h.o.Counting) },
	}
}()

// A tiny counts its handles in eight bits.
type tiny struct {
	stops bool // panics before the count overflows

	mu    sync.Mutex
	live  int8
	wakes int
	freed bool
}

func (s *tiny) subject() contract.Subject {
	s.live = 1
	return contract.Subject{
		Claims: contract.Claims{Profile: "rust"}, Raw: s, WillWake: true,
		Wakes: func() (n int) { s.with(func() { n = s.wakes }); return n },
		Live:  func() (n int) { s.with(func() { n = int(s.live) }); return n },
		Freed: func() (f bool) { s.with(func() { f = s.freed }); return f },
		Near:  func(left int) { s.with(func() { s.live = 127 - int8(left) }) },
	}
}

func (s *tiny) with(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func (s *tiny) Clone() wakers.RawWaker {
	s.with(func() {
		if s.stops && s.live == 127 {
			panic("too many handles")
		}
		s.live++
	})
	return s
}

func (s *tiny) Wake()      { s.WakeByRef(); s.Drop() }
func (s *tiny) WakeByRef() { s.with(func() { s.wakes++ }) }
func (s *tiny) Drop()      { s.with(func() { s.live--; s.freed = s.freed || s.live == 0 }) }
