//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestPool(t *testing.T) { prove(t, poolScenarios) }

var poolScenarios = []scenario{
	{"E34 one worker: a pool that is closed at once", func(x *explore.X) {
		executor.NewPool(1).Close()
	}, 4, 0},
	{"E34 two workers: a pool that is closed at once", func(x *explore.X) {
		executor.NewPool(2).Close()
	}, 50, 0},
	{"E19 one worker: a spawn", func(x *explore.X) {
		p := executor.NewPool(1)
		joined(x, executor.Spawn(p, futures.NewCountdown(0)), 0)
		p.Close()
	}, 154, 0},
	{"E2 E4 W14 one worker: a wake from outside", func(x *explore.X) {
		p := executor.NewPool(1)
		f := &arrivals{want: 1}
		h := executor.Spawn(p, f)
		x.Go("waker", f.arrive)
		joined(x, h, 1)
		p.Close()
	}, 5620, 0},
	{"E2 E4 E18 E30 E31 two workers: a wake from outside", func(x *explore.X) {
		p := executor.NewPool(2)
		executor.Spawn(p, &wakened{x: x, last: func() { x.Go("closer", p.Close) }})
	}, 20872, 0},
	{"E3 one worker: a task that wakes itself", func(x *explore.X) {
		p := executor.NewPool(1)
		joined(x, executor.Spawn(p, futures.NewCountdown(2)), 2)
		p.Close()
	}, 770, 0},
	{"E6 E18 E31 two workers: a task that wakes itself", func(x *explore.X) {
		p := executor.NewPool(2)
		joined(x, executor.Spawn(p, futures.NewCountdown(1)), 1)
		p.Close()
	}, 28652, 0},
	{"E18 one worker: two tasks", func(x *explore.X) {
		p := executor.NewPool(1)
		f, g := executor.Spawn(p, futures.NewCountdown(0)), executor.Spawn(p, futures.NewCountdown(0))
		joined(x, f, 0)
		joined(x, g, 0)
		p.Close()
	}, 3740, 0},
	{"E30 two workers: two tasks", func(x *explore.X) {
		p := executor.NewPool(2)
		executor.Spawn(p, futures.NewCountdown(0))
		executor.Spawn(p, futures.NewCountdown(0))
		p.Idle()
		p.Close()
	}, 63916, 0},
	{"E30 two workers: two tasks, the last one closes", func(x *explore.X) {
		p := executor.NewPool(2)
		n := new(atomic.Int32)
		f := futures.Func[int](func(*futures.Context) (int, bool) {
			if n.Add(1) == 2 {
				x.Go("closer", p.Close)
			}
			return 0, true
		})
		executor.Spawn(p, f)
		executor.Spawn(p, f)
	}, 17344, 0},
	{"E30 two workers: a poll that waits for the poll of another task", func(x *explore.X) {
		p := executor.NewPool(2)
		var token wakers.Parker
		executor.Spawn(p, futures.Func[int](func(*futures.Context) (int, bool) { token.Park(); return 0, true }))
		h := executor.Spawn(p, futures.Func[int](func(*futures.Context) (int, bool) { token.Unpark(); return 0, true }))
		joined(x, h, 0)
		p.Close()
	}, 143088, 0},
	{"E26 one worker: a cancel", func(x *explore.X) {
		p := executor.NewPool(1)
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		h := executor.Spawn(p, f)
		h.Cancel()
		p.Idle()
		p.Close()
		x.Assert(f.once())
	}, 1060, 0},
	{"E26 one worker: a cancel and a wake", func(x *explore.X) {
		p := executor.NewPool(1)
		h := executor.Spawn(p, &wakened{x: x})
		h.Cancel()
		p.Idle()
		p.Close()
	}, 112010, 0},
	{"E26 E34 W13 one worker: a cancel, a wake and a close", func(x *explore.X) {
		p := executor.NewPool(1)
		h := executor.Spawn(p, &wakened{x: x})
		h.Cancel()
		p.Close()
		ends(x, h, futures.ErrCancelled)
	}, 39800, 0},
	{"E34 E35 W8 W13 one worker: a close and a wake", func(x *explore.X) {
		p := executor.NewPool(1)
		f := &arrivals{want: 1}
		h := executor.Spawn(p, f)
		x.Go("waker", f.arrive)
		p.Close()
		ends(x, h, executor.ErrClosed)
	}, 388, 0},
	{"E34 one worker: a close and a spawn", func(x *explore.X) {
		p := executor.NewPool(1)
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		var g group
		g.run(x, "spawner", func() { ends(x, executor.Spawn(p, f), executor.ErrClosed) })
		p.Close()
		g.wait()
		x.Assert(f.once())
	}, 662, 0},
	{"E36 one worker: a close, and a drop that spawns", func(x *explore.X) {
		p := executor.NewPool(1)
		f := &spawnsInDrop{x: x, on: p}
		h := executor.Spawn(p, f)
		p.Close()
		ends(x, h, executor.ErrClosed)
		x.Assert(f.dropped)
	}, 18, 0},
	{"one worker: idle, and a spawn", func(x *explore.X) {
		p := executor.NewPool(1)
		f := futures.NewCountdown(1)
		executor.Spawn(p, f)
		p.Idle()
		x.Assert(f.Polls() == 2)
		p.Close()
	}, 70, 0},
	{"W21 E5 E12 E13 one worker: what came before a wake is seen by the poll after it", func(x *explore.X) {
		p := executor.NewPool(1)
		executor.Spawn(p, &visitor{x: x, threads: 1, itself: true, last: func() { x.Go("closer", p.Close) }})
	}, 17184, 0},
	{"E13 E31 two workers: a poll sees what the one before has done", func(x *explore.X) {
		p := executor.NewPool(2)
		polls := new(explore.Var[int])
		h := executor.Spawn(p, futures.Func[int](func(cx *futures.Context) (int, bool) {
			polls.Set(polls.Get() + 1)
			cx.Waker().WakeByRef()
			return 2, polls.Get() == 2
		}))
		joined(x, h, 2)
		x.Assert(polls.Get() == 2)
		p.Close()
	}, 40508, 0},
}
