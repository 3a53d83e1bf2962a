//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestCell(t *testing.T) { prove(t, cellScenarios) }

var cellScenarios = []scenario{
	{"F5 F6 a task registers, then looks", func(x *explore.X) { registers(x, 1) }, 6, 0},
	{"F5 F6 two make it happen", func(x *explore.X) { registers(x, 2) }, 136, 2},
	{"F2 the latest waker is woken", func(x *explore.X) {
		var c wakers.Cell
		var first, second wakers.Counting
		var fired atomic.Bool
		var g group
		saw := false
		g.run(x, "task", func() {
			register(&c, &first)
			register(&c, &second)
			saw = fired.Load()
		})
		g.run(x, "waker", func() { fired.Store(true); c.Wake() })
		g.wait()
		x.Assert(saw || second.Wakes() == 1)
		x.Assert(first.Wakes()+second.Wakes() <= 1)
		c.Clear()
		x.Assert(first.Live() == 0 && second.Live() == 0)
	}, 9, 0},
	{"two tasks register, one is woken", func(x *explore.X) {
		var c wakers.Cell
		var first, second wakers.Counting
		var g group
		g.run(x, "task 1", func() { register(&c, &first) })
		g.run(x, "task 2", func() { register(&c, &second) })
		g.run(x, "waker", c.Wake)
		g.wait()
		x.Assert(first.Wakes()+second.Wakes() <= 1)
		c.Clear()
		x.Assert(first.Live() == 0 && second.Live() == 0 && first.Late()+second.Late() == 0)
	}, 133, 0},
	{"one of those who take it has it", func(x *explore.X) {
		var c wakers.Cell
		var counting wakers.Counting
		register(&c, &counting)
		var g group
		var w wakers.Waker
		took := false
		g.run(x, "waker", c.Wake)
		g.run(x, "dropper", c.Clear)
		g.run(x, "taker", func() { took = c.Take(&w) })
		g.wait()
		if took {
			w.Wake()
		}
		x.Assert(counting.Live() == 0 && counting.Late() == 0 && counting.Wakes() <= 1)
	}, 17, 0},
	{"F22 what came before a wake is seen after the next register", func(x *explore.X) {
		wakesSynchronize(x, new(wakers.Cell))
	}, 12, 0},
}

// register registers a waker of c and keeps none.
func register(cell *wakers.Cell, c *wakers.Counting) {
	var w wakers.Waker
	c.InitWaker(&w)
	cell.Register(&w)
	w.Drop()
}

// registers lets a task wait until n others have done their part.
func registers(x *explore.X, n int) {
	var c wakers.Cell
	var came atomic.Int32
	x.Go("task", func() {
		var parking wakers.Parking
		var w wakers.Waker
		parking.InitWaker(&w)
		for {
			c.Register(&w)
			if int(came.Load()) == n {
				return
			}
			parking.Park()
		}
	})
	for i := range n {
		x.Go([]string{"waker 1", "waker 2"}[i], func() { came.Add(1); c.Wake() })
	}
}

// wakesSynchronize looks, after a register that comes after a wake, at what was
// done before the wake.
func wakesSynchronize(x threads, c interface {
	Register(*wakers.Waker)
	Wake()
}) {
	var data [2]explore.Var[int]
	var done [2]ghost
	for i, name := range []string{"waker 1", "waker 2"} {
		x.Go(name, func() {
			data[i].Set(1)
			c.Wake()
			done[i].set = true
		})
	}
	x.Go("task", func() {
		var w wakers.Waker
		wakers.Noop{}.InitWaker(&w)
		c.Register(&w)
		for i := range data {
			if done[i].set {
				x.Assert(data[i].Get() == 1)
			}
		}
	})
}
