//go:build explore

package verified

import (
	"errors"
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
)

func TestQueue(t *testing.T) { prove(t, queueScenarios) }

var queueScenarios = []scenario{
	{"E2 E4 W14 a wake from outside", func(x *explore.X) {
		var q executor.Queue
		f := &arrivals{want: 1}
		h := executor.Spawn(&q, f)
		x.Go("waker", f.arrive)
		q.Run()
		joined(x, h, 1)
	}, 28, 0},
	{"E2 E4 W14 W17 E18 two wakes from outside", func(x *explore.X) {
		var q executor.Queue
		f := &arrivals{want: 2}
		h := executor.Spawn(&q, f)
		x.Go("waker 1", f.arrive)
		x.Go("waker 2", f.arrive)
		q.Run()
		joined(x, h, 2)
	}, 4112, 150},
	{"E2 E18 two tasks, woken by one", func(x *explore.X) {
		var q executor.Queue
		f, g := &arrivals{want: 1}, &arrivals{want: 1}
		hf, hg := executor.Spawn(&q, f), executor.Spawn(&q, g)
		x.Go("waker", func() { f.arrive(); g.arrive() })
		q.Run()
		joined(x, hf, 1)
		joined(x, hg, 1)
	}, 866, 0},
	{"E2 E18 two tasks, woken by two", func(x *explore.X) {
		var q executor.Queue
		f, g := &arrivals{want: 1}, &arrivals{want: 1}
		hf, hg := executor.Spawn(&q, f), executor.Spawn(&q, g)
		x.Go("waker 1", f.arrive)
		x.Go("waker 2", g.arrive)
		q.Run()
		joined(x, hf, 1)
		joined(x, hg, 1)
	}, 19832, 656},
	{"E3 wakes in the poll, by itself and by another", func(x *explore.X) {
		var q executor.Queue
		f := &arrivals{want: 1}
		h := executor.Spawn(&q, futures.Join[int](f, futures.NewCountdown(1)))
		x.Go("waker", f.arrive)
		q.Run()
		_, err := h.Join()
		x.Assert(err == nil)
	}, 87, 0},
	{"E19 a spawn from outside wakes it", func(x *explore.X) {
		var q executor.Queue
		f := &arrivals{want: 1}
		executor.Spawn(&q, f)
		x.Go("spawner", func() {
			executor.Spawn(&q, futures.Func[int](func(*futures.Context) (int, bool) {
				f.arrive()
				return 0, true
			}))
		})
		q.Run()
	}, 26, 0},
	{"E24 a joiner and a task that ends", func(x *explore.X) {
		var q executor.Queue
		h := executor.Spawn(&q, futures.NewCountdown(0))
		x.Go("joiner", func() { joined(x, h, 0) })
		q.Run()
	}, 11, 0},
	{"E24 a future of a handle, and a task that ends", func(x *explore.X) {
		var q executor.Queue
		h := executor.Spawn(&q, futures.NewCountdown(0))
		x.Go("joiner", func() { x.Assert(executor.BlockOn(h).Err == nil) })
		q.Run()
	}, 20, 0},
	{"E26 a cancel and a wake", func(x *explore.X) {
		var q executor.Queue
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		h := executor.Spawn(&q, f)
		x.Go("firer", ev.Fire)
		x.Go("canceller", h.Cancel)
		q.Run()
		ends(x, h, futures.ErrCancelled)
		x.Assert(f.once())
	}, 7912, 0},
	{"E26 two cancels", func(x *explore.X) {
		var q executor.Queue
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		h := executor.Spawn(&q, f)
		x.Go("canceller 1", h.Cancel)
		x.Go("canceller 2", h.Cancel)
		q.Run()
		ends(x, h, futures.ErrCancelled)
		x.Assert(f.once())
	}, 6492, 0},
	{"E34 E35 W8 W13 a close and a wake", func(x *explore.X) {
		var q executor.Queue
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		h := executor.Spawn(&q, f)
		var g group
		g.run(x, "firer", ev.Fire)
		g.run(x, "closer", q.Close)
		q.Run()
		g.wait()
		ends(x, h, executor.ErrClosed)
		x.Assert(f.once())
	}, 1463, 0},
	{"E34 a close and a spawn", func(x *explore.X) {
		var q executor.Queue
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		var g group
		g.run(x, "spawner", func() { ends(x, executor.Spawn(&q, f), executor.ErrClosed) })
		g.run(x, "closer", q.Close)
		q.RunUntilIdle()
		g.wait()
		x.Assert(f.once())
	}, 993, 0},
	{"E36 a close, and a drop that spawns", func(x *explore.X) {
		var q executor.Queue
		f := &spawnsInDrop{x: x, on: &q}
		h := executor.Spawn(&q, f)
		var g group
		g.run(x, "closer", q.Close)
		q.Run()
		g.wait()
		ends(x, h, executor.ErrClosed)
		x.Assert(f.dropped)
	}, 27, 0},
	{"E34 two closes", func(x *explore.X) {
		var q executor.Queue
		var ev futures.Event
		f := &held{Future: ev.Wait()}
		h := executor.Spawn(&q, f)
		var g group
		g.run(x, "closer 1", q.Close)
		g.run(x, "closer 2", q.Close)
		q.Run()
		g.wait()
		ends(x, h, executor.ErrClosed)
		x.Assert(f.once())
	}, 265, 0},
	{"W21 E5 E12 E13 what came before a wake is seen by the poll after it", func(x *explore.X) {
		var q executor.Queue
		f := &visitor{x: x, threads: 1, itself: true}
		h := executor.Spawn(&q, f)
		q.Run()
		f.answered(h.Join())
	}, 4643, 0},
	{"E13 polls by one thread after the other", func(x *explore.X) {
		var q executor.Queue
		polls := new(explore.Var[int])
		h := executor.Spawn(&q, futures.Func[int](func(cx *futures.Context) (int, bool) {
			polls.Set(polls.Get() + 1)
			cx.Waker().WakeByRef()
			return 3, polls.Get() == 3
		}))
		x.Go("joiner", func() { joined(x, h, 3); x.Assert(polls.Get() == 3) })
		q.Run()
	}, 71, 0},
}

func joined[T comparable](x *explore.X, h *executor.Handle[T], want T) {
	got, err := h.Join()
	x.Assert(got == want && err == nil)
}

// ends waits for h, which may have failed as if.
func ends[T any](x threads, h *executor.Handle[T], as error) {
	_, err := h.Join()
	x.Assert(err == nil || errors.Is(err, as))
}
