package explore_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// Whatever finds it, a failure is shown by the same schedule, the simplest.
func TestMinimalWhateverFindsIt(t *testing.T) {
	for _, a := range []explore.Algorithm{explore.Source, explore.PCT, explore.Random, explore.Naive} {
		f := check(t, explore.Config{Algorithm: a, Seed: 1}, parkBug).Failure
		if f == nil || f.Fault != explore.Deadlock || !f.Minimal || f.Schedule != "1221" || f.Preemptions != 1 || f.Deciding != 2 {
			t.Errorf("%v: got %+v, want the schedule 1221, minimal, decided by the third step", a, f)
		}
	}
	f := check(t, explore.Config{Preemptions: 3}, parkBug).Failure
	if f == nil || f.Schedule != "1221" {
		t.Errorf("with a bound on preemptions: got %+v, want the schedule 1221", f)
	}
}

func TestMinimal(t *testing.T) {
	for _, c := range []struct {
		name               string
		body               func(*explore.X)
		steps, preemptions int
		deciding           int // the step, from 1; 0: none
	}{
		{"fewer preemptions rather than fewer steps", func(x *explore.X) {
			var flag, other atomic.Bool
			x.Go("reader", func() {
				other.Load()
				x.Assert(!flag.Load())
			})
			x.Go("writer", func() { // interrupted after the store it would take 3 steps
				flag.Store(true)
				for range 5 {
					other.Load()
				}
			})
		}, 8, 0, 0}, // the deciding step is looked at below
		{"a longer way with fewer preemptions", func(x *explore.X) {
			var flag, other atomic.Bool
			x.Go("writer", func() {
				for range 20 {
					other.Load()
				}
				flag.Store(true)
				other.Load()
			})
			x.Go("reader", func() { x.Assert(!flag.Load()) })
		}, 23, 0, 0},
		{"among tosses", func(x *explore.X) {
			var n atomic.Int32
			sum := x.Choose(2) + x.Choose(2) + x.Choose(2)
			x.Go("a", func() { n.Add(1) })
			x.Go("b", func() { x.Assert(n.Load() == 0 || sum < 2) })
		}, 2, 0, 1},
		{"every schedule", func(x *explore.X) {
			var mu sync.Mutex
			mu.Lock()
			x.Go("a", func() { mu.Lock() })
			x.Go("b", func() { mu.Lock() })
		}, 0, 0, 0},
		{"two preemptions", func(x *explore.X) {
			var n atomic.Int32
			x.Go("a", func() { n.Load(); n.Store(1) })
			x.Go("b", func() {
				n.Load()
				if n.Load() == 1 {
					n.Store(2)
				}
			})
			x.Go("c", func() {
				if n.Load() == 0 && n.Load() == 1 {
					x.Assert(n.Load() != 2)
				}
			})
		}, 8, 2, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := check(t, explore.Config{}, c.body).Failure
			if f == nil {
				t.Fatal("no failure")
			}
			steps, deciding := 0, 0
			for i, s := range f.Steps {
				if !s.Plain {
					steps++
				}
				if i == f.Deciding {
					deciding = steps
				}
			}
			if !f.Minimal || steps != c.steps || f.Preemptions != c.preemptions {
				t.Errorf("got %d steps, %d preemptions, minimal = %v; want %d, %d, true:\n%v",
					steps, f.Preemptions, f.Minimal, c.steps, c.preemptions, f)
			}
			if deciding != c.deciding && c.deciding != 0 {
				t.Errorf("step %d decides, want %d:\n%v", deciding, c.deciding, f)
			}
		})
	}
}

// A failure of a body that is too large to be tried out is made simpler all the
// same: a walk at random comes to it with many preemptions, where one is enough.
func TestSimplerOfMany(t *testing.T) {
	if enginetest.RaceDetector {
		t.Skip("many times slower with the race detector, which sees nothing in coroutines")
	}
	const adders = 9
	f := check(t, explore.Config{Algorithm: explore.Random}, func(x *explore.X) {
		var n, done atomic.Int32
		var others [adders]atomic.Int32
		for i := range adders {
			x.Go("adder", func() {
				others[i].Store(1)
				others[(i+1)%adders].Load()
				n.Store(n.Load() + 1)
				if done.Add(1) == adders {
					x.Assert(n.Load() == adders)
				}
			})
		}
	}).Failure
	if f == nil || f.Preemptions != 1 || f.Minimal {
		t.Errorf("got %v\nwant one preemption, and no proof that none is too few", f)
	}
}
