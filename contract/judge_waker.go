package contract

import "fmt"

func wakerBreach(at int, format string, args ...any) *breach {
	return &breach{at: at, blame: blameWaker, reason: fmt.Sprintf(format, args...)}
}

// judgeCall reports a breach of a call of kind k on its own, by what it should
// have changed.
func (h *history) judgeCall(k Kind, judge func(e Event, wakes, live delta, at int) *breach) *breach {
	return h.miscounted(func(s *stretch) *breach {
		e, c, ok := s.single(h, k)
		if !ok || !known(e.Task) {
			return nil
		}
		return judge(e, s.wakes[e.Task], s.live[e.Task], c.at)
	})
}

// wakesItsOwn is W2.
func wakesItsOwn(h *history) *breach {
	return h.miscounted(func(s *stretch) *breach {
		for n := 1; n < len(s.wakes); n++ {
			want, got := s.woken[n], s.wakes[n].change()
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
	return h.miscounted(func(s *stretch) *breach {
		for n := 1; n < len(s.live); n++ {
			d, held := s.live[n], s.held[n].after
			if !d.known || d.after == held {
				continue
			}
			if e, c, ok := s.single(h, Clone); ok && e.Task == n {
				return wakerBreach(c.at, "clone changed the live handles of waker %d from %d to %d; want one more", n, d.before, d.after)
			}
			if _, _, replaced := s.single(h, Replace); !replaced && (held == 0 || len(s.calls) > 1) {
				return wakerBreach(s.at, "waker %d counts %d live handles when %d are left; want handles made = handles ended", n, d.after, held)
			}
		}
		return nil
	})
}

// callAfterFree is W8.
func callAfterFree(h *history) *breach {
	return h.lateCalls(func(s *stretch, c call, e Event) *breach {
		if !s.plain() {
			return nil
		}
		return wakerBreach(c.at, "%s on live handle %d of waker %d after the waker had freed its data; want it kept while any handle lives", e.Kind, e.Handle, c.late)
	})
}

// wakeFromAnyThread is W14.
func wakeFromAnyThread(h *history) *breach {
	if h.door == WakerDoor {
		if b := lostInParkLoop(h); b != nil {
			return b
		}
		return h.miscounted(func(s *stretch) *breach {
			for _, k := range [...]Kind{Wake, WakeByRef} {
				if e, c, ok := s.single(h, k); ok && e.Thread > 0 && known(e.Task) {
					if d := s.wakes[e.Task]; d.known && d.change() == 0 {
						return wakerBreach(c.at, "%s on thread %d did not wake waker %d; want a wake from any thread to arrive", e.Kind, e.Thread, e.Task)
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
