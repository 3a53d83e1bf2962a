package executor

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
)

func TestBlockOnPollsOncePerWake(t *testing.T) {
	for n := range 20 {
		f := futures.NewCountdown(n)
		if v := BlockOn(f); v != n || f.Polls() != n+1 {
			t.Errorf("Countdown(%d): got %d after %d polls", n, v, f.Polls())
		}
	}
}

func TestBlockOnSleepsUntilWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		p := g.future(t)
		result := make(chan int, 1)
		go func() { result <- BlockOn(p) }()
		for polls := 1; polls <= 3; polls++ {
			synctest.Wait()
			p.expect(polls, 0)
			p.wake() // the gate is closed: one poll for nothing
		}
		synctest.Wait()
		g.open.Store(true)
		synctest.Wait()
		p.expect(4, 0)
		p.wake()
		if got := <-result; got != 5 {
			t.Errorf("got %d, want 5 polls", got)
		}
		p.expect(5, 0)
	})
}

// Many goroutines wake at every moment of the poll and the park. If one wake got
// lost the bubble would deadlock.
func TestBlockOnLosesNoWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 2000 {
			var g gate
			p := newProbe(t, func(p *probe, _ *futures.Context) bool {
				if n, _ := p.counts(); n == 1 {
					for range 2 {
						go p.wake()
					}
					go func() {
						g.open.Store(true)
						p.wake()
					}()
				}
				return g.open.Load()
			})
			if polls := BlockOn(p); polls > 4 {
				t.Fatalf("%d polls for 3 wakes", polls)
			}
			synctest.Wait()
		}
	})
}

func TestBlockOnPassesAPanicOn(t *testing.T) {
	p := newProbe(t, func(p *probe, _ *futures.Context) bool {
		p.wake()
		if n, _ := p.counts(); n == 2 {
			panic("second poll")
		}
		return false
	})
	panics(t, "second poll", func() { BlockOn(p) })
	p.expect(2, 1)
}

// The outer future is woken while the inner call is parked, and the inner call is
// parked on the same goroutine: neither may take the other's wake.
func TestBlockOnNestedWithCrossedWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var innerGate gate
		inner := innerGate.future(t)
		outer := newProbe(t, func(p *probe, _ *futures.Context) bool {
			if n, _ := p.counts(); n == 1 {
				BlockOn(inner)
				return false
			}
			return true
		})
		var wg sync.WaitGroup
		wg.Go(func() { BlockOn(outer) })
		synctest.Wait()
		outer.wake()
		synctest.Wait()
		inner.expect(1, 0) // the outer wake is not the inner's
		innerGate.open.Store(true)
		inner.wake()
		wg.Wait()
		inner.expect(2, 0)
		outer.expect(2, 0)
	})
}

// The inner future's wakes, many of them, must not poll the outer one.
func TestBlockOnNestedWakesNothingOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outer := newProbe(t, func(p *probe, _ *futures.Context) bool {
			BlockOn(futures.NewCountdown(100))
			n, _ := p.counts()
			return n == 2
		})
		var wg sync.WaitGroup
		wg.Go(func() { BlockOn(outer) })
		synctest.Wait()
		outer.expect(1, 0)
		outer.wake()
		wg.Wait()
	})
}

// Two goroutines, each with two nested calls; each wakes the other's outer future
// while that is in its inner call.
func TestBlockOnSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inner, outer [2]*probe
		var gates [2]gate
		for i := range 2 {
			inner[i] = gates[i].future(t)
			outer[i] = newProbe(t, func(p *probe, _ *futures.Context) bool {
				n, _ := p.counts()
				if n == 1 {
					BlockOn(inner[i])
				}
				return n == 2
			})
		}
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() { BlockOn(outer[i]) })
		}
		synctest.Wait()
		for i := range 2 {
			outer[i].wake()
			gates[1-i].open.Store(true)
			inner[1-i].wake()
		}
		wg.Wait()
		for i := range 2 {
			inner[i].expect(2, 0)
			outer[i].expect(2, 0)
		}
	})
}

// A wake left over from a call that has returned is harmless.
func TestBlockOnStaleWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := newProbe(t, func(*probe, *futures.Context) bool { return true })
		BlockOn(first)
		var g gate
		second := g.future(t)
		var wg sync.WaitGroup
		wg.Go(func() { BlockOn(second) })
		synctest.Wait()
		first.wake()
		synctest.Wait()
		second.expect(1, 0)
		g.open.Store(true)
		second.wake()
		wg.Wait()
		first.expect(1, 0)
	})
}
