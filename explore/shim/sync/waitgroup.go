package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// WaitGroup is a counter of goroutines that work, to wait for. The zero value
// has the count zero. It must not be copied after its first use.
//
// Counting down commutes with counting down: an exploration does not tell the
// orders apart, and only shows one in which the count becomes negative, if there
// is any. Counting up commutes with nothing, since a count that goes down before
// it may be zero in between, and let go who waits; so there is less to explore if it
// is done once, before all goroutines are started. An exploration does not
// notice, as Go may by chance, that a WaitGroup is used again before all earlier
// calls of Wait have returned: they wait on.
type WaitGroup struct {
	real sync.WaitGroup

	ref   engine.Ref
	count int
}

// object returns the model of wg: its gate is open while the count is zero.
func (wg *WaitGroup) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&wg.ref, "WaitGroup")
	if fresh {
		wg.count = 0
		o.SetOpen(engine.Gate)
	}
	return o
}

// Add adds delta, which may be negative, to the count. It panics if the count
// becomes negative. When it becomes zero, those who wait are let go.
func (wg *WaitGroup) Add(delta int) {
	e := engine.Cur
	if e == nil {
		wg.real.Add(delta)
		return
	}
	o := wg.object(e)
	if delta < 0 {
		e.Join(o, "done")
		e.ReleaseTo(o)
	} else {
		e.Write(o, "add")
	}
	wg.count += delta
	if e.Recording() {
		e.Note("%+d = %d", delta, wg.count)
	}
	switch {
	case wg.count < 0:
		panic("sync: negative WaitGroup counter")
	case wg.count == 0:
		o.SetOpen(engine.Gate)
	default:
		o.SetOpen(0)
	}
}

// Done takes one off the count.
func (wg *WaitGroup) Done() { wg.Add(-1) }

// Wait blocks while the count is not zero. What came before any of the calls of
// Done that made it so happens before its return.
func (wg *WaitGroup) Wait() {
	e := engine.Cur
	if e == nil {
		wg.real.Wait()
		return
	}
	o := wg.object(e)
	e.Pass(o, "wait", engine.Gate, engine.Read)
	e.Acquire(o)
}

// Go adds one to the count and starts a goroutine that runs f and takes it off
// again. f must not panic.
func (wg *WaitGroup) Go(f func()) {
	e := engine.Cur
	if e == nil {
		wg.real.Go(f)
		return
	}
	wg.Add(1)
	e.Go("", func() {
		f()
		wg.Done()
	}, engine.Daemon)
}
