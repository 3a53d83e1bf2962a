package wakecheck_test

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// TestNoHangIsClaimed runs futures that take their time, or for ever.
func TestNoHangIsClaimed(t *testing.T) {
	wait := func(f futures.Future[struct{}]) futures.Future[int] {
		return counted[struct{}]{f, func(struct{}) int { return 1 }}
	}
	for name, c := range map[string]struct {
		future func(testing.TB) futures.Future[int]
		want   contract.Verdict
	}{
		"an event fired later": {func(testing.TB) futures.Future[int] {
			var e futures.Event
			time.AfterFunc(time.Minute, e.Fire)
			return wait(e.Wait())
		}, contract.Kept},
		"a timer of a virtual day": {func(testing.TB) futures.Future[int] {
			return wait(futures.After(24 * time.Hour))
		}, contract.Kept},
		"an event that is never fired": {func(testing.TB) futures.Future[int] {
			return wait(new(futures.Event).Wait())
		}, contract.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			for _, mk := range []func(testing.TB) contract.Executor{blockOn, queue, pool, submit} {
				if res := contract.DetectHang(mk, c.future); res.Verdict != c.want {
					t.Errorf("want %v; got\n%s", c.want, contract.FormatResult(res))
				}
			}
		})
	}
}

// TestIdlePoolIsNotAccused has a pool that never has anything to do beside one whose
// only task waits for a virtual day; it is closed after that.
func TestIdlePoolIsNotAccused(t *testing.T) {
	res := contract.DetectHang(func(tb testing.TB) contract.Executor {
		idle := executor.NewPool(4)
		tb.Cleanup(idle.Close)
		return pool(tb)
	}, func(testing.TB) futures.Future[int] {
		return counted[struct{}]{futures.After(24 * time.Hour), func(struct{}) int { return 1 }}
	})
	if res.Verdict != contract.Kept {
		t.Errorf("want kept; got\n%s", contract.FormatResult(res))
	}
}

// TestExecutorThatForgetsToUnparkIsBlamed breaks a block-on in the smallest
// way: its waker does not end the sleep.
func TestExecutorThatForgetsToUnparkIsBlamed(t *testing.T) {
	res := contract.DetectHang(func(tb testing.TB) contract.Executor {
		one := &oneTask{ended: make(chan struct{})}
		one.run = func(f futures.Future[int]) int {
			var p wakers.Parker
			var w wakers.Waker
			wakers.Noop{}.InitWaker(&w)
			tb.Cleanup(p.Unpark)
			cx := futures.NewContext(&w)
			for {
				if v, ready := f.Poll(cx); ready {
					return v
				}
				p.Park()
			}
		}
		return contract.Executor{Spawn: one.spawn, Run: one.Run, Tasks: 1}
	}, func(testing.TB) futures.Future[int] { return futures.NewCountdown(1) })
	if res.Verdict != contract.Violated || res.Law != "E2" || res.Evidence != contract.Bubble || res.Blame == "future" {
		t.Errorf("want E2 violated by the executor, by the bubble; got\n%s", contract.FormatResult(res))
	}
}

// TestWakerWhoseWakeDoesNothingIsBlamed edits one field of a good table: the
// park loop that waits for the waker never goes on.
func TestWakerWhoseWakeDoesNothingIsBlamed(t *testing.T) {
	report := contract.CheckWaker(func(testing.TB) contract.Subject {
		var c wakers.Counting
		vt := wakers.CountingVTable()
		vt.WakeByRef = func(*wakers.Counting) {}
		c.Raw()
		return contract.Subject{Raw: vt.Raw(&c), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
	})
	res, _ := report.Result("W14")
	if res.Verdict != contract.Violated || res.Blame != "waker" {
		t.Errorf("want W14 violated by the waker; got\n%s", contract.FormatResult(res))
	}
}
