package contract

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

// CombinatorDoor takes combinators: futures that poll other futures.
const CombinatorDoor Door = "combinator"

// A Combinator is a combinator under test that says more of itself than its
// signature does. It is a future itself, the one that it embeds, so that mk
// returns it in place of that:
//
//	return contract.Combinator{Future: set, Selective: true, Push: set.Push}
//
// Every field but Future may be left out, and its absence skips laws by name. A
// combinator for which nothing need be said is returned as it is.
type Combinator struct {
	futures.Future[[]int] // required; if it is a futures.Dropper it is dropped as well

	Claims

	// Selective: only children that were woken are polled, each at most once in
	// a poll of the combinator, and their wakers are the combinator's own
	// (C8, C16). To ask a set again and again in one poll is not selective: take
	// one value in each, and wake the task for the next.
	Selective bool

	// First: it answers as soon as one child is ready, and drops the others
	// then, as Select does. Otherwise it answers when all have ended.
	First bool

	// Contains: a panic of a child does not reach who polls the combinator,
	// but becomes part of the answer.
	Contains bool

	// Fair is within how many polls of the combinator a child that was woken is
	// polled; it may depend on how many children mk was given, and two more may be
	// pushed. 0: no such bound is declared (C14, in the profile rust).
	Fair int

	// Least and Most are how many children it takes; Most 0: any number.
	Least, Most int

	// Push adds a child, also after the combinator was pending, but not after it
	// was ready. It is called while the combinator is not being polled. Nil:
	// children cannot be added (C18).
	Push func(futures.Future[int])

	// Quiet: Push does not wake; who calls it polls the combinator afterwards.
	Quiet bool

	// Share makes another handle on the same combinator, which answers what the
	// first, Future, does. It is called while that is neither ready nor dropped.
	// Handles are polled by different goroutines. Nil: there is only one (C10).
	Share func() futures.Future[[]int]
}

// TestCombinator checks every combinator law on fresh combinators made by mk and
// reports each law as a subtest of t. It blocks until done.
//
// mk combines all the children that it is given, 0 to 5 of them; they follow a
// script, and child n answers 100+n. What the combinator answers is its own
// affair: the values of all children, or that of the first. The children are
// futures.Droppers. To see what it makes, mk is first called with two children,
// and with other numbers if that panics.
//
// Wakes are followed from the waker that a child was lent to the waker that the
// combinator was lent, and from there to the next poll of the child. So the laws
// hold for combinators that lend the children wakers of their own and for those
// that pass on the waker of their task, for those that poll woken children only
// and for those that poll all. mk may return a [Combinator] to say more.
//
// In a trace of this door, tasks 1 to 3 are three wakers of the task that polls the
// combinator, those up to 9 the wakers of two more if it is shared, and child n is
// task 10+n. It begins with a declaration of how many children there are.
func TestCombinator(t *testing.T, mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int]) {
	t.Helper()
	test(t, combinatorPlug(mk))
}

// CheckCombinator is TestCombinator as a value; see CheckExecutor.
func CheckCombinator(mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int]) Report {
	return check(combinatorPlug(mk))
}

// FuzzCombinator is FuzzExecutor for combinators.
func FuzzCombinator(f *testing.F, mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int]) {
	f.Helper()
	fuzz(f, combinatorPlug(mk))
}

// A makeCombinator is what mk is at this door.
type makeCombinator func(testing.TB, ...futures.Future[int]) futures.Future[[]int]

// maxChildren is how many children mk is given at most.
const maxChildren = mostThrong

// combinatorOf returns what f says of itself.
func combinatorOf(f futures.Future[[]int]) Combinator {
	switch f := f.(type) {
	case Combinator:
		return f
	case *Combinator:
		return *f
	}
	return Combinator{Future: f}
}

// most is how many children it takes at most.
func (s Combinator) most() int {
	if s.Most == 0 {
		return maxChildren
	}
	return min(s.Most, maxChildren)
}

func (s Combinator) canDrop() bool {
	_, ok := s.Future.(futures.Dropper)
	return ok
}

func (s Combinator) end() func() {
	return func() { futures.Drop(s.Future) }
}

// sample makes a combinator to look at. It is not known yet how many children
// it takes.
func (mk makeCombinator) sample(tb testing.TB) Combinator {
	children := func(n int) (fs []futures.Future[int]) {
		for range n {
			fs = append(fs, futures.Func[int](func(*futures.Context) (int, bool) { return 0, false }))
		}
		return fs
	}
	try := func(n int) (s Combinator, ok bool) {
		defer func() {
			if p := recover(); p != nil {
				if _, failed := p.(plugFailed); failed {
					panic(p)
				}
			}
		}()
		return combinatorOf(mk(tb, children(n)...)), true
	}
	for n := 2; n <= maxChildren; n++ {
		if s, ok := try(n); ok {
			return s
		}
	}
	return combinatorOf(mk(tb, children(1)...))
}

func combinatorPlug(mk makeCombinator) plug {
	return plug{
		door: CombinatorDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk.sample(tb)
			f := facts{
				Profile: s.Profile, Known: s.Known, Lacks: map[string]string{},
				Least: s.Least, Most: s.most(), Push: s.Push != nil, Share: s.Share != nil, Drop: s.canDrop(), Fair: s.Fair,
			}
			if s.Future == nil {
				tb.fault("mk returned no future; it is required")
				return f, nil
			}
			if s.Least < 0 || s.Least > f.Most {
				tb.fault(fmt.Sprintf("Combinator.Least is %d and Most %d; want 0 to %d, the least not above the most", s.Least, s.Most, maxChildren))
			}
			for law, lack := range s.lacks() {
				f.Lacks[law] = lack
			}
			return f, s.end()
		},
		same: func(r *run) bool {
			a, b := mk.sample(r.tb), mk.sample(r.tb)
			endBoth(r, a.end(), b.end())
			return identical(a.Future, b.Future)
		},
		play: func(r *run) { (&combinatorRun{run: r, mk: mk}).play() },
	}
}

// lacks names the laws that the combinator cannot show.
func (s Combinator) lacks() map[string]string {
	lacks := make(map[string]string)
	if !s.Selective {
		lacks["C8"] = "the combinator is not declared Selective: it may poll every child on any wake (X12)"
		lacks["C16"] = "the combinator is not declared Selective: its children may have the waker of its task, and each wake of theirs is one of it (X9)"
	}
	if s.Share == nil {
		lacks["C10"] = "the combinator has no Share: there is one handle on it"
	}
	if !s.canDrop() {
		lacks["C11"] = "the combinator has no Drop"
	}
	if s.Fair == 0 {
		lacks["C14"] = "the combinator declares no bound, Fair"
	}
	if s.Fair > mostChildFair {
		lacks["C14"] = fmt.Sprintf("the combinator declares Fair %d, and no scenario has a child that wakes itself in more than %d polls", s.Fair, mostChildFair+1)
	}
	if s.Least > 0 {
		lacks["C17"] = fmt.Sprintf("the combinator takes at least %d children", s.Least)
	}
	if s.Push == nil {
		lacks["C18"] = "the combinator has no Push"
	}
	return lacks
}
