package futures

import (
	"slices"

	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A Shared is one of several handles on one future. Every handle is a future of
// its own, for a task of its own, and each answers with the one value.
//
// Handles of one future may be used by different goroutines at the same time; a
// single handle, like any future, by one at a time. The value is copied to each,
// so what a pointer in it points to is shared.
//
// One handle's poll drives the future for all of them. That handle may be dropped
// or forgotten the next moment, so the future is lent a waker that belongs to none
// of them: when it is woken, every handle that waits is woken, and the first to
// poll drives. The others then find that nothing is due, and do not poll the future
// again. A handle that polls while another drives answers pending; whatever comes
// of that poll, it is told.
//
// If the future panics, the panic goes to the handle that drove it, and the others
// are woken and panic in their next poll: there is no value and never will be. The
// future is dropped with the last handle, and also then if that was not polled.
type Shared[T any] struct {
	of    *shared[T]
	cell  wakers.Cell
	stage stage
	place int // in of.waits; -1: not there; guarded by of.mu
}

// NewShared returns the first handle on f, which must not be used any more except
// through handles. It panics if f is nil.
func NewShared[T any](f Future[T]) *Shared[T] {
	if f == nil {
		panic("futures: NewShared(nil): it needs a future to share")
	}
	s := &shared[T]{future: f, due: true, handles: 1}
	s.waker.Init(sharedWaker[T]{s})
	s.cx = NewContext(&s.waker)
	return &Shared[T]{of: s, place: -1}
}

// Clone returns one more handle on the future. It is called by the goroutine that
// owns h, also after h has answered. It panics if h was dropped.
func (h *Shared[T]) Clone() *Shared[T] {
	if h.stage == stageDropped {
		panic("futures: Shared.Clone after Drop: clone a handle before you give it up")
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.of.handles++
	return &Shared[T]{of: h.of, place: -1}
}

// Poll answers with the value, once it is there. It polls the shared future if
// that is due.
func (h *Shared[T]) Poll(cx *Context) (v T, ready bool) {
	h.stage.mustBePending("Shared")
	h.cell.Register(cx.Waker())
	if h.of.begin(h) {
		h.of.drive(h)
	}
	v, over := h.of.answer()
	if over == stagePending {
		return v, false
	}
	h.cell.Clear()
	h.stage = over
	if over == stagePanicked {
		panic("futures: Shared polled after a panic in a poll of the shared future: there is no value, so drop every handle")
	}
	return v, true
}

// Drop gives up this handle, and with the last one the future.
func (h *Shared[T]) Drop() {
	h.stage = stageDropped
	defer h.cell.Clear()
	Drop(h.of.leave(h))
}

// A shared is what the handles on one future have in common.
type shared[T any] struct {
	waker wakers.Waker // lent to the future in every poll
	cx    *Context

	// mu guards what follows, but not the call of the future's Poll: while
	// polling is set, future belongs to the handle that drives.
	mu      sync.Mutex
	future  Future[T] // nil: it has answered, or was dropped
	polling bool
	due     bool  // it was woken, or never polled
	over    stage // stagePending until there is a value, or a panic instead
	value   T
	handles int          // those that were not dropped
	waits   []*Shared[T] // those to be woken, each with its waker in its cell
}

// begin lists h among those to be woken. It reports whether h is to drive.
func (s *shared[T]) begin(h *Shared[T]) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over != stagePending {
		return false
	}
	if h.place < 0 {
		h.place = len(s.waits)
		s.waits = append(s.waits, h)
	}
	if s.polling || !s.due {
		return false
	}
	s.polling, s.due = true, false
	return true
}

// drive polls the future on behalf of h.
func (s *shared[T]) drive(h *Shared[T]) {
	var v T
	over := stagePanicked // if Poll does not return
	defer func() { s.end(h, over, v) }()
	v, ready := s.future.Poll(s.cx)
	if over = stagePending; ready {
		over = stageReady
	}
}

// end notes what came of h's poll, and wakes whom it concerns. A wake that came
// while it ran concerns all who are listed, h among them; h need not be told that
// it has the answer.
func (s *shared[T]) end(h *Shared[T], over stage, v T) {
	s.mu.Lock()
	s.polling, s.over = false, over
	var waits []*Shared[T]
	if over != stagePending {
		s.unlist(h)
		waits = s.takeWaits()
	} else if s.due {
		waits = s.takeWaits()
	}
	if over == stageReady {
		s.value, s.future = v, nil
	}
	s.mu.Unlock()
	wakeShared(waits)
}

func (s *shared[T]) answer() (v T, over stage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value, s.over
}

// leave takes h out. It returns the future if that is to be dropped with h.
func (s *shared[T]) leave(h *Shared[T]) (f Future[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlist(h)
	if s.handles--; s.handles == 0 {
		f, s.future = s.future, nil
	}
	return f
}

// wake is what the future's waker does. The first of several wakes finds the
// handles, which list themselves again when they poll.
func (s *shared[T]) wake() {
	s.mu.Lock()
	var waits []*Shared[T]
	if !s.polling {
		waits = s.takeWaits()
	}
	s.due = true // during a poll: end sees to it
	s.mu.Unlock()
	wakeShared(waits)
}

// takeWaits empties the list; mu is held. Whoever is taken must be woken: it lists
// itself again in the poll that follows.
func (s *shared[T]) takeWaits() []*Shared[T] {
	waits := s.waits
	s.waits = nil
	for _, h := range waits {
		h.place = -1
	}
	return waits
}

// unlist takes h off the list; mu is held. The last one moves to its place.
func (s *shared[T]) unlist(h *Shared[T]) {
	if h.place < 0 {
		return
	}
	end := len(s.waits) - 1
	s.waits[h.place] = s.waits[end]
	s.waits[h.place].place = h.place
	s.waits = slices.Delete(s.waits, end, end+1)
	h.place = -1
}

func wakeShared[T any](waits []*Shared[T]) {
	forEach(waits, func(h *Shared[T]) { h.cell.Wake() })
}

// A sharedWaker wakes the handles. The garbage collector owns it: it may be woken
// when all handles are gone.
type sharedWaker[T any] struct{ *shared[T] }

func (w sharedWaker[T]) Clone() wakers.RawWaker { return w }
func (w sharedWaker[T]) Wake()                  { w.wake() }
func (w sharedWaker[T]) WakeByRef()             { w.wake() }
func (w sharedWaker[T]) Drop()                  {}
