package channel

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// elem is what a Case knows of the type of its channel's values. The pointers
// that its methods get are to such values and are not kept.
type elem interface {
	side(e *engine.Engine, c unsafe.Pointer) side
	text(v unsafe.Pointer, ok bool) string
	real(c, v unsafe.Pointer, send bool) reflect.SelectCase
	set(v unsafe.Pointer, x reflect.Value)
}

// side is a model, to a select.
type side interface {
	object() *engine.Object
	ready(send bool) (ready bool, others []*engine.Object)
	put(e *engine.Engine, v unsafe.Pointer)
	take(e *engine.Engine, v unsafe.Pointer) (ok bool)
	enqueue(sel *selection, index int, send bool, v unsafe.Pointer) waiting
}

// waiting is a waiter, to its select.
type waiting interface {
	leave(v unsafe.Pointer) (ok bool)
}

// of is the elem of type T.
type of[T any] struct{}

// sideOf is the side of a model of type T.
type sideOf[T any] model[T]

func channelOf[T any](c unsafe.Pointer) chan T { return *(*chan T)(unsafe.Pointer(&c)) }

func (of[T]) side(e *engine.Engine, c unsafe.Pointer) side {
	return (*sideOf[T])(modelOf(e, channelOf[T](c)))
}

func (of[T]) text(v unsafe.Pointer, ok bool) string {
	switch {
	case !ok:
		return "closed"
	case v == nil:
		return "a value"
	}
	return fmt.Sprintf("%v", *(*T)(v))
}

func (of[T]) real(c, v unsafe.Pointer, send bool) reflect.SelectCase {
	r := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channelOf[T](c))}
	if send {
		r.Dir = reflect.SelectSend
		r.Send = reflect.ValueOf((*T)(v)).Elem()
	}
	return r
}

func (of[T]) set(v unsafe.Pointer, x reflect.Value) {
	reflect.ValueOf((*T)(v)).Elem().Set(x)
}

func (s *sideOf[T]) model() *model[T] { return (*model[T])(s) }

func (s *sideOf[T]) object() *engine.Object { return s.o }

func (s *sideOf[T]) ready(send bool) (bool, []*engine.Object) {
	var ok bool
	var w *waiter[T]
	if send {
		ok, w = s.model().readyToSend()
	} else {
		ok, w = s.model().readyToReceive()
	}
	return ok, w.others()
}

func (s *sideOf[T]) put(e *engine.Engine, v unsafe.Pointer) { s.model().put(e, *(*T)(v)) }

func (s *sideOf[T]) take(e *engine.Engine, v unsafe.Pointer) bool {
	x, ok := s.model().take(e)
	if v != nil {
		*(*T)(v) = x
	}
	return ok
}

func (s *sideOf[T]) enqueue(sel *selection, index int, send bool, v unsafe.Pointer) waiting {
	m := s.model()
	if send {
		w := m.enqueue(&m.senders, sel, index)
		w.v = *(*T)(v)
		return w
	}
	return m.enqueue(&m.receivers, sel, index)
}
