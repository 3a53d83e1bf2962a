//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A future that wakes nobody hangs an executor that sleeps until it is woken:
// under every schedule, and not only under those that a test happens to see.
func TestSilentHangsUnderEverySchedule(t *testing.T) {
	for _, s := range []scenario{
		{"BlockOn", func(x *explore.X) {
			executor.BlockOn(futures.NewSilent(1))
		}, 1, 0},
		{"BlockOn, beside a thread that fires an event", func(x *explore.X) {
			var ev futures.Event
			x.Go("firer", ev.Fire)
			executor.BlockOn(ev.Wait())
			executor.BlockOn(futures.NewSilent(1))
		}, 7, 0},
		{"BlockOn, woken once too few", func(x *explore.X) {
			// It takes two more polls, and one is bought by a wake from outside.
			silent := futures.NewSilent(2)
			executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
				if silent.Polls() == 0 {
					x.Go("waker", clone(cx.Waker()).Wake)
				}
				return silent.Poll(cx)
			}))
		}, 3, 0},
		{"BlockOn, and its waker is dropped elsewhere", func(x *explore.X) {
			silent := futures.NewSilent(1)
			executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
				x.Go("dropper", clone(cx.Waker()).Drop)
				return silent.Poll(cx)
			}))
		}, 1, 0},
		{"Queue", func(x *explore.X) {
			var q executor.Queue
			var ev futures.Event
			executor.Spawn(&q, futures.NewSilent(1))
			executor.Spawn(&q, ev.Wait())
			x.Go("firer", ev.Fire)
			q.Run()
		}, 36, 0},
		{"Pool", func(x *explore.X) {
			p := executor.NewPool(2)
			executor.Spawn(p, futures.NewSilent(1)).Join()
			p.Close()
		}, 204, 72},
	} {
		t.Run(s.name, func(t *testing.T) {
			o := outcomes(t, s)
			if n := o.Ends[explore.Deadlock]; n != o.Executions {
				t.Errorf("%d of %d executions hang; want all", n, o.Executions)
			}
		})
	}
}

// With one wake more it hangs under no schedule, so that above it is not the
// scenario that hangs.
func TestSilentWokenOftenEnough(t *testing.T) {
	prove(t, []scenario{
		{"BlockOn, woken as often as it takes", func(x *explore.X) {
			silent := futures.NewSilent(1)
			executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
				if silent.Polls() == 0 {
					x.Go("waker", clone(cx.Waker()).Wake)
				}
				return silent.Poll(cx)
			}))
		}, 3, 0},
	})
}

// Some schedules hang and some do not: the counts tell one from the other.
func TestSomeSchedulesHang(t *testing.T) {
	o := outcomes(t, scenario{"", func(x *explore.X) {
		var p wakers.Parker
		x.Go("parker", func() { p.Park(); p.Park() })
		x.Go("unparker", func() { p.Unpark(); p.Unpark() })
	}, 10, 0})
	if n := o.Ends[explore.Deadlock]; n == 0 || n == o.Executions {
		t.Errorf("%d of %d executions hang; want some", n, o.Executions)
	}
}

// outcomes explores s whole, and compares the counts.
func outcomes(t *testing.T, s scenario) explore.Outcomes {
	t.Helper()
	o, err := explore.Config{}.Outcomes(s.body)
	if err != nil {
		t.Fatal(err)
	}
	if !o.All {
		t.Fatal("some schedules were left out")
	}
	s.compare(t, o.Executions, o.Blocked)
	return o
}
