package futures

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/wakecheck/wakecheck/wakers"
)

func TestEventForgetsDroppedWaits(t *testing.T) { // F11
	var waker wakers.Waker
	waker.Init(wakers.Noop{}.Raw())
	var e Event
	fs := make([]Future[struct{}], 5)
	for i := range fs {
		fs[i] = e.Wait()
		fs[i].Poll(NewContext(&waker))
	}
	for left, i := range []int{0, 4, 2, 3, 1} {
		Drop(fs[i])
		if got, want := len(e.waits), len(fs)-left-1; got != want {
			t.Fatalf("%d waits listed, want %d", got, want)
		}
	}
}

func TestAfterCountsFromTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, start := After(time.Hour), time.Now()
		time.Sleep(20 * time.Minute)
		var parking wakers.Parking
		var waker wakers.Waker
		parking.InitWaker(&waker)
		cx := NewContext(&waker)
		polls := 1
		for ; ; polls++ {
			if _, ready := f.Poll(cx); ready {
				break
			}
			parking.Park()
		}
		if took := time.Since(start); took != time.Hour || polls != 2 {
			t.Errorf("ready after %v and %d polls, want 1h and 2", took, polls)
		}
	})
}

func TestAfterInThePastIsReadyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waker wakers.Waker
		waker.Init(wakers.Noop{}.Raw())
		late := After(time.Second)
		time.Sleep(time.Second)
		for _, f := range []Future[struct{}]{After(0), After(-time.Hour), late} {
			if _, ready := f.Poll(NewContext(&waker)); !ready {
				t.Error("pending though its time has passed")
			}
		}
	})
}

func TestAfterDropStopsTheTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waker wakers.Waker
		waker.Init(wakers.Noop{}.Raw())
		f := After(time.Hour).(*after)
		f.Poll(NewContext(&waker))
		f.Drop()
		if f.timer.Stop() {
			t.Error("the timer was still armed after Drop")
		}
	})
}

// The timer fires at the very moment of the drop, or of the poll.
func TestAfterRaces(t *testing.T) {
	for i := range 200 {
		synctest.Test(t, func(t *testing.T) {
			var counting wakers.Counting
			var waker wakers.Waker
			counting.InitWaker(&waker)
			f := After(time.Hour).(*after)
			f.Poll(NewContext(&waker))
			time.Sleep(time.Hour)
			if i%2 == 0 {
				f.Drop()
			} else if _, ready := f.Poll(NewContext(&waker)); !ready {
				synctest.Wait()
				if _, ready = f.Poll(NewContext(&waker)); !ready || counting.Wakes() == 0 {
					t.Errorf("ready: %v after %d wakes, the time has passed", ready, counting.Wakes())
				}
			}
			synctest.Wait()
			if counting.Live() != 1 {
				t.Errorf("%d wakers kept, want none", counting.Live()-1)
			}
		})
	}
}
