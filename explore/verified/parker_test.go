//go:build explore

package verified

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestParker(t *testing.T) { prove(t, parkerScenarios) }

var parkerScenarios = []scenario{
	{"P6 an unpark before, during or after the park", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", p.Park)
		x.Go("unparker", p.Unpark)
	}, 3, 0},
	{"P6 a token for each of two parks", func(x *explore.X) {
		var p, back wakers.Parker
		x.Go("parker", func() { p.Park(); back.Unpark(); p.Park() })
		x.Go("unparker", func() { p.Unpark(); back.Park(); p.Unpark() })
	}, 21, 0},
	{"P6 two unparkers, one park", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", p.Park)
		x.Go("unparker 1", p.Unpark)
		x.Go("unparker 2", p.Unpark)
	}, 12, 0},
	{"P6 three unparkers, one park", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", p.Park)
		x.Go("unparker 1", p.Unpark)
		x.Go("unparker 2", p.Unpark)
		x.Go("unparker 3", p.Unpark)
	}, 54, 0},
	{"P6 parks until both have come", func(x *explore.X) {
		var p wakers.Parker
		var came atomic.Int32
		x.Go("parker", func() {
			for came.Load() < 2 {
				p.Park()
			}
		})
		x.Go("unparker 1", func() { came.Add(1); p.Unpark() })
		x.Go("unparker 2", func() { came.Add(1); p.Unpark() })
	}, 80, 0},
	{"two parks take two tokens or wait", func(x *explore.X) {
		// Of two unparks one is enough for a park; what is left is one token
		// or none, never two.
		var p wakers.Parker
		var g group
		g.run(x, "unparker 1", p.Unpark)
		g.run(x, "unparker 2", p.Unpark)
		p.Park()
		g.wait()
		p.ParkTimeout(0)
		x.Assert(!p.ParkTimeout(0))
	}, 14, 0},
	{"P13 a timeout takes the token or leaves it", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", func() {
			if !p.ParkTimeout(time.Second) {
				p.Park()
			}
			x.Assert(!p.ParkTimeout(0))
		})
		x.Go("unparker", p.Unpark)
	}, 14, 0},
	{"P13 two unparkers and a timeout", func(x *explore.X) {
		var p wakers.Parker
		var g group
		g.run(x, "unparker 1", p.Unpark)
		g.run(x, "unparker 2", p.Unpark)
		took := p.ParkTimeout(time.Second)
		g.wait()
		left := p.ParkTimeout(0)
		x.Assert(took || left)
		x.Assert(!p.ParkTimeout(0))
	}, 52, 0},
	{"P13 a timeout, then another one", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", func() {
			took := p.ParkTimeout(time.Second)
			if !took {
				took = p.ParkTimeout(time.Second)
			}
			if !took {
				p.Park()
			}
			x.Assert(!p.ParkTimeout(0))
		})
		x.Go("unparker", p.Unpark)
	}, 36, 0},
	{"P7 a park sees what came before each unpark", func(x *explore.X) {
		unparksSynchronize(x, new(wakers.Parker))
	}, 20, 0},
}

// unparksSynchronize parks until two unparks have come, and looks at what was done
// before each of those that have.
func unparksSynchronize(x threads, p interface {
	Park()
	Unpark()
}) {
	var data [2]explore.Var[int]
	var done [2]ghost
	for i, name := range []string{"unparker 1", "unparker 2"} {
		x.Go(name, func() {
			data[i].Set(1)
			p.Unpark()
			done[i].set = true
		})
	}
	x.Go("parker", func() {
		for !done[0].set || !done[1].set {
			p.Park()
			for i := range data {
				if done[i].set {
					x.Assert(data[i].Get() == 1)
				}
			}
		}
	})
}
