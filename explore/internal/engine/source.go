package engine

import "math/bits"

// source is source-DPOR with sleep sets (Abdulla, Aronis, Jonsson, Sagonas,
// "Source sets", J. ACM 64(4), 2017, algorithm 1). Every class of executions
// that cannot be told apart is completed exactly once; some executions may be
// given up half-way, since a sleeping thread shows that all that could follow
// has been seen. Its memory does not grow with the number of executions.
//
// For each new event it looks for the events it is in a reversible race with:
// those it comes directly after, which another order would put behind it. Where
// such an event was chosen, some thread that begins the reversed order is put on
// the list of those to be tried.
type source struct {
	dfs
	trace
	sleep uint64 // who sleeps after the last step: its next step has been tried in an equivalent place

	first [MaxThreads]int32 // scratch of reverse: the first event of each thread in v
	past  []int32           // scratch of races: what comes before the event, rivals included so far
}

func (s *source) begin(*Engine) bool {
	kept, ok := s.advance()
	s.trace.begin(kept)
	s.sleep = 0
	return ok
}

func (s *source) next(e *Engine, enabled uint64) int {
	if id, ok := s.repeat(e, enabled); ok {
		return id
	}
	awake := enabled &^ s.sleep
	if awake == 0 {
		return -1
	}
	id := e.keep(awake)
	return s.decide(enabled, 1<<id, s.sleep, id)
}

func (s *source) step(e *Engine, t *Thread) {
	i, fresh := s.add(e, t)
	if fresh {
		s.races(t, i)
		s.sleep = 0
		for m := s.frames[i].done; m != 0; m &= m - 1 { // none where the prefix decided
			id := bits.TrailingZeros64(m)
			if q := e.byID[id]; q != nil && !s.dependent(q, i) {
				s.sleep |= 1 << id
			}
		}
	}
	s.note(t, i)
	s.dfs.n++
}

// end looks at the blocked threads: what they wait to do is in a race with the
// event that closed the gate. Without this, executions would be lost in which
// they come first, also when this one is given up.
func (s *source) end(e *Engine) {
	s.rival = s.rival[:0]
	for m := e.stuck(); m != 0; m &= m - 1 {
		t := e.byID[bits.TrailingZeros64(m)]
		if t.op.need != 0 {
			s.conflicts(t)
			s.reverseGate(t, t.last)
		}
	}
}

// races finds the reversible races of event i, which t is about to do.
func (s *source) races(t *Thread, i int32) {
	pre := s.events[i].pre
	if t.op.need != 0 {
		s.reverseGate(t, pre)
		if len(t.op.more) == 0 {
			return
		}
	}
	switch len(s.rival) {
	case 0:
	case 1:
		if r := s.rival[0]; !s.before(r, s.clockOf(pre)) && !s.atGate(t, r) {
			s.reverse(r, t, pre, s.rival)
		}
	default:
		s.past = append(s.past[:0], s.clockOf(pre)...)
		for _, r := range s.rival { // latest first
			if !s.before(r, s.past) {
				if !s.atGate(t, r) {
					s.reverse(r, t, pre, s.rival)
				}
				joinInto(s.past, s.clock(r))
			}
		}
	}
}

// reverseGate reverses the races of the gate that t passes or waits for.
func (s *source) reverseGate(t *Thread, pre int32) {
	for _, r := range s.gateRaces(t, s.clockOf(pre)) {
		s.reverse(r, t, pre, s.rival)
	}
}

// reverse makes sure that an execution is tried in which what t does now comes
// before event r. Let v be the events after r that do not depend on it, and
// then t's. The threads whose first event in v depends on no other of v can
// begin it: one of them must be on the list of r's decision.
func (s *source) reverse(r int32, t *Thread, pre int32, rivals []int32) {
	f := &s.frames[r]
	covered := f.todo | f.done
	ev := &s.events[r]
	var seen, initials uint64
	for k := r + 1; k < int32(s.dfs.n); k++ {
		c := s.clock(k)
		if c[ev.thread] >= ev.count {
			continue // it depends on r
		}
		q := s.events[k].thread
		if seen&(1<<q) != 0 {
			continue
		}
		if !s.after(c, seen) {
			if covered&(1<<q) != 0 {
				return
			}
			initials |= 1 << q
		}
		seen |= 1 << q
		s.first[q] = s.events[k].count
	}
	if seen&(1<<t.id) == 0 && !s.after(s.clockOf(pre), seen) && !s.among(rivals, r, ev) {
		if covered&(1<<t.id) != 0 {
			return
		}
		f.todo |= 1 << t.id
		return
	}
	f.todo |= initials & -initials
}

// after reports whether what has clock c comes after the first event of one of
// the threads.
func (s *source) after(c []int32, threads uint64) bool {
	for ; threads != 0; threads &= threads - 1 {
		q := bits.TrailingZeros64(threads)
		if c[q] >= s.first[q] {
			return true
		}
	}
	return false
}

// among reports whether one of the rivals comes after event r without depending
// on it.
func (s *source) among(rivals []int32, r int32, ev *event) bool {
	for _, k := range rivals {
		if k > r && s.clock(k)[ev.thread] < ev.count {
			return true
		}
	}
	return false
}
