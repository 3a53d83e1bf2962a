package primitives_test

import (
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tb is a test, or one case of a property.
type tb interface {
	rapid.TB
	Cleanup(func())
}

// A probe polls with a waker that counts. When the test ends it gives its own
// handle back, and then no handle may be left and none may have been used late.
type probe struct {
	wakers.Counting
	waker wakers.Waker
	cx    *futures.Context
}

func newProbe(t tb) *probe {
	p := new(probe)
	p.InitWaker(&p.waker)
	p.cx = futures.NewContext(&p.waker)
	t.Cleanup(func() {
		p.waker.Drop()
		if live, late := p.Live(), p.Late(); !t.Failed() && (live != 0 || late != 0) {
			t.Errorf("at the end: %d handles live and %d used late, want none", live, late)
		}
	})
	return p
}

// want checks how often the probe was woken and how many clones of it live.
func (p *probe) want(t tb, when string, wakes, kept int) {
	t.Helper()
	if p.Wakes() != wakes || p.Live()-1 != kept {
		t.Errorf("%s: %d wakes and %d wakers kept, want %d and %d", when, p.Wakes(), p.Live()-1, wakes, kept)
	}
}

func mustPend[T any](t tb, f futures.Future[T], p *probe) {
	t.Helper()
	if v, ready := f.Poll(p.cx); ready {
		t.Fatalf("Poll answered ready with %v, want pending", v)
	}
}

func mustBeReady[T any](t tb, f futures.Future[T], p *probe) T {
	t.Helper()
	v, ready := f.Poll(p.cx)
	if !ready {
		t.Fatal("Poll answered pending, want ready")
	}
	return v
}

// mustPanic returns what do panicked with.
func mustPanic(t tb, do func()) (v any) {
	t.Helper()
	defer func() {
		if v = recover(); v == nil {
			t.Error("no panic, want one")
		}
	}()
	do()
	return nil
}

// block polls f on the calling goroutine, parked in between, until it is ready.
func block[T any](f futures.Future[T]) T {
	var parking wakers.Parking
	var waker wakers.Waker
	parking.InitWaker(&waker)
	defer waker.Drop()
	for cx := futures.NewContext(&waker); ; parking.Park() {
		if v, ready := f.Poll(cx); ready {
			return v
		}
	}
}

// giveUp polls f a few times and drops it if it was not ready.
func giveUp[T any](f futures.Future[T], polls int) (v T, ready bool) {
	var counting wakers.Counting
	var waker wakers.Waker
	counting.InitWaker(&waker)
	defer waker.Drop()
	for cx := futures.NewContext(&waker); polls > 0; polls-- {
		if v, ready = f.Poll(cx); ready {
			return v, true
		}
	}
	futures.Drop(f)
	return v, false
}

// An odd waker does something in its functions: comes back, or panics.
type odd struct {
	onClone, onWake, onDrop func()
	kept                    atomic.Int32 // clones that live
}

type oddRaw struct{ *odd }

func call(f func()) {
	if f != nil {
		f()
	}
}

func (o oddRaw) Clone() wakers.RawWaker { call(o.onClone); o.kept.Add(1); return o }
func (o oddRaw) Wake()                  { o.kept.Add(-1); call(o.onWake) }
func (o oddRaw) WakeByRef()             { call(o.onWake) }
func (o oddRaw) Drop()                  { o.kept.Add(-1); call(o.onDrop) }

func (o *odd) context() *futures.Context {
	w := new(wakers.Waker)
	w.Init(oddRaw{o})
	return futures.NewContext(w)
}
