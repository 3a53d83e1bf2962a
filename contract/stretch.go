package contract

// A stretch is what happened to the wakers of a waker scenario between two
// moments at which their own counts were read.
type stretch struct {
	from  int      // index of its first event
	at    int      // index of the Settle that ends it
	near  bool     // a count was put near its maximum, here or before
	panic bool     // an injected panic struck, here or before
	calls []call   // the calls on handles in it
	woken [3]int   // by waker, from 1: calls that wake it
	held  [3]delta // by waker: handles that live
	wakes [3]delta // by waker: its own counts
	live  [3]delta
	leaks int // a waker that has no handle left and has not said Freed, or 0
}

// A delta is a count before and after a stretch.
type delta struct {
	known         bool
	before, after int
}

func (d *delta) change() int { return d.after - d.before }

// A call is one on a handle.
type call struct {
	at     int  // its index
	clone  bool // the handle was cloned from one that is known
	orphan bool // and that one has ended
	late   int  // the waker that it calls although it has said Freed, or 0
}

// A pair is two known handles that were asked whether they wake the same.
type pair struct {
	at   int // index of the Compare
	a, b int // the wakers that they wake
}

// stretches is the trace of wakers sorted out for their monitors.
type stretches struct {
	sorted     bool // the trace has been looked at
	list       []stretch
	miscounted []int  // which of list miscount
	late       bool   // a call of list is late
	calls      []call // what the calls of list are slices of
	pairs      []pair
	handles    ledger
}

// stretches sorts the trace out.
func (h *history) stretches() *stretches {
	w := &h.waker
	if w.sorted {
		return w
	}
	*w = stretches{
		sorted: true, list: w.list[:0], miscounted: w.miscounted[:0],
		calls: w.calls[:0], pairs: w.pairs[:0], handles: w.handles.empty(),
	}
	l := &w.handles
	var s stretch
	for n, held := range l.held {
		s.held[n].before = held
	}
	from, inject := 0, false
	for i := range h.events {
		switch e := &h.events[i]; e.Kind {
		case Declare, Freed:
			l.take(e)
		case Wakes:
			read(&s.wakes, e)
		case Live:
			read(&s.live, e)
		case Clone, Wake, WakeByRef, Drop, Replace:
			if e.Handle > 0 {
				w.calls = append(w.calls, l.call(i, e))
			}
			if (e.Kind == Wake || e.Kind == WakeByRef) && e.Handle > 0 && known(e.Task) {
				s.woken[e.Task]++
			}
			l.take(e)
		case Compare:
			if a, b := l.task(e.Handle), l.task(e.Arg); a > 0 && b > 0 {
				w.pairs = append(w.pairs, pair{i, a, b})
			}
		case Near:
			s.near = true
		case Inject:
			inject = true
		case Panicked:
			s.panic = s.panic || inject
		case Settle:
			s.at, s.calls = i, w.calls[from:len(w.calls):len(w.calls)]
			s.count(l)
			w.add(&s)
			s.next()
			from = len(w.calls)
		}
	}
	return w
}

// read takes in what a waker says of a count.
func read(counts *[3]delta, e *Event) {
	if !known(e.Task) {
		return
	}
	d := &counts[e.Task]
	if !d.known {
		d.known, d.before = true, e.Arg
	}
	d.after = e.Arg
}

// count takes in how many handles there are.
func (s *stretch) count(l *ledger) {
	s.leaks = 0
	for n := len(l.held) - 1; n > 0; n-- {
		s.held[n].after = l.held[n]
		if l.speaks[n] && l.held[n] == 0 && !l.freed[n] {
			s.leaks = n
		}
	}
}

// next makes s the stretch after it.
func (s *stretch) next() {
	s.from, s.woken = s.at+1, [3]int{}
	for n := range s.wakes {
		s.wakes[n].before, s.live[n].before, s.held[n].before = s.wakes[n].after, s.live[n].after, s.held[n].after
	}
}

func (w *stretches) add(s *stretch) {
	if s.miscounts() {
		w.miscounted = append(w.miscounted, len(w.list))
	}
	for _, c := range s.calls {
		w.late = w.late || c.late > 0
	}
	w.list = append(w.list, *s)
}

// miscounts reports whether a count is not what the calls should have made it.
// No law on counts is broken by a stretch in which none is.
func (s *stretch) miscounts() bool {
	for n := 1; n < len(s.live); n++ {
		wakes, live, held := &s.wakes[n], &s.live[n], &s.held[n]
		if wakes.known && wakes.change() != s.woken[n] ||
			live.known && (live.after != held.after || live.before != held.before) {
			return true
		}
	}
	return false
}

// single returns the only call of the stretch, if it is of the kind k.
func (s *stretch) single(h *history, k Kind) (Event, call, bool) {
	if len(s.calls) != 1 || h.events[s.calls[0].at].Kind != k {
		return Event{}, call{}, false
	}
	return h.events[s.calls[0].at], s.calls[0], true
}

// plain reports that no count was put near its maximum and no panic injected:
// what comes after that is for W3 and W22.
func (s *stretch) plain() bool { return !s.near && !s.panic }

// each calls f for every stretch until it returns a breach.
func (w *stretches) each(f func(*stretch) *breach) *breach {
	for n := range w.list {
		if b := f(&w.list[n]); b != nil {
			return b
		}
	}
	return nil
}

// miscounted calls f for every plain stretch that miscounts until it returns a
// breach.
func (h *history) miscounted(f func(*stretch) *breach) *breach {
	w := h.stretches()
	for _, n := range w.miscounted {
		if s := &w.list[n]; s.plain() {
			if b := f(s); b != nil {
				return b
			}
		}
	}
	return nil
}

// lateCalls calls f for every call on a live handle of a waker that had said
// Freed, until it returns a breach.
func (h *history) lateCalls(f func(s *stretch, c call, e Event) *breach) *breach {
	w := h.stretches()
	if !w.late {
		return nil
	}
	return w.each(func(s *stretch) *breach {
		for _, c := range s.calls {
			if c.late > 0 {
				if b := f(s, c, h.events[c.at]); b != nil {
					return b
				}
			}
		}
		return nil
	})
}
