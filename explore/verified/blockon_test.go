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

// A parked executor always resumes if it is woken.
func TestBlockOn(t *testing.T) { prove(t, blockOnScenarios) }

var blockOnScenarios = []scenario{
	{"E2 E4 W14 a wake before, during or after the park", func(x *explore.X) { blocksOn(x, 1) }, 7, 0},
	{"E2 E4 W14 two wakers", func(x *explore.X) { blocksOn(x, 2) }, 176, 4},
	{"E2 E4 W14 three wakers", func(x *explore.X) { blocksOn(x, 3) }, 9096, 164},
	{"E2 E4 an event", func(x *explore.X) {
		var ev futures.Event
		x.Go("firer", ev.Fire)
		executor.BlockOn(ev.Wait())
	}, 7, 0},
	{"E9 a wake for nothing", func(x *explore.X) {
		f := &arrivals{want: 1}
		x.Go("stranger", f.cell.Wake)
		x.Go("waker", f.arrive)
		executor.BlockOn(f)
	}, 57, 0},
	{"E9 two wakes for nothing", func(x *explore.X) {
		f := &arrivals{want: 1}
		x.Go("stranger", func() { f.cell.Wake(); f.cell.Wake() })
		x.Go("waker", f.arrive)
		executor.BlockOn(f)
	}, 306, 0},
	{"E9 a park and an unpark in the poll", func(x *explore.X) {
		f := &arrivals{want: 1}
		x.Go("waker", f.arrive)
		executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
			var p wakers.Parker
			x.Go("unparker", p.Unpark)
			p.Park()
			return f.Poll(cx)
		}))
	}, 39, 0},
	{"E3 wakes in the poll, by itself and by another", func(x *explore.X) {
		f := &arrivals{want: 1}
		yielded := false
		x.Go("waker", f.arrive)
		executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
			if !yielded {
				yielded = true
				cx.Waker().WakeByRef()
				return 0, false
			}
			return f.Poll(cx)
		}))
	}, 7, 0},
	{"E10 nested: each takes its own wakes", func(x *explore.X) {
		outer, inner := &arrivals{want: 1}, &arrivals{want: 1}
		x.Go("wakes outer", outer.arrive)
		x.Go("wakes inner", inner.arrive)
		nested := false
		executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
			n, ready := outer.Poll(cx)
			if !ready && !nested {
				nested = true
				executor.BlockOn(inner)
			}
			return n, ready
		}))
	}, 25, 0},
	{"E10 nested in two threads that wait for each other", func(x *explore.X) {
		first, second := &arrivals{want: 1}, &arrivals{want: 1}
		x.Go("one", func() {
			executor.BlockOn(futures.Func[int](func(*futures.Context) (int, bool) {
				first.arrive()
				return executor.BlockOn(second), true
			}))
		})
		x.Go("other", func() { executor.BlockOn(first); second.arrive() })
	}, 49, 0},
	{"W21 E12 E13 what came before a wake is seen by the poll after it", func(x *explore.X) {
		f := &visitor{x: x, threads: 2}
		f.answered(executor.BlockOn(f), nil)
	}, 352, 0},
	{"F1 a waker that is dropped without a wake is no wake", func(x *explore.X) {
		// The other handle still is there.
		var fired atomic.Bool
		started := false
		executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
			if !started {
				started = true
				one, other := clone(cx.Waker()), clone(cx.Waker())
				x.Go("dropper", one.Drop)
				x.Go("waker", func() { fired.Store(true); other.Wake() })
			}
			return 0, fired.Load()
		}))
	}, 4, 0},
}

func blocksOn(x *explore.X, n int) {
	f := &arrivals{want: int32(n)}
	for i := range n {
		x.Go([]string{"waker 1", "waker 2", "waker 3"}[i], f.arrive)
	}
	x.Assert(executor.BlockOn(f) == n)
}
