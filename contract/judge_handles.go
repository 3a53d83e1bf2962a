package contract

import (
	"fmt"
	"slices"
)

// yesNo counts how often clones of one waker said yes and no to the question
// whether they will wake the same.
type yesNo struct{ yes, no int }

func (y *yesNo) count(h *history) {
	for _, p := range h.stretches().pairs {
		if p.a == p.b && h.events[p.at].Note == "yes" {
			y.yes++
		} else if p.a == p.b {
			y.no++
		}
	}
}

// about is what it says of a law that was skipped.
func (y yesNo) about(law string) string {
	if law != "W11" || y.yes+y.no == 0 {
		return ""
	}
	return fmt.Sprintf("; %d of %d pairs of clones said yes", y.yes, y.yes+y.no)
}

// cloneRetains is W1.
func cloneRetains(h *history) *breach {
	w := h.stretches()
	if !w.late && !h.seen[Panicked] && len(w.miscounted) == 0 {
		return nil
	}
	var works []wakeForm // of clones whose source lives
	return w.each(func(s *stretch) *breach {
		if !s.plain() {
			return nil
		}
		for _, c := range s.calls {
			if e := h.events[c.at]; c.late > 0 && c.orphan {
				return wakerBreach(c.at, "%s on handle %d of waker %d, a clone, after its source had ended and the data was freed; want a clone to keep what it needs", e.Kind, e.Handle, c.late)
			}
		}
		for _, kind := range [...]Kind{Wake, WakeByRef, Drop} {
			_, c, ok := s.single(h, kind)
			for i := c.at; ok && c.orphan && i < s.at; i++ {
				if e := h.events[i]; e.Kind == Panicked {
					return wakerBreach(i, "a call on a clone whose source had ended panicked: %s; want a clone to keep what it needs", e.Note)
				}
			}
		}
		for _, kind := range [...]Kind{Wake, WakeByRef} {
			e, c, ok := s.single(h, kind)
			if !ok || !c.clone || !known(e.Task) || !s.wakes[e.Task].known {
				continue
			}
			form := wakeForm{kind, e.Task, e.Thread}
			switch counted := s.wakes[e.Task].change() > 0; {
			case !c.orphan:
				if counted {
					works = append(works, form)
				}
			case !counted && slices.Contains(works, form):
				return wakerBreach(c.at, "handle %d, a clone whose source has ended, does not wake waker %d, and clones whose source lived did; want a clone to keep what it needs", e.Handle, e.Task)
			}
		}
		return nil
	})
}

// A wakeForm is a way to wake: by value or by ref, which waker, on which thread.
type wakeForm struct {
	kind         Kind
	task, thread int
}

// clonesUnbounded is W3.
func clonesUnbounded(h *history) *breach {
	freed := h.lateCalls(func(s *stretch, c call, e Event) *breach {
		if !s.near || e.Kind == Clone {
			return nil
		}
		return wakerBreach(c.at, "waker %d freed its data when its count of handles passed the maximum, and handle %d lives; want the program stopped before the count wraps", c.late, e.Handle)
	})
	fell := h.stretches().each(func(s *stretch) *breach {
		e, c, ok := s.single(h, Clone)
		if !s.near || !ok || !known(e.Task) {
			return nil
		}
		if d := s.live[e.Task]; d.known && d.after < d.before {
			return wakerBreach(c.at, "clone changed the live handles of waker %d from %d to %d; want the program stopped before the count wraps", e.Task, d.before, d.after)
		}
		return nil
	})
	return earlier(freed, fell)
}

// earlier returns the breach that comes first.
func earlier(a, b *breach) *breach {
	if a == nil || b != nil && b.at < a.at {
		return b
	}
	return a
}

// leakFree is W9.
func leakFree(h *history) *breach {
	list := h.stretches().list
	if len(list) == 0 {
		return nil
	}
	s := &list[len(list)-1]
	if !s.plain() || s.leaks == 0 {
		return nil
	}
	return wakerBreach(s.at, "every handle of waker %d is gone and it has not freed its data; want it freed", s.leaks)
}

// willWakeSound is W10.
func willWakeSound(h *history) *breach {
	for _, p := range h.stretches().pairs {
		if e := h.events[p.at]; e.Note == "yes" && p.a != p.b {
			return wakerBreach(p.at, "handle %d of waker %d says that it will wake what handle %d of waker %d wakes; want yes only for one and the same", e.Handle, p.a, e.Arg, p.b)
		}
	}
	return nil
}

// willWakeUseful is W11.
func willWakeUseful(h *history) *breach {
	for _, p := range h.stretches().pairs {
		if e := h.events[p.at]; e.Note == "no" && p.a == p.b {
			return wakerBreach(p.at, "handles %d and %d, both clones of waker %d, do not say that they will wake the same; the subject declares that they do", e.Handle, e.Arg, p.a)
		}
	}
	return nil
}

// threadSafe is W15.
func threadSafe(h *history) *breach {
	return h.miscounted(func(s *stretch) *breach {
		thread := func(c call) int { return h.events[c.at].Thread }
		if !slices.ContainsFunc(s.calls, func(c call) bool { return thread(c) != thread(s.calls[0]) }) {
			return nil
		}
		for n := 1; n < len(s.wakes); n++ {
			if d := s.wakes[n]; d.known && d.change() != s.woken[n] {
				return wakerBreach(s.at, "waker %d was woken %d times on several threads at once and counts %d; want no call to disturb another", n, s.woken[n], d.change())
			}
			if d, want := s.live[n], s.held[n].change(); d.known && d.change() != want {
				return wakerBreach(s.at, "calls on several threads at once changed the live handles of waker %d from %d to %d; want %d", n, d.before, d.after, d.before+want)
			}
		}
		return nil
	})
}

// panicContained is W22.
func panicContained(h *history) *breach {
	freed := h.lateCalls(func(s *stretch, c call, e Event) *breach {
		if !s.panic || s.near {
			return nil
		}
		return wakerBreach(c.at, "%s on live handle %d of waker %d, which freed its data when a wake panicked; want no handle ended twice", e.Kind, e.Handle, c.late)
	})
	lost := h.stretches().each(func(s *stretch) *breach {
		if !s.panic || s.near {
			return nil
		}
		for n := 1; n < len(s.live); n++ {
			if d, held := s.live[n], s.held[n].after; d.known && d.after != held {
				return wakerBreach(s.at, "after a wake that panicked, waker %d counts %d live handles when %d are left; want no handle ended twice and none lost", n, d.after, held)
			}
		}
		return nil
	})
	return earlier(freed, lost)
}

// cloneFromReplaces is W25.
func cloneFromReplaces(h *history) *breach {
	return h.miscounted(func(s *stretch) *breach {
		e, c, ok := s.single(h, Replace)
		if !ok {
			return nil
		}
		for n := 1; n < len(s.live); n++ {
			if d, want := s.live[n], s.held[n].change(); d.known && d.change() != want {
				return wakerBreach(c.at, "clone-from handle %d onto handle %d changed the live handles of waker %d from %d to %d; want %d", e.Arg, e.Handle, n, d.before, d.after, d.before+want)
			}
		}
		return nil
	})
}
