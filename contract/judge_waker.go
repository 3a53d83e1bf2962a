package contract

import "fmt"

// A stretch is what happened to the wakers of a waker scenario between two
// moments at which their own counts were read.
type stretch struct {
	from  int      // index of its first event
	at    int      // index of the Settle that ends it
	near  bool     // a count was put near its maximum, here or before
	panic bool     // an injected panic struck, here or before
	calls []int    // indices of the calls on handles in it
	wakes [3]delta // by waker, from 1
	live  [3]delta
}

// A delta is a count before and after a stretch.
type delta struct {
	known         bool
	before, after int
}

func (d delta) change() int { return d.after - d.before }

// allStretches calls f for every stretch until it returns a breach.
func (h *history) allStretches(f func(*stretch) *breach) *breach {
	if !h.isSplit {
		h.splitStretches()
	}
	for i := range h.split {
		if b := f(&h.split[i]); b != nil {
			return b
		}
	}
	return nil
}

// stretches calls f for every stretch until it returns a breach, and leaves out
// what comes after a count was put near its maximum or a panic was injected:
// these are for W3 and W22.
func (h *history) stretches(f func(*stretch) *breach) *breach {
	return h.allStretches(func(s *stretch) *breach {
		if s.near || s.panic {
			return nil
		}
		return f(s)
	})
}

// splitStretches sorts the trace into its stretches.
func (h *history) splitStretches() {
	h.isSplit, h.split, h.called = true, h.split[:0], h.called[:0]
	var s stretch
	from, inject := 0, false
	for i, e := range h.events {
		switch e.Kind {
		case Wakes, Live:
			counts := &s.wakes
			if e.Kind == Live {
				counts = &s.live
			}
			if e.Task <= 0 || e.Task >= len(counts) {
				continue
			}
			d := &counts[e.Task]
			if !d.known {
				d.known, d.before = true, e.Arg
			}
			d.after = e.Arg
		case Clone, Wake, WakeByRef, Drop, Replace:
			if e.Handle > 0 {
				h.called = append(h.called, i)
			}
		case Near:
			s.near = true
		case Inject:
			inject = true
		case Panicked:
			s.panic = s.panic || inject
		case Settle:
			s.at, s.calls = i, h.called[from:len(h.called):len(h.called)]
			h.split = append(h.split, s)
			s.from, from = i+1, len(h.called)
			for n := range s.wakes {
				s.wakes[n].before, s.live[n].before = s.wakes[n].after, s.live[n].after
			}
		}
	}
}

// single returns the only call of the stretch, if it is of the kind k.
func (s *stretch) single(h *history, k Kind) (Event, int, bool) {
	if len(s.calls) != 1 || h.events[s.calls[0]].Kind != k {
		return Event{}, 0, false
	}
	return h.events[s.calls[0]], s.calls[0], true
}

func wakerBreach(at int, format string, args ...any) *breach {
	return &breach{at: at, blame: blameWaker, reason: fmt.Sprintf(format, args...)}
}

// judgeCall reports a breach of a call of kind k on its own, by what it should
// have changed.
func (h *history) judgeCall(k Kind, judge func(e Event, wakes, live delta, at int) *breach) *breach {
	return h.stretches(func(s *stretch) *breach {
		e, at, ok := s.single(h, k)
		if !ok || e.Task <= 0 || e.Task >= len(s.wakes) {
			return nil
		}
		return judge(e, s.wakes[e.Task], s.live[e.Task], at)
	})
}

// wakesItsOwn is W2.
func wakesItsOwn(h *history) *breach {
	return h.stretches(func(s *stretch) *breach {
		for n := 1; n < len(s.wakes); n++ {
			want := 0
			for _, i := range s.calls {
				if e := h.events[i]; e.Task == n && (e.Kind == Wake || e.Kind == WakeByRef) {
					want++
				}
			}
			got := s.wakes[n].change()
			if !s.wakes[n].known || got == want {
				continue
			}
			if got == 0 || want == 0 {
				return wakerBreach(s.at, "waker %d was woken %d times and counts %d; want a handle to wake the waker it was cloned from, and no other", n, want, got)
			}
		}
		return nil
	})
}

// wakeConsumes is W4.
func wakeConsumes(h *history) *breach {
	return h.judgeCall(Wake, func(e Event, wakes, live delta, at int) *breach {
		if live.known && live.change() != -1 {
			return wakerBreach(at, "wake by value changed the live handles of waker %d from %d to %d; want one less", e.Task, live.before, live.after)
		}
		if wakes.known && wakes.change() > 1 {
			return wakerBreach(at, "wake by value woke waker %d %d times; want once", e.Task, wakes.change())
		}
		return nil
	})
}

// wakeByRefKeeps is W5.
func wakeByRefKeeps(h *history) *breach {
	return h.judgeCall(WakeByRef, func(e Event, wakes, live delta, at int) *breach {
		if live.known && live.change() != 0 {
			return wakerBreach(at, "wake by ref changed the live handles of waker %d from %d to %d; want no change", e.Task, live.before, live.after)
		}
		if wakes.known && wakes.change() > 1 {
			return wakerBreach(at, "wake by ref woke waker %d %d times; want once", e.Task, wakes.change())
		}
		return nil
	})
}

// dropReleases is W6.
func dropReleases(h *history) *breach {
	return h.judgeCall(Drop, func(e Event, wakes, live delta, at int) *breach {
		if live.known && live.change() != -1 {
			return wakerBreach(at, "drop changed the live handles of waker %d from %d to %d; want one less", e.Task, live.before, live.after)
		}
		if wakes.known && wakes.change() != 0 {
			return wakerBreach(at, "drop woke waker %d; want no wake", e.Task)
		}
		return nil
	})
}

// balance is W7.
func balance(h *history) *breach {
	l := h.newLedger()
	return h.stretches(func(s *stretch) *breach {
		l.takeAll(h, s)
		for n := 1; n < len(l.held); n++ {
			d := s.live[n]
			if !d.known || d.after == l.held[n] {
				continue
			}
			if e, at, ok := s.single(h, Clone); ok && e.Task == n {
				return wakerBreach(at, "clone changed the live handles of waker %d from %d to %d; want one more", n, d.before, d.after)
			}
			if _, _, replaced := s.single(h, Replace); !replaced && (l.held[n] == 0 || len(s.calls) > 1) {
				return wakerBreach(s.at, "waker %d counts %d live handles when %d are left; want handles made = handles ended", n, d.after, l.held[n])
			}
		}
		return nil
	})
}

// callAfterFree is W8.
func callAfterFree(h *history) *breach {
	if !h.lateCall {
		return nil
	}
	l := h.newLedger()
	return h.stretches(func(s *stretch) *breach {
		for i := s.from; i <= s.at; i++ {
			e := h.events[i]
			if task := l.afterFree(e); task > 0 {
				return wakerBreach(i, "%s on live handle %d of waker %d after the waker had freed its data; want it kept while any handle lives", e.Kind, e.Handle, task)
			}
			l.take(e)
		}
		return nil
	})
}

// wakeFromAnyThread is W14.
func wakeFromAnyThread(h *history) *breach {
	if h.door == WakerDoor {
		if b := lostInParkLoop(h); b != nil {
			return b
		}
		return h.stretches(func(s *stretch) *breach {
			for _, k := range [...]Kind{Wake, WakeByRef} {
				if e, at, ok := s.single(h, k); ok && e.Thread > 0 && e.Task > 0 && e.Task < len(s.wakes) {
					if d := s.wakes[e.Task]; d.known && d.change() == 0 {
						return wakerBreach(at, "%s on thread %d did not wake waker %d; want a wake from any thread to arrive", e.Kind, e.Thread, e.Task)
					}
				}
			}
			return nil
		})
	}
	return owedWake(h, func(_ *taskHistory, w span) bool { return w.thread > 0 },
		"task %d was woken from an outside thread and never polled again; want a wake from any thread to arrive")
}

// lostInParkLoop reports a wake that does not end the wait of a park loop.
func lostInParkLoop(h *history) *breach {
	b := owedWake(h, func(*taskHistory, span) bool { return true },
		"waker %d was woken and counts no wake, so the park loop that waits for it never goes on")
	if b != nil {
		b.blame = blameWaker
	}
	return b
}
