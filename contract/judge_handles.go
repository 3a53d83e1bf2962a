package contract

import (
	"fmt"
	"slices"
)

// yesNo counts how often clones of one waker said yes and no to the question
// whether they will wake the same.
type yesNo struct{ yes, no int }

func (y *yesNo) count(h *history) {
	h.compared(func(_ int, e Event, a, b *kin) *breach {
		if a.task == b.task && e.Note == "yes" {
			y.yes++
		} else if a.task == b.task {
			y.no++
		}
		return nil
	})
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
	l := h.newLedger()
	var works []wakeForm // of clones whose source lives
	return h.stretches(func(s *stretch) *breach {
		orphan := false
		for i := s.from; i <= s.at; i++ {
			e := h.events[i]
			switch task := l.afterFree(e); {
			case task > 0 && l.orphan(e.Handle):
				return wakerBreach(i, "%s on handle %d of waker %d, a clone, after its source had ended and the data was freed; want a clone to keep what it needs", e.Kind, e.Handle, task)
			case e.Kind == Wake || e.Kind == WakeByRef || e.Kind == Drop:
				orphan = l.orphan(e.Handle)
			case e.Kind == Panicked && len(s.calls) == 1 && orphan:
				return wakerBreach(i, "a call on a clone whose source had ended panicked: %s; want a clone to keep what it needs", e.Note)
			}
			l.take(e)
		}
		for _, kind := range [...]Kind{Wake, WakeByRef} {
			e, at, ok := s.single(h, kind)
			k := l.of(e.Handle)
			if !ok || k == nil || k.source == 0 || e.Task >= len(s.wakes) || !s.wakes[e.Task].known {
				continue
			}
			form := wakeForm{kind, e.Task, e.Thread}
			switch counted := s.wakes[e.Task].change() > 0; {
			case !l.orphan(e.Handle):
				if counted {
					works = append(works, form)
				}
			case !counted && slices.Contains(works, form):
				return wakerBreach(at, "handle %d, a clone whose source has ended, does not wake waker %d, and clones whose source lived did; want a clone to keep what it needs", e.Handle, e.Task)
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
	l := h.newLedger()
	return h.allStretches(func(s *stretch) *breach {
		if !s.near {
			l.takeAll(h, s)
			return nil
		}
		for i := s.from; i <= s.at; i++ {
			e := h.events[i]
			if task := l.afterFree(e); task > 0 && e.Kind != Clone {
				return wakerBreach(i, "waker %d freed its data when its count of handles passed the maximum, and handle %d lives; want the program stopped before the count wraps", task, e.Handle)
			}
			l.take(e)
		}
		e, at, ok := s.single(h, Clone)
		if !ok || e.Task >= len(s.live) {
			return nil
		}
		if d := s.live[e.Task]; d.known && d.after < d.before {
			return wakerBreach(at, "clone changed the live handles of waker %d from %d to %d; want the program stopped before the count wraps", e.Task, d.before, d.after)
		}
		return nil
	})
}

// freedAll reports whether every waker that can say Freed has said it.
func (h *history) freedAll() bool {
	n := 0
	for _, e := range h.events {
		switch {
		case e.Kind == Declare && e.Note == "freed":
			n++
		case e.Kind == Freed:
			n--
		}
	}
	return n == 0
}

// leakFree is W9.
func leakFree(h *history) *breach {
	if h.seen[Freed] && !h.lateCall && h.freedAll() {
		return nil
	}
	var declared [3]bool
	for _, e := range h.events {
		if e.Kind == Declare && e.Note == "freed" && e.Task > 0 && e.Task < len(declared) {
			declared[e.Task] = true
		}
	}
	if !h.isSplit {
		h.splitStretches()
	}
	l := h.newLedger()
	return h.stretches(func(s *stretch) *breach {
		l.takeAll(h, s)
		if s != &h.split[len(h.split)-1] {
			return nil
		}
		for n := range declared {
			if declared[n] && l.held[n] == 0 && !l.freed[n] {
				return wakerBreach(s.at, "every handle of waker %d is gone and it has not freed its data; want it freed", n)
			}
		}
		return nil
	})
}

// willWakeSound is W10.
func willWakeSound(h *history) *breach {
	if h.door == ExecutorDoor {
		return comparesSound(h)
	}
	return h.compared(func(i int, e Event, a, b *kin) *breach {
		if e.Note == "yes" && a.task != b.task {
			return wakerBreach(i, "handle %d of waker %d says that it will wake what handle %d of waker %d wakes; want yes only for one and the same", e.Handle, a.task, e.Arg, b.task)
		}
		return nil
	})
}

// willWakeUseful is W11.
func willWakeUseful(h *history) *breach {
	return h.compared(func(i int, e Event, a, b *kin) *breach {
		if e.Note == "no" && a.task == b.task {
			return wakerBreach(i, "handles %d and %d, both clones of waker %d, do not say that they will wake the same; the subject declares that they do", e.Handle, e.Arg, a.task)
		}
		return nil
	})
}

// compared calls judge for every comparison of two known handles.
func (h *history) compared(judge func(i int, e Event, a, b *kin) *breach) *breach {
	l := h.newLedger()
	for i, e := range h.events {
		l.take(e)
		if e.Kind != Compare || l.task(e.Handle) == 0 || l.task(e.Arg) == 0 {
			continue
		}
		if b := judge(i, e, l.of(e.Handle), l.of(e.Arg)); b != nil {
			return b
		}
	}
	return nil
}

// threadSafe is W15.
func threadSafe(h *history) *breach {
	l := h.newLedger()
	return h.stretches(func(s *stretch) *breach {
		before := l.held
		l.takeAll(h, s)
		threads := 0
		for n, i := range s.calls {
			if n > 0 && h.events[i].Thread != h.events[s.calls[0]].Thread {
				threads = 2
			}
		}
		if threads < 2 {
			return nil
		}
		for n := 1; n < len(s.wakes); n++ {
			want := 0
			for _, i := range s.calls {
				if e := h.events[i]; e.Task == n && (e.Kind == Wake || e.Kind == WakeByRef) {
					want++
				}
			}
			if d := s.wakes[n]; d.known && d.change() != want {
				return wakerBreach(s.at, "waker %d was woken %d times on several threads at once and counts %d; want no call to disturb another", n, want, d.change())
			}
			if d := s.live[n]; d.known && d.change() != l.held[n]-before[n] {
				return wakerBreach(s.at, "calls on several threads at once changed the live handles of waker %d from %d to %d; want %d", n, d.before, d.after, d.before+l.held[n]-before[n])
			}
		}
		return nil
	})
}

// panicContained is W22.
func panicContained(h *history) *breach {
	l := h.newLedger()
	return h.allStretches(func(s *stretch) *breach {
		for i := s.from; i <= s.at; i++ {
			e := h.events[i]
			if task := l.afterFree(e); s.panic && !s.near && task > 0 {
				return wakerBreach(i, "%s on live handle %d of waker %d, which freed its data when a wake panicked; want no handle ended twice", e.Kind, e.Handle, task)
			}
			l.take(e)
		}
		if !s.panic || s.near {
			return nil
		}
		for n := 1; n < len(s.live); n++ {
			if d := s.live[n]; d.known && d.after != l.held[n] {
				return wakerBreach(s.at, "after a wake that panicked, waker %d counts %d live handles when %d are left; want no handle ended twice and none lost", n, d.after, l.held[n])
			}
		}
		return nil
	})
}

// cloneFromReplaces is W25.
func cloneFromReplaces(h *history) *breach {
	l := h.newLedger()
	return h.stretches(func(s *stretch) *breach {
		before := l.held
		l.takeAll(h, s)
		e, at, ok := s.single(h, Replace)
		if !ok {
			return nil
		}
		for n := 1; n < len(s.live); n++ {
			if d := s.live[n]; d.known && d.change() != l.held[n]-before[n] {
				return wakerBreach(at, "clone-from handle %d onto handle %d changed the live handles of waker %d from %d to %d; want %d", e.Arg, e.Handle, n, d.before, d.after, d.before+l.held[n]-before[n])
			}
		}
		return nil
	})
}
