//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// A tokenCopy is an executor that parks by the token of its thread, which the code
// that it polls parks by too. So it has a flag of its own.
type tokenCopy struct {
	mistake string
	woken   atomic.Bool
	token   wakers.Parker
}

const noFlag = "has no flag of its own beside the token of its thread"

func (c *tokenCopy) wake() {
	c.woken.Store(true)
	c.token.Unpark()
}

func (c *tokenCopy) blockOn(f futures.Future[int]) {
	vt := wakers.VTable[tokenCopy]{
		Clone:     func(c *tokenCopy) *tokenCopy { return c },
		Wake:      (*tokenCopy).wake,
		WakeByRef: (*tokenCopy).wake,
		Drop:      func(*tokenCopy) {},
	}
	var w wakers.Waker
	w.Init(vt.Raw(c))
	for {
		if _, ready := f.Poll(futures.NewContext(&w)); ready {
			return
		}
		if c.mistake == noFlag {
			c.token.Park()
			continue
		}
		for !c.woken.Swap(false) {
			c.token.Park()
		}
	}
}

// tokenCopyShared polls a future that waits, in its first poll, for another
// thread, by the token.
func tokenCopyShared(x threads, mistake string) {
	c := &tokenCopy{mistake: mistake}
	f := &arrivals{want: 1}
	x.Go("waker", f.arrive)
	waited := false
	c.blockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
		v, ready := f.Poll(cx)
		if !ready && !waited {
			waited = true
			var came atomic.Bool
			x.Go("unparker", func() { came.Store(true); c.token.Unpark() })
			for !came.Load() {
				c.token.Park()
			}
		}
		return v, ready
	}))
}
