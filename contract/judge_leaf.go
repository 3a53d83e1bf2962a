package contract

import "slices"

// openPoll reports that at a Rest a poll has not answered.
func (v *futureView) openPoll(e Event) bool {
	return e.Kind == Rest && v.h.resting() && v.open
}

// broken says how a future fails its task at an event, whichever law that
// breaks: it panics in a poll, leaves itself unarmed, or does not wake the
// latest waker. It returns "" if it does not.
func (v *futureView) broken(e Event) string {
	switch {
	case v.h.declared.never:
	case e.Kind == Panicked && e.Poll > 0 && e.Note != injected:
		return "the future panicked: " + e.Note
	case v.unarmed(e):
		return "the future answered pending, its waker was not woken, and no clone of it lives"
	case v.forgotten(e):
		return "the future can answer and does not wake the waker of its latest poll"
	case v.openPoll(e) && !reentering(v.h.events):
		return "the future's poll does not return"
	}
	return ""
}

// evidenceAt is what shows a breach at e.
func (h *history) evidenceAt(e Event) Evidence {
	switch e.Kind {
	case Rest:
		return h.evidence
	case Pending:
		return NoHandle
	}
	return Observed
}

// staleHarmless is F3.
func staleHarmless(h *history) *breach {
	after := false // the latest poll came of the wake of an older waker alone
	armed := false
	return h.viewIf(h.signs().ill, func(v *futureView, i int, e Event) *breach {
		switch {
		case e.Kind == Poll:
			before := v.before
			after, armed = before.pending && before.stale && !before.woken && v.fired < 0, v.armed
		case e.Kind == Panicked && e.Poll > 0 && after:
			return h.futureBreach(i, Observed, "poll %d, after the wake of an older waker, panicked: %s; want such a wake harmless", v.poll, e.Note)
		case v.unarmed(e) && after && armed && !h.declared.never:
			return h.futureBreach(i, NoHandle, "poll %d, after the wake of an older waker, left the future unarmed; want such a wake harmless", v.poll)
		}
		return nil
	})
}

// pollReturns is F9.
func pollReturns(h *history) *breach {
	return h.view(func(v *futureView, i int, e Event) *breach {
		if v.openPoll(e) && !reentering(h.events) {
			return h.futureBreach(i, h.evidence, "poll %d has not returned, and waits for what only others can bring; want pending", v.poll)
		}
		return nil
	})
}

// inertUntilPolled is F10.
func inertUntilPolled(h *history) *breach {
	for i, e := range h.events {
		switch e.Kind {
		case Poll:
			return nil
		case Started:
			return h.futureBreach(i, Observed, "the future's work has begun, and it was not polled yet; want it to wait for its first poll")
		}
	}
	return nil
}

// reentering reports that a waker's own code has called the subject, and that
// call has not returned.
func reentering(events []Event) bool {
	open := 0
	for _, e := range events {
		switch e.Kind {
		case Reenter:
			open++
		case Reentered:
			open--
		}
	}
	return open > 0
}

// noForeignCodeUnderLock is F13.
func noForeignCodeUnderLock(h *history) *breach {
	if !h.resting() || !reentering(h.events) {
		return nil
	}
	for i := len(h.events) - 1; i >= 0; i-- {
		if e := h.events[i]; e.Kind == Reenter {
			return &breach{at: h.rest, evidence: h.evidence, blame: blameFuture, reason: "a waker's own code called the subject (" + e.Note + ") and never came back: the call waits for what the subject holds while it calls the waker; want wakers called with nothing held"}
		}
	}
	return nil
}

// wakerPanicSurvived is F14.
func wakerPanicSurvived(h *history) *breach {
	if !h.signs().ill {
		return nil
	}
	dropping := false
	return h.viewAll(true, func(v *futureView, i int, e Event) *breach {
		dropping = e.Kind == FutureDrop || dropping && !(e.Kind == Return && e.Thread == 0)
		if v.injected < 0 || i == v.injected {
			return nil
		}
		switch broken := v.broken(e); {
		case e.Kind == Panicked && e.Note != injected:
			return h.futureBreach(i, Observed, "after a waker panicked, a call of the subject panicked: %s; want it usable", e.Note)
		case broken != "":
			return h.futureBreach(i, h.evidenceAt(e), "after a waker panicked: %s; want it usable", broken)
		case e.Kind == Rest && h.resting() && (dropping || v.firing):
			return h.futureBreach(i, h.evidence, "after a waker panicked, a call of the subject never returns; want it usable")
		}
		return nil
	})
}

// wakerOpaque is F15.
func wakerOpaque(h *history) *breach {
	return h.viewIf(h.signs().ill, func(v *futureView, i int, e Event) *breach {
		if broken := v.broken(e); broken != "" {
			return h.futureBreach(i, h.evidenceAt(e), "with a waker of one kind (%s), and not with every other: %s; want any valid waker to do", wakerKinds[v.kind%len(wakerKinds)], broken)
		}
		return nil
	})
}

// noWakeOnReady is F18.
func noWakeOnReady(h *history) *breach {
	var own []int // clones that the latest poll has made
	answered := false
	return h.viewIf(h.signs().kept, func(v *futureView, i int, e Event) *breach {
		switch e.Kind {
		case Poll:
			own, answered = own[:0], false
		case Clone:
			if v.open && e.Poll == v.poll {
				own = append(own, e.Arg)
			}
		case Ready:
			answered = true
		case Settle:
			for _, handle := range own {
				if answered && index(v.live, handle) >= 0 {
					return h.futureBreach(i, Observed, "poll %d answered ready and left a clone of its waker behind; want no wake arranged that nobody waits for", v.poll)
				}
			}
		}
		return nil
	})
}

// mayMigrate is F20.
func mayMigrate(h *history) *breach {
	first := 0
	return h.viewIf(h.signs().ill, func(v *futureView, i int, e Event) *breach {
		if e.Kind == Poll && v.poll == 1 {
			first = e.Thread
		}
		if broken := v.broken(e); broken != "" && h.events[v.begun].Thread != first {
			return h.futureBreach(i, h.evidenceAt(e), "polled on one goroutine after another, and not if polled on one: %s; want it to bear a move", broken)
		}
		return nil
	})
}

// outputOnce is F21.
func outputOnce(h *history) *breach {
	return h.view(func(v *futureView, i int, e Event) *breach {
		dropped := slices.ContainsFunc(h.events[:i], func(e Event) bool { return e.Kind == FutureDrop })
		if e.Kind == Held && e.Arg != 0 && (v.ended || dropped) {
			return h.futureBreach(i, Observed, "the future has ended and %d values made for it are neither answered nor released; want each delivered once", e.Arg)
		}
		return nil
	})
}
