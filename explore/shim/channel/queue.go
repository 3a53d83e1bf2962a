package channel

import (
	"slices"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// selection is a thread that waits, or looks whether it has to, for the first
// of some cases. A plain operation is a selection of one case.
type selection struct {
	thread *engine.Thread
	fired  int // the case that has been served; -1: none
	ref    engine.Ref
	o      *engine.Object // what the thread had done when it queued

	objects []*engine.Object // of the channels, each once
	touched []*engine.Object // of a select: what it may change besides the first
	sides   []side           // of a select: the channels, by case
	waits   []waiting        // of a select: those of its cases
	ready   []int            // of a select: the cases that can be done now
}

func newSelection(e *engine.Engine) *selection {
	begin(e)
	s := table.selections.get()
	s.thread, s.fired = e.Self(), -1
	s.o, _ = e.Object(&s.ref, "selection")
	s.objects, s.touched, s.ready = s.objects[:0], s.touched[:0], s.ready[:0]
	s.sides, s.waits = s.sides[:0], s.waits[:0]
	return s
}

func (sel *selection) free() { table.selections.put(sel) }

// waiter is a case of a selection in the queue of its channel.
type waiter[T any] struct {
	m          *model[T]
	sel        *selection
	index      int // of the case
	v          T   // what it sends, or what it has been given
	ok         bool
	queued     *queue[T]
	next, prev *waiter[T]
}

// others are the objects, if any, besides that of the channel at hand that are
// changed when w is served: the thread does not wait on these channels any more.
func (w *waiter[T]) others() []*engine.Object {
	if w == nil || len(w.sel.objects) == 1 {
		return nil
	}
	return w.sel.objects
}

// serve ends the wait of w, with an ok that is false if the channel is closed.
func (w *waiter[T]) serve(e *engine.Engine, q *queue[T], ok bool) {
	q.remove(w)
	w.ok = ok
	w.sel.fired = w.index
	e.Release(w.sel.thread)
}

// queue holds the waiters of a channel in one direction, first come first
// served. A waiter whose selection has been served by another channel stays
// until its thread goes on; it is passed over.
type queue[T any] struct{ head, tail *waiter[T] }

func (q *queue[T]) first() *waiter[T] {
	w := q.head
	for w != nil && w.sel.fired >= 0 {
		w = w.next
	}
	return w
}

func (q *queue[T]) add(w *waiter[T]) {
	w.queued, w.prev = q, q.tail
	if q.tail == nil {
		q.head = w
	} else {
		q.tail.next = w
	}
	q.tail = w
}

func (q *queue[T]) remove(w *waiter[T]) {
	if w.prev == nil {
		q.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.queued, w.next, w.prev = nil, nil, nil
}

// enqueue lets a case of sel wait in q.
func (m *model[T]) enqueue(q *queue[T], sel *selection, index int) *waiter[T] {
	w := m.waiters.get()
	w.m, w.sel, w.index = m, sel, index
	q.add(w)
	return w
}

// leave ends the use of w. It puts the value that w has been given where v
// points, unless that is nil, and tells whether there was one.
func (w *waiter[T]) leave(v unsafe.Pointer) (ok bool) {
	m := w.m
	if w.queued != nil {
		w.queued.remove(w)
	}
	if v != nil {
		*(*T)(v) = w.v
	}
	ok = w.ok
	*w = waiter[T]{}
	m.waiters.put(w)
	return ok
}

// others adds to os the objects besides that of m that are changed when all of
// the waiters are served, as by a close.
func (m *model[T]) others(os []*engine.Object) []*engine.Object {
	for w := m.receivers.head; w != nil; w = w.next {
		if w.sel.fired < 0 {
			os = join(os, w.others())
		}
	}
	for w := m.senders.head; w != nil; w = w.next {
		if w.sel.fired < 0 {
			os = join(os, w.others())
		}
	}
	return os
}

// join adds to a what of b it lacks.
func join(a, b []*engine.Object) []*engine.Object {
	for _, o := range b {
		if !slices.Contains(a, o) {
			a = append(a, o)
		}
	}
	return a
}
