//go:build explore

package verified

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestFutures(t *testing.T) { prove(t, futureScenarios) }

var futureScenarios = []scenario{
	{"F5 F6 event: it fires before, during or after the poll", func(x *explore.X) {
		var ev futures.Event
		x.Go("waiter", func() { executor.BlockOn(ev.Wait()) })
		x.Go("firer", ev.Fire)
	}, 7, 0},
	{"F23 event: all who wait are woken", func(x *explore.X) {
		var ev futures.Event
		x.Go("waiter 1", func() { executor.BlockOn(ev.Wait()) })
		x.Go("waiter 2", func() { executor.BlockOn(ev.Wait()) })
		x.Go("firer", ev.Fire)
	}, 75, 0},
	{"F5 event: it fires twice", func(x *explore.X) {
		var ev futures.Event
		x.Go("waiter", func() { executor.BlockOn(ev.Wait()) })
		x.Go("firer 1", ev.Fire)
		x.Go("firer 2", ev.Fire)
	}, 34, 0},
	{"F22 event: what came before it is seen by who is answered", func(x *explore.X) {
		var ev futures.Event
		var data explore.Var[int]
		x.Go("waiter", func() {
			executor.BlockOn(ev.Wait())
			x.Assert(data.Get() == 1)
		})
		x.Go("firer", func() { data.Set(1); ev.Fire() })
	}, 7, 0},
	{"F2 event: the waker of the latest poll is woken", func(x *explore.X) {
		var ev futures.Event
		var first, second wakers.Counting
		f := ev.Wait()
		var g group
		ready := false
		g.run(x, "waiter", func() {
			if ready = polled(&first, f); !ready {
				ready = polled(&second, f)
			}
		})
		g.run(x, "firer", ev.Fire)
		g.wait()
		x.Assert(ready || second.Wakes() == 1)
		if !ready {
			x.Assert(polled(&second, f))
		}
		x.Assert(first.Live() == 0 && second.Live() == 0)
	}, 16, 0},
	{"F11 event: a wait is dropped while it fires, the other is woken", func(x *explore.X) {
		var ev futures.Event
		var c wakers.Counting
		f := ev.Wait()
		polled(&c, f)
		var g group
		g.run(x, "dropper", func() { futures.Drop(f) })
		g.run(x, "firer", ev.Fire)
		executor.BlockOn(ev.Wait())
		g.wait()
		x.Assert(c.Live() == 0 && c.Late() == 0)
	}, 35, 0},
	{"C3 F22 join: of two events", func(x *explore.X) {
		var a, b futures.Event
		var data [2]explore.Var[int]
		x.Go("firer a", func() { data[0].Set(1); a.Fire() })
		x.Go("firer b", func() { data[1].Set(2); b.Fire() })
		executor.BlockOn(futures.Join(a.Wait(), b.Wait()))
		x.Assert(data[0].Get() == 1 && data[1].Get() == 2)
	}, 147, 5},
	{"F11 join: it is dropped while its events fire", func(x *explore.X) {
		var a, b futures.Event
		var c wakers.Counting
		f := futures.Join(a.Wait(), b.Wait())
		x.Assert(!polled(&c, f))
		var g group
		g.run(x, "firer a", a.Fire)
		g.run(x, "firer b", b.Fire)
		futures.Drop(f)
		g.wait()
		x.Assert(c.Live() == 0 && c.Late() == 0)
	}, 19, 2},
	{"C3 F11 select: of two events, both fire", func(x *explore.X) {
		var a, b futures.Event
		x.Go("firer a", a.Fire)
		x.Go("firer b", b.Fire)
		first := executor.BlockOn(futures.Select(a.Wait(), b.Wait()))
		x.Assert(first.Index == 0 && a.Fired() || first.Index == 1 && b.Fired())
	}, 56, 1},
	{"C3 F11 select: of two events, one fires", func(x *explore.X) {
		var a, b futures.Event
		x.Go("firer", b.Fire)
		x.Assert(executor.BlockOn(futures.Select(a.Wait(), b.Wait())).Index == 1)
	}, 7, 0},
	{"F11 select: of who has lost nothing is left", func(x *explore.X) {
		var a, b futures.Event
		var c wakers.Counting
		f := futures.Select(a.Wait(), b.Wait())
		x.Assert(!polled(&c, f))
		var g group
		g.run(x, "firer a", a.Fire)
		g.run(x, "firer b", b.Fire)
		for !polled(&c, f) {
			g.wait()
		}
		g.wait()
		x.Assert(c.Live() == 0 && c.Late() == 0)
	}, 240, 8},
	{"select: an event and a timer", func(x *explore.X) {
		var ev futures.Event
		x.Go("firer", ev.Fire)
		first := executor.BlockOn(futures.Select(ev.Wait(), futures.After(time.Second)))
		x.Assert(first.Index == 1 || ev.Fired())
	}, 50, 1},
	{"C10 shared: the one who polls is dropped, the other is woken", func(x *explore.X) {
		f := &arrivals{want: 1}
		one := futures.NewShared[int](f)
		other := one.Clone()
		var c wakers.Counting
		polled(&c, one)
		x.Go("waker", f.arrive)
		x.Go("dropper", func() { futures.Drop(one) })
		x.Assert(executor.BlockOn(other) == 1)
	}, 60, 0},
	{"C7 shared: two poll at the same time, the future is polled by one", func(x *explore.X) {
		polls := new(explore.Var[int])
		f := &arrivals{want: 1}
		one := futures.NewShared[int](futures.Func[int](func(cx *futures.Context) (int, bool) {
			polls.Set(polls.Get() + 1)
			return f.Poll(cx)
		}))
		other := one.Clone()
		f.arrive()
		x.Go("one", func() { executor.BlockOn(one) })
		x.Go("other", func() { executor.BlockOn(other) })
	}, 30, 0},
	{"C7 C10 shared: two wait, one wakes", func(x *explore.X) {
		polls := new(explore.Var[int])
		f := &arrivals{want: 1}
		one := futures.NewShared[int](futures.Func[int](func(cx *futures.Context) (int, bool) {
			polls.Set(polls.Get() + 1)
			return f.Poll(cx)
		}))
		other := one.Clone()
		x.Go("waker", f.arrive)
		x.Go("one", func() { executor.BlockOn(one) })
		executor.BlockOn(other)
	}, 11618, 130},
	{"C3 unordered: two children, woken by two", func(x *explore.X) {
		var u futures.Unordered[int]
		f, g := &arrivals{want: 1}, &arrivals{want: 1}
		u.Push(f)
		u.Push(g)
		x.Go("waker 1", f.arrive)
		x.Go("waker 2", g.arrive)
		executor.BlockOn(u.Next())
		executor.BlockOn(u.Next())
		x.Assert(u.Len() == 0)
	}, 1060, 16},
}

// polled polls f with a waker of c and keeps none.
func polled[T any](c *wakers.Counting, f futures.Future[T]) (ready bool) {
	var w wakers.Waker
	c.InitWaker(&w)
	_, ready = f.Poll(futures.NewContext(&w))
	w.Drop()
	return ready
}
