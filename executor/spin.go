package executor

import (
	"runtime"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Spin polls f again and again until it answers ready, and returns the value and
// the number of polls made. Nobody needs to wake it: its waker does nothing. It
// is the simplest executor, and it keeps a processor busy for as long as it
// waits; between polls it lets other goroutines run. A panic of f goes on to the
// caller, after f was dropped.
func Spin[T any](f futures.Future[T]) (v T, polls int) {
	var w wakers.Waker
	wakers.Noop{}.InitWaker(&w)
	cx := futures.NewContext(&w)
	ready := false
	defer func() {
		if !ready {
			futures.Drop(f)
		}
		w.Drop()
	}()
	for {
		v, ready = f.Poll(cx)
		polls++
		if ready {
			return v, polls
		}
		runtime.Gosched()
	}
}
