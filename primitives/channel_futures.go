package primitives

import "github.com/wakecheck/wakecheck/futures"

// A send waits for room in a channel.
type send[T any] struct {
	waiter
	channel *Channel[T]
	value   T
	err     error // if done
}

func (s *send[T]) Poll(cx *futures.Context) (err error, ready bool) {
	if !s.await(cx, s.look) {
		return nil, false
	}
	s.finish()
	s.state = answered
	return s.err, true
}

func (s *send[T]) look(enqueue bool) bool {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	s.mustBeLive("Channel.Send")
	switch s.state {
	case idle:
		switch {
		case c.closed():
			s.state = dismissed
		case c.hasRoom():
			s.state = granted
			c.senders.granted++
		case enqueue:
			c.senders.waiters.push(&s.waiter)
		}
	case granted:
		if c.overfull() && enqueue {
			c.senders.granted--
			c.senders.waiters.pushFront(&s.waiter)
		}
		return !c.overfull()
	}
	return s.state != idle && s.state != queued
}

// finish puts the value into the room that is set aside for it.
func (s *send[T]) finish() {
	var woken queue
	var none T
	c := s.channel
	c.mu.Lock()
	if s.state == granted {
		c.senders.granted--
	}
	switch {
	case s.state == done: // an earlier poll did
	case c.closed():
		s.err = ErrClosed
	default:
		c.values.pushBack(s.value)
		c.settle(&woken)
	}
	s.state, s.value = done, none
	c.mu.Unlock()
	woken.wake()
}

func (s *send[T]) Drop() {
	defer s.cell.Clear()
	var woken queue
	c := s.channel
	c.mu.Lock()
	switch s.state {
	case queued:
		c.senders.waiters.remove(&s.waiter)
	case granted:
		c.senders.granted--
		c.settle(&woken)
	}
	s.state = dropped
	c.mu.Unlock()
	woken.wake()
}

// A receive waits for a value in a channel.
type receive[T any] struct {
	waiter
	channel *Channel[T]
}

func (r *receive[T]) Poll(cx *futures.Context) (_ futures.Result[T], ready bool) {
	if !r.await(cx, r.look) {
		return futures.Result[T]{}, false
	}
	result := r.finish()
	r.state = answered
	return result, true
}

func (r *receive[T]) look(enqueue bool) bool {
	c := r.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	r.mustBeLive("Channel.Receive")
	if r.state == dismissed && !c.ended() { // a value was put back
		r.state = idle
	}
	if r.state == idle {
		switch {
		case c.hasValue():
			r.state = granted
			c.receivers.granted++
		case c.ended():
			r.state = dismissed
		case enqueue:
			c.receivers.waiters.push(&r.waiter)
		}
	}
	return r.state == granted || r.state == dismissed
}

// finish takes the value that is set aside. If one of the wakes that follow panics,
// nothing has happened: the value is back, and the next poll looks for one again.
func (r *receive[T]) finish() (result futures.Result[T]) {
	var woken queue
	c := r.channel
	c.mu.Lock()
	took := r.state == granted && c.values.len > 0 // CloseReceive takes them all
	if r.state == granted {
		c.receivers.granted--
	}
	if took {
		result.Value = c.values.popFront()
		c.settle(&woken)
	} else {
		result.Err = ErrClosed
	}
	r.state = dismissed
	c.mu.Unlock()

	returned := false
	defer func() {
		if !returned {
			c.putBack(result.Value)
		}
	}()
	woken.wake()
	returned = true
	return result
}

func (r *receive[T]) Drop() {
	defer r.cell.Clear()
	var woken queue
	c := r.channel
	c.mu.Lock()
	switch r.state {
	case queued:
		c.receivers.waiters.remove(&r.waiter)
	case granted:
		c.receivers.granted--
		c.settle(&woken)
	}
	r.state = dropped
	c.mu.Unlock()
	woken.wake()
}
