package wakers

import (
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// counts is what a Counting should show.
type counts struct {
	live, wakes, late int
	freed             bool
}

// check fails t unless c shows want.
func (want counts) check(t rapid.TB, c *Counting) {
	t.Helper()
	if got := (counts{c.Live(), c.Wakes(), c.Late(), c.Freed()}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestCountingCounts(t *testing.T) {
	var c Counting
	counts{}.check(t, &c)
	var w, clone Waker
	c.InitWaker(&w)
	counts{live: 1}.check(t, &c)
	clone.CloneFrom(&w)
	counts{live: 2}.check(t, &c)
	w.WakeByRef()
	counts{live: 2, wakes: 1}.check(t, &c)
	w.Wake()
	counts{live: 1, wakes: 2}.check(t, &c)
	clone.Drop()
	counts{live: 0, wakes: 2, freed: true}.check(t, &c)
	c.InitWaker(&w) // a new handle is no late call; that it once was freed stays known
	w.WakeByRef()
	counts{live: 1, wakes: 3, freed: true}.check(t, &c)
	w.Wake()
	counts{live: 0, wakes: 4, freed: true}.check(t, &c)
}

// Each call on a handle that has ended, when none other lives, is counted as late.
func TestCountingNoticesLateCalls(t *testing.T) {
	for _, x := range []struct {
		name string
		call func(RawWaker)
		want counts
	}{
		{"Clone", func(r RawWaker) { r.Clone() }, counts{1, 0, 1, true}},
		{"Wake", RawWaker.Wake, counts{-1, 1, 1, true}},
		{"WakeByRef", RawWaker.WakeByRef, counts{0, 1, 1, true}},
		{"Drop", RawWaker.Drop, counts{-1, 0, 1, true}},
	} {
		t.Run(x.name, func(t *testing.T) {
			var c Counting
			raw := c.Raw()
			raw.Drop()
			x.call(raw)
			x.want.check(t, &c)
		})
	}
}

// Both counts are exact when many goroutines clone, wake and drop at once.
func TestCountingIsExactUnderConcurrency(t *testing.T) {
	const goroutines, rounds = 4, 10000
	var c Counting
	var w Waker
	c.InitWaker(&w)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range rounds {
				var kept, clone Waker
				kept.CloneFrom(&w)
				clone.CloneFrom(&kept)
				clone.Wake()
				kept.WakeByRef()
				kept.Drop()
			}
		})
	}
	wg.Wait()
	counts{live: 1, wakes: 2 * goroutines * rounds}.check(t, &c)
	w.Drop()
}

// The example in the comment of CountingVTable: a table with a bug, over a
// Counting that shows it.
func TestVariedCountingVTable(t *testing.T) {
	var c Counting
	vt := CountingVTable()
	vt.WakeByRef = vt.Wake
	c.Raw()
	raw := vt.Raw(&c)
	counts{live: 1}.check(t, &c)
	raw.WakeByRef()
	counts{live: 0, wakes: 1, freed: true}.check(t, &c)
	raw.Drop()
	counts{live: -1, wakes: 1, late: 1, freed: true}.check(t, &c)
}
