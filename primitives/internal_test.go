package primitives

import (
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Who was dropped stands in no queue: a primitive that lives long does not grow with
// those who gave up.
func TestDroppedWaitersLeaveTheQueues(t *testing.T) { // F11
	var waker wakers.Waker
	wakers.Noop{}.InitWaker(&waker)
	defer waker.Drop()
	cx := futures.NewContext(&waker)

	var n Notify
	var s Semaphore
	s.TryAcquire(1)
	empty, full := NewChannel[int](1), NewChannel[int](1)
	full.TrySend(1)
	sender, _ := NewOneshot[int]()
	for range 3 {
		giveUp(cx, n.Wait())
		giveUp(cx, s.Acquire(1))
		giveUp(cx, empty.Receive())
		giveUp(cx, full.Send(1))
		giveUp(cx, sender.Gone())
	}
	for name, q := range map[string]queue{
		"Notify":          n.waiters,
		"Semaphore":       s.waiters,
		"Channel.Receive": empty.receivers.waiters,
		"Channel.Send":    full.senders.waiters,
		"Oneshot":         sender.of.waiters,
	} {
		if q.head != nil || q.tail != nil {
			t.Errorf("%s: somebody waits, though all were dropped", name)
		}
	}
}

func giveUp[T any](cx *futures.Context, f futures.Future[T]) {
	f.Poll(cx)
	futures.Drop(f)
}
