//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestCounting(t *testing.T) { prove(t, countingScenarios) }

var countingScenarios = []scenario{
	{"W1 W9 W15 counts are exact: one clones and drops, one wakes", func(x *explore.X) {
		counts(x, 1,
			func(w *wakers.Waker) { clone(w).Drop(); w.Drop() },
			func(w *wakers.Waker) { w.Wake() })
	}, 5, 0},
	{"W1 W9 W15 counts are exact: both clone and wake", func(x *explore.X) {
		cloneWake := func(w *wakers.Waker) { clone(w).Wake(); w.Drop() }
		counts(x, 2, cloneWake, cloneWake)
	}, 33, 0},
	{"W1 W9 W15 counts are exact: three wake, by ref and by value", func(x *explore.X) {
		counts(x, 3,
			func(w *wakers.Waker) { w.WakeByRef(); w.Drop() },
			func(w *wakers.Waker) { w.Wake() },
			func(w *wakers.Waker) { w.Wake() })
	}, 108, 0},
	{"W15 one handle, cloned and woken by two at a time", func(x *explore.X) {
		var c wakers.Counting
		var w wakers.Waker
		c.InitWaker(&w)
		var g group
		g.run(x, "one", func() { clone(&w).Wake() })
		g.run(x, "other", func() { w.WakeByRef(); clone(&w).Drop() })
		g.wait()
		x.Assert(c.Live() == 1 && !c.Freed())
		w.Drop()
		x.Assert(c.Live() == 0 && c.Freed() && c.Late() == 0 && c.Wakes() == 2)
	}, 15, 0},
}

func clone(w *wakers.Waker) *wakers.Waker {
	c := new(wakers.Waker)
	c.CloneFrom(w)
	return c
}

// counts gives each f a handle of its own, and sees that there are as many wakes
// as should be, and no handle left.
func counts(x *explore.X, wakes int, fs ...func(*wakers.Waker)) {
	var c wakers.Counting
	handles := make([]wakers.Waker, len(fs))
	for i := range handles {
		c.InitWaker(&handles[i])
	}
	var g group
	for i, f := range fs {
		g.run(x, []string{"one", "two", "three"}[i], func() { f(&handles[i]) })
	}
	g.wait()
	x.Assert(c.Wakes() == wakes)
	x.Assert(c.Live() == 0 && c.Freed() && c.Late() == 0)
}
