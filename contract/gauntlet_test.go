package contract_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A correct subject uses one of the permissions of the contract, X1 to X14, to
// the limit. No law may accuse it.
type correct struct {
	door  contract.Door
	name  string
	check func() contract.Report

	unexplored string // why its schedules cannot be explored; "": they can
}

// notExplored is c, left out where schedules are explored.
func (c correct) notExplored(why string) correct {
	c.unexplored = why
	return c
}

func TestGauntletIsNeverAccused(t *testing.T) {
	for _, c := range correctSubjects() {
		t.Run(string(c.door)+"/"+c.name, func(t *testing.T) {
			if explored && c.unexplored != "" {
				t.Skip(c.unexplored)
			}
			report := c.check()
			kept := 0
			for _, r := range report.Results {
				switch r.Verdict {
				case contract.Kept:
					kept++
					if explored != strings.Contains(r.Reason, "schedules") {
						t.Errorf("%s is kept: %q; want the number of schedules to be said where they are explored, and only there", r.Law, r.Reason)
					}
				case contract.Violated:
					t.Errorf("%s is accused (seed %d): %s: %s", r.Law, report.Seed, r.Evidence, r.Reason)
				case contract.Unknown:
					t.Errorf("%s is not decided (seed %d): %s", r.Law, report.Seed, r.Reason)
				}
			}
			if kept == 0 {
				t.Errorf("no law is kept in %d scenarios: nothing was checked", report.Scenarios)
			}
		})
	}
}

func correctSubjects() []correct {
	return slices.Concat(correctWakers(), correctParkers(), correctFutures(), correctExecutors(), correctCombinators(), correctPrimitives())
}

// Every permission is used by a correct subject that names it.
func TestEveryPermissionIsUsed(t *testing.T) {
	for _, p := range contract.Permissions() {
		names := regexp.MustCompile(`\b` + p.ID + `\b`)
		if !slices.ContainsFunc(correctSubjects(), func(c correct) bool { return names.MatchString(c.name) }) {
			t.Errorf("no correct subject uses %s: %s", p.ID, p.Says)
		}
	}
}

func correctWakers() []correct {
	row := func(name string, mk func(testing.TB) contract.Subject) correct {
		return correct{door: contract.WakerDoor, name: name, check: func() contract.Report { return contract.CheckWaker(mk) }}
	}
	return []correct{
		row("a box for each handle, X3", func(testing.TB) contract.Subject {
			c := new(wakers.Counting)
			return contract.Subject{Raw: &box{c, c.Raw()}, Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
		}),
		row("handles that cannot be compared, X3", func(testing.TB) contract.Subject {
			c := new(wakers.Counting)
			return contract.Subject{Raw: uncomparable{c.Raw()}, Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
		}),
		row("stops before its count of handles overflows, X10", func(testing.TB) contract.Subject {
			s := &tiny{stops: true}
			return s.subject()
		}),
		row("held to the conventions of Rust, with wakes that panic, X10", func(testing.TB) contract.Subject {
			return newCounter(func(c *counter) { c.profile = "rust" }).subject()
		}),
		row("an index without a count of handles, X13", func(testing.TB) contract.Subject {
			w := &indexed{wakes: make([]int, 3)}
			return contract.Subject{Raw: index{w, 1}, Wakes: func() int { return w.count(1) }}
		}),
	}
}

// A box is a handle in memory of its own: no two compare equal.
type box struct {
	counting *wakers.Counting
	raw      wakers.RawWaker
}

func (b *box) Clone() wakers.RawWaker { return &box{b.counting, b.raw.Clone()} }
func (b *box) Wake()                  { b.raw.Wake() }
func (b *box) WakeByRef()             { b.raw.WakeByRef() }
func (b *box) Drop()                  { b.raw.Drop() }

// An uncomparable is a handle of a type that cannot be compared.
type uncomparable []wakers.RawWaker

func (u uncomparable) Clone() wakers.RawWaker { return uncomparable{u[0].Clone()} }
func (u uncomparable) Wake()                  { u[0].Wake() }
func (u uncomparable) WakeByRef()             { u[0].WakeByRef() }
func (u uncomparable) Drop()                  { u[0].Drop() }

// An indexed is a table of tasks; a handle is a number in it.
type indexed struct {
	mu    sync.Mutex
	wakes []int
}

func (x *indexed) count(i int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wakes[i]
}

type index struct {
	x *indexed
	i int
}

func (n index) Clone() wakers.RawWaker { return n }
func (n index) Wake()                  { n.WakeByRef() }
func (n index) Drop()                  {}
func (n index) WakeByRef() {
	n.x.mu.Lock()
	defer n.x.mu.Unlock()
	n.x.wakes[n.i]++
}

func correctParkers() []correct {
	row := func(name string, mk func(testing.TB) contract.ParkerSubject) correct {
		return correct{door: contract.ParkerDoor, name: name, check: func() contract.Report { return contract.CheckParker(mk) }}
	}
	return []correct{
		row("a channel with one slot", func(testing.TB) contract.ParkerSubject {
			s := newSlot()
			return contract.ParkerSubject{Park: func() { channel.Recv(s.token); s.taken() }, Unpark: s.leave}
		}),
		row("the bundled one", func(testing.TB) contract.ParkerSubject {
			p := new(wakers.Parker)
			return contract.ParkerSubject{Park: p.Park, Unpark: p.Unpark, ParkTimeout: p.ParkTimeout}
		}),
		row("the bundled one, held to the conventions of Rust", func(testing.TB) contract.ParkerSubject {
			p := new(wakers.Parker)
			return contract.ParkerSubject{Claims: contract.Claims{Profile: "rust"}, Park: p.Park, Unpark: p.Unpark, ParkTimeout: p.ParkTimeout}
		}),
		row("never blocks, X5", func(testing.TB) contract.ParkerSubject {
			return contract.ParkerSubject{Park: func() {}, Unpark: func() {}, Spurious: true}
		}),
		row("every second park returns at once, X5", func(tb testing.TB) contract.ParkerSubject {
			parks := 0
			s := newParker(tb, func(*parker) {}).subject()
			park := s.Park
			s.Spurious, s.Park = true, func() {
				if parks++; parks%2 == 1 {
					park()
				}
			}
			return s
		}),
		row("looks up once a minute, X5", func(tb testing.TB) contract.ParkerSubject {
			p := newParker(tb, func(*parker) {})
			return contract.ParkerSubject{Park: func() { p.parkTimeout(time.Minute) }, Unpark: p.unpark, Spurious: true}
		}),
		row("goes to sleep slowly", func(tb testing.TB) contract.ParkerSubject {
			return newParker(tb, func(p *parker) {
				p.enter = func() chan struct{} { clock.Sleep(window); return p.goodEnter() }
			}).subject()
		}),
		row("a mutex, opaque", func(testing.TB) contract.ParkerSubject {
			g := newGate()
			return contract.ParkerSubject{Park: g.park, Unpark: g.unpark, Opaque: true}
		}),
	}
}

// leave leaves a token, if there is none, for somebody who sees by other means what
// was done before it; see slot.
func leave(token chan<- struct{}) { channel.TrySend(token, struct{}{}) }

// A slot is a channel with room for one token, and a lock. A send that finds the
// channel full orders nothing, so that whoever takes the token that was there need
// not see what was done before that send; with the lock it does.
type slot struct {
	token chan struct{}
	mu    sync.Mutex
	full  bool
}

func newSlot() *slot { return &slot{token: make(chan struct{}, 1)} }

func (s *slot) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.full {
		s.full = true
		channel.Send(s.token, struct{}{}) // there is room
	}
}

// taken is called by who has received the token.
func (s *slot) taken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = false
}

// A gate is a parker made of a mutex: who parks locks it, and an unpark unlocks
// it, from another goroutine.
type gate struct {
	sleep sync.Mutex // locked: no token
	mu    sync.Mutex
	token bool
}

func newGate() *gate {
	g := new(gate)
	g.sleep.Lock()
	return g
}

func (g *gate) park() {
	g.sleep.Lock()
	g.mu.Lock()
	g.token = false
	g.mu.Unlock()
}

func (g *gate) unpark() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.token {
		g.token = true
		g.sleep.Unlock()
	}
}

func correctFutures() []correct {
	row := func(name string, edit func(*leaf)) correct {
		mk := func(testing.TB) contract.FutureSubject[int] { return newLeaf(edit).subject() }
		return correct{door: contract.FutureDoor, name: name, check: func() contract.Report { return contract.CheckFuture(mk) }}
	}
	return []correct{
		row("wakes the older waker too, X7", func(f *leaf) {
			var older wakers.Cell
			register, wake, release := f.arm, f.fire, f.done
			f.arm = func(cx *futures.Context) {
				var w wakers.Waker
				if f.cell.Take(&w) {
					older.Register(&w)
					w.Drop()
				}
				register(cx)
			}
			f.fire = func() { wake(); older.Wake() }
			f.done = func() { release(); older.Clear() }
			f.drop = f.done
		}),
		row("wakes without progress, X9", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) {
				register(cx)
				if f.polls < 5 {
					clock.AfterFunc(time.Minute, f.cell.Wake)
				}
			}
		}),
		row("held to the conventions of Rust, with wakers that panic and call back", func(f *leaf) { f.profile = "rust" }),
		row("is poisoned by a waker that panics in its poll", func(f *leaf) {
			f.profile = "rust"
			poisoned := false
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if poisoned {
					panic("poisoned")
				}
				poisoned = true
				register(cx)
				poisoned = false
			}
		}),
		row("held to the conventions of asyncio, with wakers of one poll", func(f *leaf) { f.profile = "oneshot" }),
		row("wakes only the latest waker, and drops older ones at once, X7", func(*leaf) {}),
		row("registers slowly and looks again", func(f *leaf) {
			register := f.arm
			f.arm = func(cx *futures.Context) { clock.Sleep(window); register(cx) }
		}),
		row("panics when polled after ready, X6", func(f *leaf) {
			ready, done := false, f.done
			f.done = func() { ready = true; done() }
			register := f.arm
			f.arm = func(cx *futures.Context) {
				if ready {
					panic("polled after ready")
				}
				register(cx)
			}
		}),
		correctFuture("polls both children on any wake, X12", func(testing.TB) contract.FutureSubject[[2]int] {
			a, b := newLeaf(func(*leaf) {}), newLeaf(func(*leaf) {})
			return contract.FutureSubject[[2]int]{
				Future: &both{futures.Join[int](a, b)},
				Fire:   func() { a.fire(); b.fire() },
				Want:   [2]int{leafValue, leafValue},
			}
		}),
		correctFuture("pending for ever, X14", func(testing.TB) contract.FutureSubject[int] {
			pending := func(*futures.Context) (int, bool) { return 0, false }
			return contract.FutureSubject[int]{Future: futures.Func[int](pending), Never: true}
		}),
		correctFuture("a timer of a day", func(testing.TB) contract.FutureSubject[struct{}] {
			return contract.FutureSubject[struct{}]{Future: futures.After(24 * time.Hour)}
		}),
		correctFuture("yields three times", func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: futures.NewCountdown(3), Want: 3, Yields: 3}
		}),
		correctFuture("ready at once", func(testing.TB) contract.FutureSubject[int] {
			ready := func(*futures.Context) (int, bool) { return leafValue, true }
			return contract.FutureSubject[int]{Future: futures.Func[int](ready), Want: leafValue}
		}),
		correctFuture("completed by a goroutine of its own", func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: newLeaf(func(f *leaf) {
				register := f.arm
				f.arm = func(cx *futures.Context) {
					register(cx)
					if f.polls == 1 {
						sync.Go(f.fire)
					}
				}
			}), Want: leafValue}
		}),
	}
}

func correctFuture[T comparable](name string, mk func(testing.TB) contract.FutureSubject[T]) correct {
	return correct{door: contract.FutureDoor, name: name, check: func() contract.Report { return contract.CheckFuture(mk) }}
}

// A both is a join of two as a value that can be compared.
type both struct{ join futures.Future[[]int] }

func (b *both) Poll(cx *futures.Context) (pair [2]int, ready bool) {
	vs, ready := b.join.Poll(cx)
	if ready {
		copy(pair[:], vs)
	}
	return pair, ready
}

func (b *both) Drop() { futures.Drop(b.join) }
