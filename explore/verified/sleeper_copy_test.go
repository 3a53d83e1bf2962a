//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// P18 is about a sleeper with several wakers. None of ours is one, so here is a
// copy of gVisor's, which keeps the law as it is and breaks it with a mistake.

func TestSleeper(t *testing.T) { prove(t, sleeperScenarios) }

var sleeperScenarios = []scenario{
	{"P18 sleeper: each of two wakers that are asserted is fetched", func(x *explore.X) { sleeperFetches(x, "") }, 9358, 234},
	{"P18 sleeper: a waker is fetched or cleared", func(x *explore.X) { sleeperClears(x, "") }, 2, 0},
	{"P18 sleeper: a waker that is asserted twice", func(x *explore.X) { sleeperRepeats(x) }, 60, 2},
}

var sleeperMutants = []mutant{
	{"P18", sleepsUnseen, explore.Deadlock, sleeperFetches},
	{"P18", pushesByStore, explore.Deadlock, sleeperFetches},
	{"P18", clearsByStore, explore.Assertion, sleeperClears},
}

// A sleeperCopy is a gVisor Sleeper in short: a list of wakers that were asserted,
// to which anybody pushes, and from which the sleeper fetches. It sleeps while that
// is empty.
type sleeperCopy struct {
	mistake string
	list    atomic.Pointer[sleeperWaker] // the latest first
	taken   *sleeperWaker                // from there, the oldest first
	asleep  atomic.Bool
	parker  wakers.Parker
}

const (
	sleepsUnseen  = "looks for wakers, then says that it sleeps"
	pushesByStore = "an assert reads the list, then writes it"
	clearsByStore = "a clear looks if it is asserted, then writes that it is not"
)

// A sleeperWaker is one of the wakers of a sleeper.
type sleeperWaker struct {
	of    *sleeperCopy
	state atomic.Int32
	next  *sleeperWaker // in one of its lists
}

// The states of a sleeperWaker. One that was cleared is in the list still, and is
// fetched only if it is asserted again.
const (
	idle = iota
	asserted
	cleared
)

func (w *sleeperWaker) assert() {
	if w.state.Swap(asserted) == idle {
		w.of.push(w)
	}
}

// clear takes back an assert, and reports whether there was one that has not been
// fetched.
func (w *sleeperWaker) clear() bool {
	if w.of.mistake != clearsByStore {
		return w.state.CompareAndSwap(asserted, cleared)
	}
	if w.state.Load() != asserted {
		return false
	}
	w.state.Store(cleared)
	return true
}

func (s *sleeperCopy) push(w *sleeperWaker) {
	for {
		w.next = s.list.Load()
		if s.mistake == pushesByStore {
			s.list.Store(w)
			break
		}
		if s.list.CompareAndSwap(w.next, w) {
			break
		}
	}
	if s.asleep.Swap(false) {
		s.parker.Unpark()
	}
}

// fetch returns a waker that is asserted, and waits for one if it may block.
func (s *sleeperCopy) fetch(block bool) *sleeperWaker {
	for {
		w := s.take(block)
		if w == nil || w.state.Swap(idle) == asserted {
			return w
		}
	}
}

func (s *sleeperCopy) take(block bool) *sleeperWaker {
	for s.taken == nil {
		for w := s.list.Swap(nil); w != nil; {
			next := w.next
			w.next, s.taken = s.taken, w
			w = next
		}
		if s.taken == nil && !block {
			return nil
		}
		if s.taken == nil {
			s.sleep()
		}
	}
	w := s.taken
	s.taken = w.next
	return w
}

func (s *sleeperCopy) sleep() {
	s.asleep.Store(true)
	if s.mistake != sleepsUnseen && s.list.Load() != nil {
		s.asleep.Store(false)
		return
	}
	s.parker.Park()
}

// sleeperFetches sleeps until each of two wakers was asserted.
func sleeperFetches(x threads, mistake string) {
	s := &sleeperCopy{mistake: mistake}
	one, other := &sleeperWaker{of: s}, &sleeperWaker{of: s}
	x.Go("one", one.assert)
	x.Go("other", other.assert)
	first := s.fetch(true)
	x.Assert(s.fetch(true) != first)
}

// sleeperClears clears a waker that was asserted, as it may be fetched. Then it
// asserts it again.
func sleeperClears(x threads, mistake string) {
	s := &sleeperCopy{mistake: mistake}
	w := &sleeperWaker{of: s}
	w.assert()
	var g group
	took := false
	g.run(x, "clearer", func() { took = w.clear() })
	fetched := s.fetch(false) == w
	g.wait()
	x.Assert(took != fetched)
	w.assert()
	x.Assert(s.fetch(false) == w)
}

// sleeperRepeats asserts a waker twice.
func sleeperRepeats(x threads) {
	s := new(sleeperCopy)
	w := &sleeperWaker{of: s}
	var g group
	g.run(x, "one", w.assert)
	g.run(x, "other", w.assert)
	x.Assert(s.fetch(true) == w)
	g.wait()
	if s.fetch(false) == w { // the second came after the fetch
		x.Assert(s.fetch(false) == nil)
	}
}
