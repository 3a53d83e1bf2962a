package futures_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

func TestJoinPollsEachUntilItIsReady(t *testing.T) { // C2, C4, C6, C8
	rapid.Check(t, func(rt *rapid.T) {
		lengths := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 6).Draw(rt, "lengths")
		fs := make([]futures.Future[int], len(lengths))
		for i, n := range lengths {
			fs[i] = futures.NewCountdown(n)
		}
		p, j := newProbe(rt), futures.Join(fs...)
		longest := slices.Max(append(lengths, 0))
		for range longest {
			mustPend(rt, j, p)
		}
		if values := mustBeReady(rt, j, p); values == nil || !slices.Equal(values, lengths) {
			rt.Errorf("values %v, want %v", values, lengths)
		}
		sum := 0
		for i, n := range lengths {
			sum += n
			if polls := fs[i].(*futures.Countdown).Polls(); polls != n+1 {
				rt.Errorf("child %d, pending %d times, was polled %d times", i, n, polls)
			}
		}
		p.want(rt, "ready", sum, 0)
	})
}

func TestJoinDropsOnlyWhatWasNotReady(t *testing.T) { // C11
	done, pending, never := &spy{ready: true}, &spy{dropFail: true}, new(spy)
	p, j := newProbe(t), futures.Join[int](done, pending, never)
	mustPend(t, j, p)
	if v := mustPanic(t, func() { futures.Drop(j) }); v != "spy: drop" {
		t.Errorf("Drop panicked with %v, want the panic of the child", v)
	}
	if done.drops != 0 || pending.drops != 1 || never.drops != 1 {
		t.Errorf("drops: %d, %d, %d, want 0 for the ready child and 1 for the others", done.drops, pending.drops, never.drops)
	}
}

// Both combinators keep out of a child's panic, are unusable afterwards, and
// can be dropped.
func TestPanicOfAChild(t *testing.T) { // C13
	for name, combine := range map[string]func(a, b *spy) (poll, drop func()){
		"Join": func(a, b *spy) (func(), func()) {
			j := futures.Join[int](a, b)
			return func() { j.Poll(newProbe(t).cx) }, func() { futures.Drop(j) }
		},
		"Select": func(a, b *spy) (func(), func()) {
			s := futures.Select[int](a, b)
			return func() { s.Poll(newProbe(t).cx) }, func() { futures.Drop(s) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := new(spy), &spy{panics: true}
			poll, drop := combine(a, b)
			if v := mustPanic(t, poll); v != "spy: poll" {
				t.Errorf("Poll panicked with %v, want the panic of the child", v)
			}
			mustPanic(t, poll)
			drop()
			if a.polls != 1 || b.polls != 1 || a.drops != 1 || b.drops != 1 {
				t.Errorf("polls and drops of the children: %+v and %+v, want 1 each", *a, *b)
			}
		})
	}
}

func TestCombinatorOfNilPanics(t *testing.T) {
	for want, combine := range map[string]func(){
		"futures: Join: argument 2 of 2 is nil, not a future":   func() { futures.Join(futures.Yield(), nil) },
		"futures: Select: argument 2 of 2 is nil, not a future": func() { futures.Select(futures.Yield(), nil) },
	} {
		if v := mustPanic(t, combine); v != want {
			t.Errorf("panicked with %q, want %q", v, want)
		}
	}
}

func TestJoinLeavesTheArgumentsAlone(t *testing.T) {
	fs := []futures.Future[int]{futures.NewCountdown(0)}
	mustBeReady(t, futures.Join(fs...), newProbe(t))
	if fs[0] == nil {
		t.Error("Join emptied the caller's slice")
	}
}
