package channel

import (
	"slices"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Case is a case of a Select, made by RecvCase or SendCase. The zero Case can
// never go on.
type Case struct {
	elem elem           // of the channel; nil if the channel is nil
	c    unsafe.Pointer // the channel
	v    unsafe.Pointer // where the value comes from or goes to; nil: nowhere
	ok   *bool          // nil: nowhere
	send bool
}

// RecvCase is case *v, *ok = <-c. Each of v and ok may be nil: then it is not
// told.
func RecvCase[C ~chan T | ~<-chan T, T any](c C, v *T, ok *bool) Case {
	if c == nil {
		return Case{}
	}
	return Case{elem: of[T]{}, c: *(*unsafe.Pointer)(unsafe.Pointer(&c)), v: unsafe.Pointer(v), ok: ok}
}

// SendCase is case c <- v.
func SendCase[C ~chan T | ~chan<- T, T any](c C, v T) Case {
	if c == nil {
		return Case{}
	}
	return Case{elem: of[T]{}, c: *(*unsafe.Pointer)(unsafe.Pointer(&c)), v: unsafe.Pointer(&v), send: true}
}

// Select is a select over the cases. It returns the number of the case that has
// been done, counted from 0, or, if none can be done now and there is a default,
// -1. Without a default it blocks until one can be done. It panics if it sends
// to a closed channel.
func Select(hasDefault bool, cases ...Case) int {
	e := engine.Cur
	if e == nil {
		return selectNow(hasDefault, cases)
	}
	sel := newSelection(e)
	for i := range cases {
		c := &cases[i]
		if c.elem == nil {
			sel.sides = append(sel.sides, nil)
			continue
		}
		s := c.kind().side(e, hide(c.c))
		sel.sides = append(sel.sides, s)
		if o := s.object(); !slices.Contains(sel.objects, o) {
			sel.objects = append(sel.objects, o)
		}
	}
	if len(sel.objects) == 0 {
		sel.free()
		if hasDefault {
			e.Yield("select")
			return -1
		}
		e.Await(nil, "select without a case that can go on")
	}
	e.Announce(sel.objects[0], sel.objects[1:], "select", 0)
	sel.touched = append(sel.touched[:0], sel.objects[1:]...)
	for i, s := range sel.sides {
		if s == nil {
			continue
		}
		if ready, others := s.ready(cases[i].send); ready {
			sel.ready = append(sel.ready, i)
			sel.touched = join(sel.touched, others)
		}
	}
	e.Commit(sel.touched)
	switch {
	case len(sel.ready) > 0:
		i := sel.ready[e.Choose(len(sel.ready))]
		s := sel.sides[i]
		sel.free()
		cases[i].do(e, i, s)
		return i
	case hasDefault:
		sel.free()
		if e.Recording() {
			e.Note("default")
		}
		return -1
	}
	return sel.wait(e, cases)
}

// do does case i, which can be done now.
func (c *Case) do(e *engine.Engine, i int, s side) {
	if c.send {
		if e.Recording() {
			e.Note("case %d: %s", i, c.kind().text(hide(c.v), true))
		}
		s.put(e, hide(c.v))
		return
	}
	ok := s.take(e, hide(c.v))
	if c.ok != nil {
		*c.ok = ok
	}
	if e.Recording() {
		e.Note("case %d = %s", i, c.kind().text(hide(c.v), ok))
	}
}

// wait queues the cases, and does the one that is served first.
func (sel *selection) wait(e *engine.Engine, cases []Case) int {
	for i, s := range sel.sides {
		var w waiting
		if s != nil && sel.queues(e, cases, i) {
			w = s.enqueue(sel, i, cases[i].send, hide(cases[i].v))
		}
		sel.waits = append(sel.waits, w)
	}
	e.Publish(sel.o)
	e.Await(sel.objects[0], "wait in select")
	i, s := sel.fired, sel.sides[sel.fired]
	c := &cases[i]
	ok := false
	for k, w := range sel.waits {
		switch {
		case w == nil:
		case k == i && !c.send:
			ok = w.leave(hide(c.v))
		case k == i:
			ok = w.leave(nil)
		default:
			w.leave(nil)
		}
	}
	sel.free()
	if e.Recording() {
		e.Note("case %d = %s", i, c.kind().text(hide(c.v), ok))
	}
	if c.send && !ok {
		s.put(e, hide(c.v)) // it panics, since the channel has been closed
	}
	if c.ok != nil {
		*c.ok = ok
	}
	return i
}

// queues reports whether case i queues. Of several cases that do the same to the
// same channel one does, any of them, since each may be the one that is served.
func (sel *selection) queues(e *engine.Engine, cases []Case, i int) bool {
	same := func(k int) bool { return sel.sides[k] == sel.sides[i] && cases[k].send == cases[i].send }
	for k, w := range sel.waits {
		if w != nil && same(k) {
			return false
		}
	}
	for k := i + 1; k < len(cases); k++ {
		if same(k) {
			return e.Choose(2) == 0
		}
	}
	return true
}

// kind is elem, hidden like what hide hides.
func (c *Case) kind() elem { return *(*elem)(hide(unsafe.Pointer(&c.elem))) }

// hide keeps the compiler from seeing where p goes: to a method that does not
// keep it. So what it points to need not be allocated.
func hide(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&x))
}
