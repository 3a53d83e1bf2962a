package explore_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

// A schedule of any length can be written and followed.
func TestLongSchedules(t *testing.T) {
	const long = 40_000
	r := check(t, explore.Config{Steps: 2 * long, Executions: 1}, func(x *explore.X) {
		var n atomic.Int32
		x.Go("ann", func() {
			for range long {
				n.Load()
			}
			x.Assert(false)
		})
		x.Go("bob", func() {})
	})
	if f := r.Failure; f == nil || f.Fault != explore.Assertion || f.Schedule != "1{32767}1{7233}" || len(f.Steps) != long {
		t.Errorf("got %v, want an assertion after %d steps of one thread", f, long)
	}
}

// A choice can be as wide as what a schedule can say, and no wider.
func TestWideChoices(t *testing.T) {
	for _, c := range []struct {
		n        int
		fault    explore.Fault
		schedule string
	}{
		{64, explore.Assertion, "._"},
		{1000, explore.Assertion, ".{999}"},
		{1 << 15, explore.Assertion, ".{32767}"},
		{1<<15 + 1, explore.Limit, ""},
	} {
		r := check(t, explore.Config{}, func(x *explore.X) { x.Assert(x.Choose(c.n) < c.n-1) })
		if f := r.Failure; f == nil || f.Fault != c.fault || f.Schedule != c.schedule {
			t.Errorf("among %d: got %v, want fault %v with schedule %q", c.n, f, c.fault, c.schedule)
		}
	}
}
