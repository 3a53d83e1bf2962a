package contract

// How a scenario of a combinator is brought to its end.

// drain brings the combinator to its end: polls whatever handle was woken, and
// wakes one child after the other.
func (c *combinatorRun) drain() bool {
	row, next := 0, 0
	for {
		if !c.paid(c.owed) {
			return false
		}
		if c.polls >= maxPolls {
			c.add(Event{Kind: Rest, Arg: int(Budget)})
			return false
		}
		h, s := c.woken(), c.waiting(next)
		switch {
		case h != nil && (row < patientPolls || s == nil):
			row++
			c.turn(h, h.latest)
		case s != nil:
			row, next = 0, next+1
			op := Op{Do: DoWakeByRef, Task: s.number}
			if next%3 == 0 {
				op.Do = DoWake
			}
			c.on(1, func() { c.wakeChild(1, op) })
		default:
			return true
		}
	}
}

// patientPolls is how often a combinator that keeps waking its task is polled
// before the next child is woken.
const patientPolls = 16

// woken returns a handle that must be polled, or nil.
func (c *combinatorRun) woken() *sharedHandle {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.handles {
		if h != nil && h.live() && (h.wakes > 0 || !h.pended) {
			return h
		}
	}
	return nil
}

// waiting returns a child that can be woken, or nil; the next one of them after
// the first so many.
func (c *combinatorRun) waiting(next int) *child {
	live := false
	for _, h := range c.handles {
		live = live || h != nil && h.live()
	}
	var waiting []*child
	for _, s := range c.children {
		c.mu.Lock()
		may := s.added && !s.ended && s.polls > 0 && s.fresh == 0
		c.mu.Unlock()
		s.mu.Lock()
		may = may && s.handle != nil
		s.mu.Unlock()
		if may && live {
			waiting = append(waiting, s)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return waiting[next%len(waiting)]
}

// release drops the combinator, and uses what handles the children still have.
func (c *combinatorRun) release() bool {
	for _, h := range c.handles {
		if h != nil && !h.over {
			c.drop(0, h)
		}
	}
	for _, s := range c.children {
		c.on(2, func() {
			if w, id, poll := s.clone(2, false); w != nil {
				s.wake(Event{Thread: 2, Poll: poll, Handle: id}, w, false)
				s.dropHandle(2, w, id)
			}
			if w, id, poll := s.take(true); w != nil {
				s.wake(Event{Thread: 2, Poll: poll, Handle: id}, w, true)
			}
			if w, id, _ := s.take(false); w != nil {
				s.dropHandle(2, w, id)
			}
		})
		if !c.paid(c.threads.busy) {
			return false
		}
	}
	return true
}
