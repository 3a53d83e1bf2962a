package contract

import "slices"

// ofSleeper reports whether do is done to the Sleeper of a parker subject.
func ofSleeper(do Do) bool {
	return slices.Contains([]Do{DoAdd, DoAssert, DoClear, DoFetch, DoDone}, do)
}

// sleeping starts an operation on the sleeper, if it can be done now.
func (p *parkerRun) sleeping(op Op) bool {
	s := p.s.Sleeper
	if s == nil || s.Wakers <= 0 || p.threads.busyOn(op.Thread) || op.Thread == owner && p.exited {
		return false
	}
	if p.added == nil {
		p.added, p.asserted = make([]bool, s.Wakers), make([]bool, s.Wakers)
	}
	n := op.Handle % s.Wakers
	switch {
	case op.Do == DoAdd && p.added[n], op.Do == DoFetch && op.N > 0 && !slices.Contains(p.added, true):
		return false // it is added already, or nobody could ever end the wait
	}
	thread := op.Thread
	p.threads.do(thread, func() {
		panicked := p.guarded(thread, 0, func() { p.onSleeper(s, op, thread, n) })
		if panicked != "" {
			p.tb.fault("the Sleeper panicked: " + panicked)
		}
	})
	return true
}

func (p *parkerRun) onSleeper(s *Sleeper, op Op, thread, n int) {
	e := Event{Thread: thread, Handle: n + 1}
	back := Event{Kind: Return, Thread: thread}
	nothing := func() {}
	switch op.Do {
	case DoAdd:
		e.Kind = Add
		p.note(e, func() { p.added[n] = true })
		s.Add(n)
		p.note(back, nothing)
	case DoAssert:
		e.Kind = Assert
		p.note(e, func() { p.asserted[n] = true })
		s.Assert(n)
		p.note(back, nothing)
	case DoClear:
		e.Kind = Clear
		p.note(e, nothing)
		if s.Clear(n) {
			back.Arg = 1
		}
		p.note(back, func() { p.asserted[n] = false })
	case DoFetch:
		e.Kind, e.Handle, e.Arg = Fetch, 0, min(op.N, 1)
		p.note(e, func() { p.fetching = true })
		got := s.Fetch(op.N > 0)
		back.Arg = got + 1
		p.note(back, func() {
			p.fetching = false
			if got >= 0 && got < len(p.asserted) {
				p.asserted[got] = false
			}
		})
	case DoDone:
		e.Kind, e.Handle = Done, 0
		p.note(e, nothing)
		s.Done()
		p.note(back, func() { clear(p.added) })
	}
}

// awaited is how many wakers Fetch could return, under stateMu.
func (p *parkerRun) awaited() (n int) {
	for i := range p.added {
		if p.added[i] && p.asserted[i] {
			n++
		}
	}
	return n
}

// drainSleeper brings the sleeper out of the Fetch that it is in.
func (p *parkerRun) drainSleeper() bool {
	p.stateMu.Lock()
	fetching, n := p.fetching, slices.Index(p.added, true)
	p.stateMu.Unlock()
	if !fetching || n < 0 {
		return true
	}
	p.sleeping(Op{Do: DoAssert, Thread: 2, Handle: n})
	return p.paid(p.owed)
}

// rescueSleeper asserts every waker of a sleeper that waits.
func (p *parkerRun) rescueSleeper() {
	p.stateMu.Lock()
	fetching := p.fetching
	p.stateMu.Unlock()
	if !fetching {
		return
	}
	for n := range p.s.Sleeper.Wakers {
		go p.guarded(0, 0, func() { p.s.Sleeper.Assert(n) })
		p.settle()
	}
}
