package wakecheck_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
)

// The contract over the bundled combinators.

func TestJoinOfChildren(t *testing.T) { contract.TestCombinator(t, join) }

func join(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
	c := contract.Combinator{Future: futures.Join(fs...), Fair: 1}
	c.Profile = "rust"
	return c
}

func TestSelectOfChildren(t *testing.T) { contract.TestCombinator(t, selectOne) }

func selectOne(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
	c := contract.Combinator{Future: &answer[futures.Selected[int]]{futures.Select(fs...), selected}, First: true, Fair: 1}
	c.Profile = "rust"
	return c
}

func selected(s futures.Selected[int]) []int { return []int{s.Value} }

// An answer gives what another future answers in the form that the door wants.
type answer[T any] struct {
	future futures.Future[T]
	values func(T) []int
}

func (a *answer[T]) Poll(cx *futures.Context) ([]int, bool) {
	v, ready := a.future.Poll(cx)
	if !ready {
		return nil, false
	}
	return a.values(v), true
}

func (a *answer[T]) Drop() { futures.Drop(a.future) }
