package futures_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

func TestSelectAnswersTheFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lengths := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 6).Draw(rt, "lengths")
		fs := make([]futures.Future[int], len(lengths))
		for i, n := range lengths {
			fs[i] = futures.NewCountdown(n)
		}
		p, s := newProbe(rt), futures.Select(fs...)
		shortest := slices.Min(lengths)
		first := slices.Index(lengths, shortest)
		for range shortest {
			mustPend(rt, s, p)
		}
		if got, want := mustBeReady(rt, s, p), (futures.Selected[int]{Index: first, Value: shortest}); got != want {
			rt.Errorf("got %+v, want %+v", got, want)
		}
		for i := range lengths {
			polls := shortest
			if i <= first {
				polls++
			}
			if got := fs[i].(*futures.Countdown).Polls(); got != polls {
				rt.Errorf("child %d was polled %d times, want %d: each once per poll, none after the winner", i, got, polls)
			}
		}
	})
}

func TestSelectDropsTheLosers(t *testing.T) {
	polled, winner, unpolled := new(spy), &spy{ready: true, value: 7}, new(spy)
	got := mustBeReady(t, futures.Select[int](polled, winner, unpolled), newProbe(t))
	if got.Index != 1 || got.Value != 7 {
		t.Errorf("got %+v, want the second child's 7", got)
	}
	if polled.drops != 1 || winner.drops != 0 || unpolled.drops != 1 || unpolled.polls != 0 {
		t.Errorf("drops: %d, %d, %d, want 1 for the losers and 0 for the winner", polled.drops, winner.drops, unpolled.drops)
	}
}

func TestSelectDropsTheLosersThoughOneDropPanics(t *testing.T) { // C11
	a, winner, b := &spy{dropFail: true}, &spy{ready: true}, new(spy)
	s, p := futures.Select[int](a, winner, b), newProbe(t)
	mustPanic(t, func() { s.Poll(p.cx) })
	futures.Drop(s)
	if a.drops != 1 || winner.drops != 0 || b.drops != 1 {
		t.Errorf("drops: %d, %d, %d, want 1, 0, 1", a.drops, winner.drops, b.drops)
	}
}

func TestEmptySets(t *testing.T) { // C17
	p := newProbe(t)
	if vs := mustBeReady(t, futures.Join[int](), p); vs == nil || len(vs) != 0 {
		t.Errorf("Join of nothing: %#v, want an empty slice", vs)
	}
	if s := mustBeReady(t, futures.Select[int](), p); s.Index != -1 {
		t.Errorf("Select of nothing: %+v, want Index -1", s)
	}
}
