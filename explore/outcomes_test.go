package explore_test

import (
	"maps"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
)

// hides fails in an execution that ends before it is seen that the other thread
// stores what would let it pass.
func hides(x *explore.X) {
	var other, n atomic.Int32
	x.Go("", func() { other.Store(1); n.Store(1) })
	x.Assert(n.Load() == 1)
}

// The report on a failure must not say of schedules that they fail without having
// tried them.
func TestDecidingWhereFailuresHideSchedules(t *testing.T) {
	r, err := explore.Check(hides)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil || r.Failure.Deciding != 0 {
		t.Errorf("%v; want its first step to decide", r.Failure)
	}
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name   string
		config explore.Config
		body   func(*explore.X)
		want   map[explore.Fault]int
		all    bool
	}{
		{"none fails", explore.Config{}, counter, map[explore.Fault]int{0: 6}, true},
		{"a bound", explore.Config{Executions: 4}, counter, map[explore.Fault]int{0: 4}, false},
		{"each hangs", explore.Config{}, func(x *explore.X) {
			var n atomic.Int32
			var never runtime.Token
			for range 2 {
				x.Go("", func() { n.Add(1); never.Park() })
			}
		}, map[explore.Fault]int{explore.Deadlock: 2}, true},
		{"one of three hangs", explore.Config{}, func(x *explore.X) {
			var n atomic.Int32
			var never runtime.Token
			x.Go("", func() { n.Store(1); n.Store(2) })
			if n.Load() == 1 {
				never.Park()
			}
		}, map[explore.Fault]int{0: 2, explore.Deadlock: 1}, true},
		{"a failure hides that others pass", explore.Config{}, hides,
			map[explore.Fault]int{explore.Assertion: 1}, false},
		{"not from naive enumeration", explore.Config{Algorithm: explore.Naive}, hides,
			map[explore.Fault]int{0: 1, explore.Assertion: 2}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := c.config.Outcomes(c.body)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0
			for _, n := range o.Ends {
				sum += n
			}
			if !maps.Equal(o.Ends, c.want) || o.All != c.all || o.Executions != sum {
				t.Errorf("%+v; want %v, all: %v", o, c.want, c.all)
			}
		})
	}
	if _, err := (explore.Config{Steps: -1}).Outcomes(counter); err == nil {
		t.Error("a wrong Config; want an error")
	}
}
