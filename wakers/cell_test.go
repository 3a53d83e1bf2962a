package wakers

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestCellWakesOnce(t *testing.T) {
	var cell Cell
	var p probe
	var w Waker
	p.fill(&w)
	cell.Wake() // empty: nothing
	cell.Register(&w)
	p.want(t, 1, 0, 0, 0)
	cell.Wake()
	p.want(t, 1, 1, 0, 0)
	cell.Wake()
	p.want(t, 1, 1, 0, 0)
	cell.Register(&w)
	cell.Wake()
	p.want(t, 2, 2, 0, 0)
}

func TestCellHoldsTheLatestWaker(t *testing.T) {
	var cell Cell
	var p, q probe
	var w, v Waker
	p.fill(&w)
	q.fill(&v)
	cell.Register(&w)
	cell.Register(&v)
	p.want(t, 1, 0, 0, 1) // at once, not with the wake
	cell.Wake()
	p.want(t, 1, 0, 0, 1)
	q.want(t, 1, 1, 0, 0)
}

func TestCellKeepsAWakerOfTheSameTask(t *testing.T) {
	var cell Cell
	var p probe
	var w, clone Waker
	p.fill(&w)
	clone.CloneFrom(&w)
	cell.Register(&w)
	cell.Register(&w)
	cell.Register(&clone)
	p.want(t, 2, 0, 0, 0)
}

func TestCellTake(t *testing.T) {
	var cell Cell
	var p probe
	var w, dst Waker
	p.fill(&w)
	if cell.Take(&dst) || dst.Filled() {
		t.Error("Take of an empty Cell gave something")
	}
	cell.Register(&w)
	if !cell.Take(&dst) || !dst.Filled() {
		t.Fatal("Take of a filled Cell gave nothing")
	}
	p.want(t, 1, 0, 0, 0)
	cell.Wake() // it is gone from the Cell
	p.want(t, 1, 0, 0, 0)
	dst.Wake()
	p.want(t, 1, 1, 0, 0)
}

// A Take that is refused leaves the waker in the Cell.
func TestCellTakeOntoFilled(t *testing.T) {
	var cell Cell
	var p, q probe
	var w, dst Waker
	p.fill(&w)
	q.fill(&dst)
	cell.Register(&w)
	wantPanic(t, func() { cell.Take(&dst) }, "Cell.Take onto")
	cell.Wake()
	p.want(t, 1, 1, 0, 0)
}

func TestCellClear(t *testing.T) {
	var cell Cell
	var p probe
	var w Waker
	p.fill(&w)
	cell.Clear() // empty: nothing
	cell.Register(&w)
	cell.Clear()
	p.want(t, 1, 0, 0, 1)
	cell.Wake()
	p.want(t, 1, 0, 0, 1)
}

// A waker may panic in any of its functions: the Cell then holds a defined
// waker, or none, and serves on.
func TestCellSurvivesPanics(t *testing.T) {
	boom := func() { panic("boom") }
	var w, v Waker
	for _, c := range []struct {
		name   string
		p, q   probe // of the waker held, and of the one registered then
		do     func(cell *Cell)
		p2, q2 [2]int // wakes and drops of each, after a last Wake
	}{
		{"clone, empty", probe{}, probe{onClone: boom}, func(c *Cell) { c.Clear(); c.Register(&v) }, [2]int{0, 1}, [2]int{0, 0}},
		{"clone, filled", probe{}, probe{onClone: boom}, func(c *Cell) { c.Register(&v) }, [2]int{1, 0}, [2]int{0, 0}},
		{"drop of the old", probe{onDrop: boom}, probe{}, func(c *Cell) { c.Register(&v) }, [2]int{0, 1}, [2]int{1, 0}},
		{"drop", probe{onDrop: boom}, probe{}, (*Cell).Clear, [2]int{0, 1}, [2]int{0, 0}},
		{"wake", probe{onWake: boom}, probe{}, (*Cell).Wake, [2]int{1, 0}, [2]int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var cell Cell
			w, v = Waker{}, Waker{}
			c.p.fill(&w)
			c.q.fill(&v)
			cell.Register(&w)
			wantPanic(t, func() { c.do(&cell) }, "boom")
			cell.Wake()
			c.p.want(t, 1, c.p2[0], 0, c.p2[1])
			c.q.want(t, c.q.clones, c.q2[0], 0, c.q2[1])
			c.p.onWake, c.q.onClone = nil, nil
			cell.Register(&w) // works as ever
			cell.Wake()
			c.p.want(t, 2, c.p2[0]+1, 0, c.p2[1])
		})
	}
}

// A waker's code may call the Cell again, so its lock is not held.
func TestCellCallsWakersUnlocked(t *testing.T) {
	calls := []struct {
		name string
		call func(cell *Cell, w *Waker)
	}{
		{"Register", (*Cell).Register},
		{"Wake", func(cell *Cell, _ *Waker) { cell.Wake() }},
		{"Take", func(cell *Cell, _ *Waker) {
			var dst Waker
			if cell.Take(&dst) {
				dst.Drop()
			}
		}},
		{"Clear", func(cell *Cell, _ *Waker) { cell.Clear() }},
	}
	for _, again := range calls {
		t.Run(again.name, func(t *testing.T) {
			var cell Cell
			var c Counting // of the waker registered again
			var w, v, other Waker
			c.InitWaker(&other)
			ran := 0
			hook := func() {
				ran++
				if !cell.mu.TryLock() { // instead of a deadlock
					t.Error("the waker's code runs with the lock held")
					return
				}
				cell.mu.Unlock()
				again.call(&cell, &other)
			}
			p := probe{onClone: hook, onWake: hook, onDrop: hook}
			q := probe{onClone: hook, onWake: hook, onDrop: hook}
			p.fill(&w)
			q.fill(&v)
			cell.Register(&w) // clone
			cell.Register(&v) // clone, drop
			cell.Wake()       // wake
			cell.Register(&w) // clone
			cell.Clear()      // drop
			if ran < 4 {
				t.Errorf("%d hooks ran, want at least 4", ran)
			}
			cell.Clear()
			if p.clones != p.wakes+p.drops || q.clones != q.wakes+q.drops {
				t.Errorf("clones are not balanced by wakes and drops: %+v, %+v", p, q)
			}
			other.Drop()
			if c.Live() != 0 || c.Late() != 0 {
				t.Errorf("%d handles live, %d late calls; want 0, 0", c.Live(), c.Late())
			}
		})
	}
}

// The order of the Cell's comment loses no wake: a consumer that registers and
// then checks, and a producer that makes it happen and then wakes. A lost wake is
// a deadlock of the bubble.
func TestCellLosesNoWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rounds = 5000
		var cell Cell
		var parking Parking
		var w Waker
		parking.InitWaker(&w)
		var happened atomic.Int64
		var next Parker
		go func() {
			for range rounds {
				next.Park()
				happened.Add(1)
				cell.Wake()
			}
		}()
		for round := int64(1); round <= rounds; round++ {
			next.Unpark()
			for cell.Register(&w); happened.Load() < round; cell.Register(&w) {
				parking.Park()
			}
		}
	})
}

// What was done before a Wake that found the Cell empty is seen after the next
// Register. The race detector judges; virtual time orders the two.
func TestRegisterSeesWhatAnEarlierWakerDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cell Cell
		var w Waker
		Noop{}.InitWaker(&w)
		happened := false
		go func() {
			time.Sleep(time.Second)
			happened = true
			cell.Wake()
		}()
		time.Sleep(time.Hour)
		cell.Register(&w)
		if !happened {
			t.Error("the Register does not see what was done before the Wake")
		}
		cell.Clear()
	})
}

// Everybody calls everything at once; no handle is lost or ended twice.
func TestCellBalancesUnderConcurrency(t *testing.T) {
	const rounds = 2000
	var cell Cell
	var countings [3]Counting
	var wg sync.WaitGroup
	for i := range countings {
		wg.Go(func() {
			var w Waker
			countings[i].InitWaker(&w)
			for range rounds {
				cell.Register(&w)
			}
			w.Drop()
		})
	}
	wg.Go(func() {
		for range rounds {
			cell.Wake()
		}
	})
	wg.Go(func() {
		for range rounds {
			cell.Clear()
		}
	})
	wg.Go(func() {
		for range rounds {
			var w Waker
			if cell.Take(&w) {
				w.WakeByRef()
				w.Drop()
			}
		}
	})
	wg.Wait()
	cell.Clear()
	for i := range countings {
		if c := &countings[i]; c.Live() != 0 || c.Late() != 0 {
			t.Errorf("waker %d: %d handles live, %d late calls; want 0, 0", i, c.Live(), c.Late())
		}
	}
}
