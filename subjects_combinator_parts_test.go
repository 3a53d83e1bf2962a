package wakecheck_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
)

// The parts at the combinator door: a set that polls the woken only, and handles
// that share it, or a join.

func TestUnorderedOfChildren(t *testing.T) { contract.TestCombinator(t, unordered) }

func unordered(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
	u := newCollected(fs...)
	c := contract.Combinator{Future: u, Selective: true, Fair: len(fs) + 2, Push: func(f futures.Future[int]) { u.set.Push(f) }}
	c.Profile = "rust"
	return c
}

// A collected is all values of a set.
type collected struct {
	set    futures.Unordered[int]
	values []int
}

func newCollected(fs ...futures.Future[int]) *collected {
	c := new(collected)
	for _, f := range fs {
		c.set.Push(f)
	}
	return c
}

// Poll takes one value of the set, and asks for another poll to take the next: so
// no child is polled twice in one.
func (c *collected) Poll(cx *futures.Context) ([]int, bool) {
	s, ready := c.set.PollNext(cx)
	switch {
	case !ready:
		return nil, false
	case s.Index < 0:
		return c.values, true
	}
	c.values = append(c.values, s.Value)
	cx.Waker().WakeByRef()
	return nil, false
}

func (c *collected) Drop() { c.set.Drop() }

func TestSharedUnordered(t *testing.T) {
	contract.TestCombinator(t, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		return sharing(newCollected(fs...))
	})
}

func TestSharedJoin(t *testing.T) {
	contract.TestCombinator(t, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		return sharing(futures.Join(fs...))
	})
}

func sharing(f futures.Future[[]int]) futures.Future[[]int] {
	h := futures.NewShared(f)
	c := contract.Combinator{Future: h, Share: func() futures.Future[[]int] { return h.Clone() }}
	c.Profile = "rust"
	return c
}
