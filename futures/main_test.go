package futures_test

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

// kept returns how many clones of the probe's waker are alive.
func (p *probe) kept() int { return p.Live() - 1 }

// want checks both counts of the probe.
func (p *probe) want(t tb, when string, wakes, kept int) {
	t.Helper()
	if p.Wakes() != wakes || p.kept() != kept {
		t.Errorf("%s: %d wakes and %d wakers kept, want %d and %d", when, p.Wakes(), p.kept(), wakes, kept)
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

// A spy is a future that answers on command and records what is done to it.
type spy struct {
	value    int
	ready    bool
	panics   bool // in Poll
	dropFail bool // Drop panics
	polls    int
	drops    int
}

func (s *spy) Poll(*futures.Context) (int, bool) {
	s.polls++
	if s.panics {
		panic("spy: poll")
	}
	return s.value, s.ready
}

func (s *spy) Drop() {
	s.drops++
	if s.dropFail {
		panic("spy: drop")
	}
}

// A leaf is a child for combinators: ready when it is told to, with a cell for the
// waker of its latest poll.
type leaf struct {
	cell   wakers.Cell
	value  int
	ready  atomic.Bool
	inPoll func(cx *futures.Context) // nil: nothing more happens in a poll
	polls  int
	drops  int
}

func (l *leaf) Poll(cx *futures.Context) (int, bool) {
	l.polls++
	l.cell.Register(cx.Waker())
	if l.inPoll != nil {
		l.inPoll(cx)
	}
	return l.value, l.ready.Load()
}

func (l *leaf) Drop() { l.drops++ }

// fire makes it ready and wakes.
func (l *leaf) fire() {
	l.ready.Store(true)
	l.cell.Wake()
}
