//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

var combinatorMutants = []mutant{
	{"C3", parentLast, explore.Assertion, unorderedCopyMoves},
	{"C7", marksLate, explore.Assertion, sharedCopyDriven},
	{"C10", registersLate, explore.Deadlock, sharedCopyLeft},
}

// A unorderedCopy is futures.Unordered in short, with one child, which is polled
// only if it was woken.
type unorderedCopy struct {
	mistake string
	child   futures.Future[int]
	woken   atomic.Bool
	parent  wakers.Cell
}

const parentLast = "polls its child, then registers the parent"

func (u *unorderedCopy) Poll(cx *futures.Context) (v int, ready bool) {
	if u.mistake != parentLast {
		u.parent.Register(cx.Waker())
	}
	if u.woken.Swap(false) {
		var w wakers.Waker
		w.Init(childCopy{u})
		v, ready = u.child.Poll(futures.NewContext(&w))
	}
	if u.mistake == parentLast {
		u.parent.Register(cx.Waker())
	}
	return v, ready
}

// A childCopy is the waker of the child.
type childCopy struct{ of *unorderedCopy }

func (c childCopy) WakeByRef() {
	c.of.woken.Store(true)
	c.of.parent.Wake()
}

func (c childCopy) Clone() wakers.RawWaker { return c }
func (c childCopy) Wake()                  { c.WakeByRef() }
func (c childCopy) Drop()                  {}

// unorderedCopyMoves polls with one parent, and then with another, while the child is
// woken.
func unorderedCopyMoves(x threads, mistake string) {
	f := &arrivals{want: 1}
	u := &unorderedCopy{mistake: mistake, child: f}
	u.woken.Store(true)
	var first, second wakers.Counting
	polled(&first, u)
	var g group
	g.run(x, "waker", f.arrive)
	ready := polled(&second, u)
	g.wait()
	x.Assert(ready || second.Wakes() == 1)
}

// A sharedCopy is futures.Shared in short, for two handles.
type sharedCopy struct {
	mistake string
	future  futures.Future[int]
	cells   [2]wakers.Cell // of the handles

	mu      sync.Mutex
	polling bool
	due     bool
	value   int // 0: none yet
}

const (
	marksLate     = "looks if another drives, and says later that it drives"
	registersLate = "looks if another drives, then registers"
)

// Poll polls with handle i.
func (s *sharedCopy) Poll(i int, cx *futures.Context) (int, bool) {
	if s.mistake != registersLate {
		s.cells[i].Register(cx.Waker())
	}
	drives := s.begin()
	if s.mistake == registersLate {
		s.cells[i].Register(cx.Waker())
	}
	if drives {
		s.drive()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value, s.value != 0
}

func (s *sharedCopy) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polling || !s.due || s.value != 0 {
		return false
	}
	if s.mistake == marksLate {
		s.mu.Unlock()
		s.mu.Lock()
	}
	s.polling, s.due = true, false
	return true
}

func (s *sharedCopy) drive() {
	var w wakers.Waker
	w.Init(sharedWakerCopy{s})
	v, ready := s.future.Poll(futures.NewContext(&w))
	s.mu.Lock()
	s.polling = false
	s.value = v
	tell := ready || s.due
	s.mu.Unlock()
	if tell {
		s.tell()
	}
}

func (s *sharedCopy) tell() {
	for i := range s.cells {
		s.cells[i].Wake()
	}
}

// A sharedWakerCopy is the waker of the shared future.
type sharedWakerCopy struct{ *sharedCopy }

func (s sharedWakerCopy) WakeByRef() {
	s.mu.Lock()
	s.due = true
	tell := !s.polling // or else who drives sees to it
	s.mu.Unlock()
	if tell {
		s.tell()
	}
}

func (s sharedWakerCopy) Clone() wakers.RawWaker { return s }
func (s sharedWakerCopy) Wake()                  { s.WakeByRef() }
func (s sharedWakerCopy) Drop()                  {}

// handle returns handle i as a future.
func (s *sharedCopy) handle(i int) futures.Future[int] {
	return futures.Func[int](func(cx *futures.Context) (int, bool) { return s.Poll(i, cx) })
}

// sharedCopyDriven lets two wait for a future that is ready.
func sharedCopyDriven(x threads, mistake string) {
	var polling atomic.Bool
	s := &sharedCopy{mistake: mistake, due: true}
	s.future = futures.Func[int](func(*futures.Context) (int, bool) {
		x.Assert(!polling.Swap(true))
		polling.Store(false)
		return 1, true
	})
	for i, name := range []string{"one", "other"} {
		x.Go(name, func() { blockOnCopy(newParkerCopy(""), s.handle(i)) })
	}
}

// sharedCopyLeft lets one of two poll once, and wait no longer.
func sharedCopyLeft(x threads, mistake string) {
	f := &arrivals{want: 1}
	s := &sharedCopy{mistake: mistake, due: true, future: f}
	x.Go("waker", f.arrive)
	x.Go("one", func() {
		var c wakers.Counting
		polled(&c, s.handle(0))
		s.cells[0].Clear()
	})
	blockOnCopy(newParkerCopy(""), s.handle(1))
}
