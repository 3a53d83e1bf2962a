package contract

import "slices"

// A sleeperModel is what a sleeper should be like after each event of a trace
// in which nothing overlaps but a Fetch that waits.
type sleeperModel struct {
	added    []int // wakers
	asserted []int // wakers, in the order of assertion
	cleared  bool  // ever: who is asserted again after it may keep its old place
}

// ready are the wakers that a Fetch may return, in the order in which it should.
func (m *sleeperModel) ready() []int {
	return slices.DeleteFunc(slices.Clone(m.asserted), func(w int) bool { return !slices.Contains(m.added, w) })
}

func (m *sleeperModel) remove(waker int) bool {
	i := slices.Index(m.asserted, waker)
	if i >= 0 {
		m.asserted = slices.Delete(m.asserted, i, i+1)
	}
	return i >= 0
}

// sleeperOfMany is P18.
func sleeperOfMany(h *history) *breach {
	var m sleeperModel
	open := map[int]int{} // by thread: the event of the operation that it is in
	for i, e := range h.events {
		switch e.Kind {
		case Add, Assert, Clear, Fetch, Done:
			for _, at := range open {
				if e.Kind == Fetch || h.events[at].Kind != Fetch || e.Thread == h.events[at].Thread {
					return nil // they overlap, in a way that the model knows nothing of
				}
			}
			open[e.Thread] = i
			m.begin(e)
		case Return:
			at, ok := open[e.Thread]
			if !ok {
				continue
			}
			delete(open, e.Thread)
			if b := m.end(i, h.events[at], e.Arg); b != nil {
				return b
			}
		case Rest:
			for _, at := range open {
				if f := h.events[at]; f.Kind == Fetch && h.resting() && (f.Arg == 0 || len(m.ready()) > 0) {
					b := parkerBreach(i, "fetch waits although wakers %v are asserted; want it to return the first", m.ready())
					if f.Arg == 0 {
						b.reason = "fetch waits although it was told not to block"
					}
					b.evidence = h.evidence
					return b
				}
			}
		}
	}
	return nil
}

func (m *sleeperModel) begin(e Event) {
	switch e.Kind {
	case Add:
		m.added = append(m.added, e.Handle)
		if m.remove(e.Handle) { // asserted before: its turn begins now
			m.asserted = append(m.asserted, e.Handle)
		}
	case Assert:
		if !slices.Contains(m.asserted, e.Handle) {
			m.asserted = append(m.asserted, e.Handle)
		}
	case Done:
		m.added = m.added[:0]
	}
}

// end takes in what the operation that began with e has returned.
func (m *sleeperModel) end(at int, e Event, got int) *breach {
	switch e.Kind {
	case Clear:
		was := m.remove(e.Handle)
		m.cleared = m.cleared || was
		if was != (got == 1) {
			return parkerBreach(at, "clear of waker %d says that it took back an assertion: %t; want %t", e.Handle, got == 1, was)
		}
	case Fetch:
		ready := m.ready()
		switch {
		case got == 0 && (e.Arg == 1 || len(ready) > 0):
			return parkerBreach(at, "fetch returned no waker, and wakers %v are asserted; want the first", ready)
		case got > 0 && !slices.Contains(ready, got):
			return parkerBreach(at, "fetch returned waker %d, which is not asserted, was cleared, or was fetched before; asserted are %v", got, ready)
		case got > 0 && ready[0] != got && !m.cleared:
			return parkerBreach(at, "fetch returned waker %d, and the earliest asserted is %d; want the order of assertion", got, ready[0])
		}
		m.remove(got)
	}
	return nil
}
