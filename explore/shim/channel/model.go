package channel

import (
	"reflect"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// model is a channel in one execution. The buffer is that of the channel, with
// a gate for each direction; closing closes the channel.
type model[T any] struct {
	pool       *pool[T]
	ref        engine.Ref
	o          *engine.Object
	c          chan T
	closed     bool
	unsure     bool // whether it is closed shows when it is empty
	unbuffered bool // to those who ask for its length or capacity
	found      bool // early holds a value that somebody outside has sent over the unbuffered channel
	early      T
	senders    queue[T]
	receivers  queue[T]
	waiters    arena[waiter[T]]
	touched    []*engine.Object // scratch of close

	// What the senders and receivers of each place of the buffer have done.
	slots      []slot
	next, last int // the places of the next receive and the next send
}

// slot holds the clocks for one place of the buffer: the k-th send into it is
// seen by the k-th receive from it, and that by the end of the next send.
type slot struct{ sent, received engine.Ref }

func (s *slot) objects(e *engine.Engine) (sent, received *engine.Object) {
	sent, _ = e.Object(&s.sent, "sent")
	received, _ = e.Object(&s.received, "received")
	return sent, received
}

func newPool[T any]() *pool[T] {
	return &pool[T]{label: reflect.TypeFor[chan T]().String()}
}

func (p *pool[T]) get() *model[T] {
	if n := len(p.free); n > 0 {
		m := p.free[n-1]
		p.free = p.free[:n-1]
		return m
	}
	return &model[T]{pool: p}
}

// begin makes m the model of c, taking c as it stands.
func (m *model[T]) begin(e *engine.Engine, c chan T) {
	m.c, m.closed, m.unsure, m.unbuffered = c, false, false, false
	m.o, _ = e.Object(&m.ref, m.pool.label)
	m.next, m.last = 0, 0
	if cap(c) == 0 {
		return // asked at each operation
	}
	m.last = len(c) % cap(c)
	m.unsure = true
	if len(c) == cap(c) {
		m.closed, m.unsure = full(c), false
	}
	m.gates()
}

// full reports whether c, the buffer of which is full, is closed: then a send
// panics instead of having to wait.
func full[T any](c chan T) (closed bool) {
	defer func() { closed = recover() != nil }()
	var zero T
	select {
	case c <- zero:
	default:
	}
	return false
}

// giveBack ends the execution of m.
func (m *model[T]) giveBack() {
	var zero T
	m.c, m.o = nil, nil
	m.early, m.found = zero, false
	m.senders, m.receivers = queue[T]{}, queue[T]{}
	for _, w := range m.waiters.all {
		*w = waiter[T]{}
	}
	m.waiters.reset()
	m.pool.free = append(m.pool.free, m)
}

// gates opens the gates as the buffer stands: a closed channel keeps neither
// side waiting.
func (m *model[T]) gates() {
	if m.unsure && len(m.c) == 0 {
		m.unsure = false
		select {
		case _, ok := <-m.c:
			m.closed = !ok
		default:
		}
	}
	var open engine.Open
	if m.closed || len(m.c) > 0 {
		open |= engine.Gate
	}
	if m.closed || len(m.c) < cap(m.c) {
		open |= engine.GateOut
	}
	m.o.SetOpen(open)
}

// peek sees whether somebody outside has closed the unbuffered channel or sends
// a value over it.
func (m *model[T]) peek() {
	if m.closed || m.found || cap(m.c) > 0 {
		return
	}
	select {
	case v, ok := <-m.c:
		m.early, m.found, m.closed = v, ok, !ok
	default:
	}
}

// readyToSend reports whether a send can be done now, and the waiting receiver,
// if any, that it serves.
func (m *model[T]) readyToSend() (bool, *waiter[T]) {
	m.peek()
	w := m.receivers.first()
	return w != nil || m.closed || len(m.c) < cap(m.c), w
}

// readyToReceive reports whether a receive can be done now, and the waiting
// sender, if any, that it serves.
func (m *model[T]) readyToReceive() (bool, *waiter[T]) {
	m.peek()
	w := m.senders.first()
	return w != nil || m.closed || m.found || len(m.c) > 0, w
}

// slot is the place of the buffer that at says; at moves on to the next one.
func (m *model[T]) slot(at *int) *slot {
	for len(m.slots) <= *at {
		m.slots = append(m.slots, slot{})
	}
	s := &m.slots[*at]
	*at = (*at + 1) % cap(m.c)
	return s
}

// disturbed ends an execution in which the buffer is not what it was.
func (m *model[T]) disturbed(e *engine.Engine) {
	e.Fail(engine.Misuse, "a goroutine outside of the exploration uses a %s of it", m.pool.label)
}
