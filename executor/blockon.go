package executor

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// BlockOn polls f until it answers ready and returns the value. After a poll
// that was pending the goroutine is parked until f's waker is woken; if that has
// happened already, even during the poll, it polls again at once.
//
// Each call has a parker of its own that nothing else can park or unpark. So it
// may be called inside a poll, also one that BlockOn makes, and neither call
// takes the other's wakes. But it blocks: inside a poll of a Queue, the other
// tasks of that queue stand still.
//
// A panic of f goes on to the caller, after f was dropped. If nobody ever wakes
// f, BlockOn never returns: that is the fault of f (see [futures.Future]).
//
// Source: std::task::Wake, the block_on example and the note above it;
// std::thread::park, "park and unpark".
func BlockOn[T any](f futures.Future[T]) T {
	var b struct {
		parking wakers.Parking
		waker   wakers.Waker
	}
	b.parking.InitWaker(&b.waker)
	cx := futures.NewContext(&b.waker)
	answered := false
	defer func() {
		if !answered {
			futures.Drop(f)
		}
		b.waker.Drop()
	}()
	for {
		v, ready := f.Poll(cx)
		if ready {
			answered = true
			return v
		}
		b.parking.Park()
	}
}
