package channel

import "github.com/wakecheck/wakecheck/explore/internal/engine"

func (m *model[T]) send(e *engine.Engine, v T) {
	var need engine.Open
	if cap(m.c) > 0 {
		need = engine.GateOut
	}
	e.Announce(m.o, nil, "send", need)
	ready, w := m.readyToSend()
	e.Commit(w.others())
	if e.Recording() {
		e.Note("%v", v)
	}
	if ready {
		m.put(e, v)
		return
	}
	sel := newSelection(e)
	sel.objects = append(sel.objects, m.o)
	w = m.enqueue(&m.senders, sel, 0)
	w.v = v
	e.Publish(sel.o)
	e.Await(m.o, "wait to send")
	ok := w.leave(nil)
	sel.free()
	if !ok {
		m.c <- v // it panics, since the channel has been closed
	}
}

func (m *model[T]) receive(e *engine.Engine) (v T, ok bool) {
	var need engine.Open
	if cap(m.c) > 0 {
		need = engine.Gate
	}
	e.Announce(m.o, nil, "receive", need)
	ready, w := m.readyToReceive()
	e.Commit(w.others())
	if ready {
		v, ok = m.take(e)
	} else {
		sel := newSelection(e)
		sel.objects = append(sel.objects, m.o)
		w = m.enqueue(&m.receivers, sel, 0)
		e.Publish(sel.o)
		e.Await(m.o, "wait to receive")
		v = w.v
		ok = w.leave(nil)
		sel.free()
	}
	if e.Recording() {
		noteReceived(e, v, ok)
	}
	return v, ok
}

func noteReceived(e *engine.Engine, v any, ok bool) {
	if ok {
		e.Note("= %v", v)
	} else {
		e.Note("= closed")
	}
}

// put does a send that can be done now.
func (m *model[T]) put(e *engine.Engine, v T) {
	if m.closed {
		m.c <- v // it panics
	}
	w := m.receivers.first()
	switch {
	case w == nil:
		m.push(e, v)
		s := m.slot(&m.last)
		sent, received := s.objects(e)
		e.Publish(sent)
		e.Acquire(received)
		m.gates()
	case cap(m.c) == 0:
		w.v = v
		e.Acquire(w.sel.o)
		w.serve(e, &m.receivers, true)
	default: // as if the value went through the buffer, which is empty
		w.v = v
		sent, received := m.slot(&m.last).objects(e)
		m.next = m.last
		e.Publish(sent)
		w.serve(e, &m.receivers, true)
		e.Acquire(received)
		e.Forward(w.sel.o, received)
	}
}

// push puts v into the buffer.
func (m *model[T]) push(e *engine.Engine, v T) {
	select {
	case m.c <- v:
	default:
		m.disturbed(e)
	}
}

// take does a receive that can be done now.
func (m *model[T]) take(e *engine.Engine) (v T, ok bool) {
	w := m.senders.first()
	switch {
	case len(m.c) > 0:
		select {
		case v = <-m.c:
		default:
			m.disturbed(e)
		}
		sent, received := m.slot(&m.next).objects(e)
		e.Publish(received)
		if w != nil { // its value takes the place that has become free
			m.push(e, w.v)
			m.last = m.next
			w.serve(e, &m.senders, true)
		}
		e.Acquire(sent)
		if w != nil {
			e.Forward(w.sel.o, sent)
		}
		m.gates()
		return v, true
	case w != nil:
		v = w.v
		e.Acquire(w.sel.o)
		w.serve(e, &m.senders, true)
		return v, true
	case m.found:
		v, m.early, m.found = m.early, v, false
		return v, true
	case m.closed:
		e.Acquire(m.o)
		return v, false
	}
	m.disturbed(e)
	return v, false
}

func (m *model[T]) close(e *engine.Engine) {
	e.Announce(m.o, nil, "close", 0)
	m.peek()
	m.touched = m.others(m.touched[:0])
	e.Commit(m.touched)
	m.shut(e)
}

// shut closes the channel and ends all waits for it.
func (m *model[T]) shut(e *engine.Engine) {
	close(m.c)
	m.closed = true
	e.ReleaseTo(m.o)
	for w := m.receivers.first(); w != nil; w = m.receivers.first() {
		w.serve(e, &m.receivers, false)
	}
	for w := m.senders.first(); w != nil; w = m.senders.first() {
		w.serve(e, &m.senders, false)
	}
	m.gates()
}
