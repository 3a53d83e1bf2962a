package contract

import "fmt"

const blameCombinator = "combinator"

func combinatorBreach(at int, ev Evidence, format string, args ...any) *breach {
	return &breach{at: at, evidence: ev, blame: blameCombinator, reason: fmt.Sprintf(format, args...)}
}

// owedBy says what the combinator owes at a Rest, and which law that breaks:
// one law for each way to lose a wake.
func (v *combinatorView) owedBy(i int) (law string, b *breach) {
	p := v.waiting()
	if p == nil {
		return "", nil
	}
	ev := v.h.evidence
	owes := func(law, format string, args ...any) (string, *breach) {
		return law, combinatorBreach(i, ev, format, args...)
	}
	const older = "%s was woken, and only the waker of an earlier poll was; want that of poll %d, waker %d, woken"
	shared := v.made() > 1
	switch {
	case v.answered:
		return owes("C10", "the combinator has answered one of its handles, and another is pending after poll %d and was not woken; want it woken", p.poll)
	case v.poisoned:
		return owes("C13", "a child panicked, the handle that was polled panics, and another is pending after poll %d and was not woken; want it woken", p.poll)
	}
	for n := range v.children {
		c := &v.children[n]
		if !c.given || c.ended || len(c.open) > 0 {
			continue
		}
		name := fmt.Sprintf("child %d", n+1)
		switch {
		case c.pushed >= 0 && c.polls == 0:
			if v.claims["quiet"] == 0 || p.begin > c.pushed {
				return owes("C18", "%s was pushed and has not been polled, and nobody was woken since poll %d; want it polled", name, p.poll)
			}
		case c.polls == 0 || c.wake < 0:
		case c.noop:
			return owes("W24", "%s was lent the no-op waker in its poll %d, answered pending and was woken; it was not polled again and poll %d was pending; want it polled with a waker that wakes", name, c.polls, p.poll)
		case shared:
			return owes("C10", "%s was woken, and no handle that is left was woken since; want one that polls it", name)
		case c.astray:
			return owes("C3", older, name, p.poll, p.waker)
		case c.own:
			return owes("C4", "%s was woken in its own poll %d, and was not polled again, and its combinator is pending and not woken; want it polled again", name, c.polls)
		case c.begun > 0:
			return owes("C2", "%s was woken, and poll %d, which began after that, did not poll it, answered pending and was not woken; want it polled", name, p.poll)
		case p.stale > c.wake:
			return owes("C3", older, name, p.poll, p.waker)
		default:
			return owes("C1", "%s was woken, and the task that polls the combinator was not; want waker %d of poll %d woken", name, p.waker, p.poll)
		}
	}
	return v.complete(i, p, shared)
}

// complete says what is owed by a combinator that can answer.
func (v *combinatorView) complete(i int, p *handleView, shared bool) (law string, b *breach) {
	given, waits, ready := 0, 0, 0
	for n := range v.children {
		c := &v.children[n]
		given += btoi(c.given)
		waits += btoi(c.polls > 0 && !c.ended)
		ready += btoi(c.ready)
	}
	switch {
	case v.childPanicked || v.claims["push"] > 0:
		return "", nil
	case given == 0:
		return "C17", combinatorBreach(i, v.h.evidence, "the combinator has no children, and is pending after poll %d; want it ready", p.poll)
	case v.claims["first"] > 0 && ready > 0:
		b = combinatorBreach(i, v.h.evidence, "a child was ready, and the combinator is pending after poll %d and was not woken; want it ready with the first", p.poll)
	case waits == 0:
		b = combinatorBreach(i, v.h.evidence, "the combinator is pending after poll %d, and no child that it has polled is pending, so that nobody will ever wake it; want it ready, or another child polled", p.poll)
	default:
		return "", nil
	}
	if shared {
		return "C10", b
	}
	return "F1", b
}

// owing is the monitor of a law that owedBy decides.
func owing(law string) monitor {
	return func(h *history) *breach {
		return h.combine(func(v *combinatorView, i int, e Event) *breach {
			if e.Kind != Rest || !h.resting() {
				return nil
			}
			if broken, b := v.owedBy(i); broken == law {
				return b
			}
			return nil
		})
	}
}

// either is the monitor that asks several.
func either(monitors ...monitor) monitor {
	return func(h *history) *breach {
		for _, m := range monitors {
			if b := m(h); b != nil {
				return b
			}
		}
		return nil
	}
}

// subWakerWorks judges calls on the handles that the combinator lent: over says
// whether those count that began when it was over (C5), or the others (C1).
func subWakerWorks(over bool) monitor {
	when := map[bool]string{true: "after the combinator had come to its end", false: "while the combinator was alive"}[over]
	return func(h *history) *breach {
		var calls []childCall // before e
		var open *breach      // while the combinator was polled by another thread: it may have come to its end
		return h.combine(func(v *combinatorView, i int, e Event) *breach {
			defer func() { calls = append(calls[:0], v.calls...) }()
			if open != nil && !v.polling() {
				if v.over() == over {
					return open
				}
				open = nil
			}
			switch {
			case e.Kind == Panicked && e.Poll == 0 && e.Task >= firstChild:
				for _, c := range calls {
					if c.thread != e.Thread || c.child != e.Task {
						continue
					}
					b := combinatorBreach(i, Observed, "the %s of a handle that child %d was lent panicked, %s: %s; want no panic", c.kind, c.child-firstChild+1, when, e.Note)
					switch {
					case !c.afterItsParent && v.polling() && !v.polledBy(e.Thread):
						open = b
					case c.afterItsParent == over && (over || !v.over()): // else it may have ended meanwhile
						return b
					}
				}
			case e.Kind == Rest && h.resting():
				for _, c := range v.calls {
					if v.over() == over {
						return combinatorBreach(i, h.evidence, "the %s of a handle that child %d was lent has not returned, %s; want it to return", c.kind, c.child-firstChild+1, when)
					}
				}
			}
			return nil
		})
	}
}

// noChildPollAfterReady is C6.
func noChildPollAfterReady(h *history) *breach {
	ended := make(map[int]string)
	return h.combine(func(_ *combinatorView, i int, e Event) *breach {
		if e.Task < firstChild {
			return nil
		}
		switch e.Kind {
		case Ready:
			ended[e.Task] = "had answered ready"
		case FutureDrop:
			ended[e.Task] = "was dropped"
		case Poll:
			if how := ended[e.Task]; how != "" {
				return combinatorBreach(i, Observed, "child %d %s and is polled again; want no poll after that", e.Task-firstChild+1, how)
			}
		}
		return nil
	})
}

// childPollExclusive is C7.
func childPollExclusive(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Kind == Poll && e.Task >= firstChild && len(v.childAt(e.Task).open) > 1 {
			return combinatorBreach(i, Observed, "poll %d of child %d begins while another poll of it has not ended; want one at a time", e.Poll, e.Task-firstChild+1)
		}
		return nil
	})
}

// selectivePolling is C8.
func selectivePolling(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Task < firstChild || v.claims["selective"] == 0 || e.Kind != Poll {
			return nil
		}
		switch c := v.childAt(e.Task); {
		case c.polls > 1 && c.unasked:
			return combinatorBreach(i, Observed, "child %d is polled although it was not woken since its poll before; the combinator claims to poll only those that were", e.Task-firstChild+1)
		case c.inPoll > 1 && v.polling():
			return combinatorBreach(i, Observed, "child %d is polled for the second time in one poll of the combinator, which claims to poll each at most once", e.Task-firstChild+1)
		}
		return nil
	})
}

// polling reports whether a poll of the combinator is open.
func (v *combinatorView) polling() bool {
	for n := range v.handles {
		if v.handles[n].open {
			return true
		}
	}
	return false
}

// polledBy reports whether the thread is in a poll of the combinator.
func (v *combinatorView) polledBy(thread int) bool {
	for n := range v.handles {
		if p := &v.handles[n]; p.open && p.thread == thread {
			return true
		}
	}
	return false
}

// workLimit is how many polls of children one poll of a combinator may make.
const workLimit = 256

// boundedWork is C9.
func boundedWork(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		switch {
		case e.Kind == Poll && e.Task >= firstChild:
			for n := range v.handles {
				if p := &v.handles[n]; p.open && p.work > workLimit {
					return combinatorBreach(i, Budget, "poll %d of the combinator has polled children %d times and goes on; want it to stop, wake its task and answer pending", p.poll, p.work)
				}
			}
		case e.Kind == Rest && h.resting():
			p := v.waiting()
			if p == nil || v.made() > 1 { // what is lost among several handles is C10
				return nil
			}
			for n := range v.children {
				c := &v.children[n]
				if c.given && !c.ended && c.landed >= 0 && c.landed < p.end {
					return combinatorBreach(i, h.evidence, "poll %d of the combinator stopped while child %d, which had been woken, was left, and did not wake its task; want it woken", p.poll, n+1)
				}
			}
		}
		return nil
	})
}

// dropsChildren is C11.
func dropsChildren(h *history) *breach {
	dropping := false
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		parent := e.Task > 0 && e.Task < firstChild
		switch {
		case e.Kind == FutureDrop && parent:
			dropping = true
		case e.Kind == FutureDrop && v.childAt(e.Task).drops > 1:
			return combinatorBreach(i, Observed, "child %d is dropped for the second time; want each dropped once", e.Task-firstChild+1)
		case dropping && parent && (e.Kind == Return || e.Kind == Panicked && e.Poll == 0):
			dropping = false
			for n := range v.handles {
				if p := &v.handles[n]; p.made && !p.dropped {
					return nil
				}
			}
			return v.kept(i, "the combinator was dropped")
		case e.Kind == Ready && parent && v.claims["first"] > 0:
			return v.kept(i, "the combinator answered with its first child")
		}
		return nil
	})
}

// kept reports a child that was not given up.
func (v *combinatorView) kept(i int, when string) *breach {
	for n := range v.children {
		if c := &v.children[n]; c.given && !c.ready && !c.panicked && c.drops == 0 {
			return combinatorBreach(i, Observed, "%s, and child %d, which was not ready, was not dropped; want it dropped there and then", when, n+1)
		}
	}
	return nil
}

// finishedReleased is C12.
func finishedReleased(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Kind != Reachable || e.Task < firstChild || v.over() {
			return nil
		}
		for n := range v.handles {
			if p := &v.handles[n]; p.open && p.poll == v.childAt(e.Task).doneIn {
				return nil
			}
		}
		return combinatorBreach(i, Observed, "child %d was ready in a poll that has ended, and something still refers to it; want it let go before the next child is polled", e.Task-firstChild+1)
	})
}

// childPanics is what C13 says of the poll in which a child panics, and of that
// child.
func childPanics(h *history) *breach {
	panicked := make(map[int]bool)
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		switch {
		case e.Task >= firstChild && e.Kind == Panicked && e.Poll > 0:
			panicked[e.Task] = true
		case e.Task >= firstChild && e.Kind == Poll && panicked[e.Task]:
			return combinatorBreach(i, Observed, "child %d panicked and is polled again; want it left alone", e.Task-firstChild+1)
		case e.Task > 0 && e.Task < firstChild && (e.Kind == Pending || e.Kind == Ready) && v.claims["contains"] == 0:
			if p := v.parentOf(e.Task); p.byChild {
				return combinatorBreach(i, Observed, "a child panicked in poll %d of the combinator, which answers %s; want the panic to reach who polls it", e.Poll, e.Kind)
			}
		}
		return nil
	})
}

// fairToChildren is C14.
func fairToChildren(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		fair := v.claims["fair"]
		if fair == 0 || e.Kind != Pending || e.Task >= firstChild {
			return nil
		}
		for n := range v.children {
			if c := &v.children[n]; !c.ended && c.missed >= fair {
				return combinatorBreach(i, Observed, "child %d was woken, and %d polls of the combinator that began after that have not polled it; it declares at most %d", n+1, c.missed, fair)
			}
		}
		return nil
	})
}

// steadyPairs is how many pairs of successive polls decide C15.
const steadyPairs = 3

// subWakerStable is C15.
func subWakerStable(h *history) *breach {
	last := -1
	for i, e := range h.events {
		if e.Kind == Compare {
			last = i
		}
	}
	return h.combine(func(v *combinatorView, i int, _ Event) *breach {
		if i == last && v.pairs >= steadyPairs && !v.same {
			return combinatorBreach(i, Observed, "in %d pairs of successive polls of a child, by a combinator that was lent the same waker, no handle of the first said that it wakes the same as that of the second, although each says so of its own clone; want them to say so", v.pairs)
		}
		return nil
	})
}

// noAmplification is C16.
func noAmplification(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Kind != Wake && e.Kind != WakeByRef || e.Task >= firstChild || v.claims["selective"] == 0 {
			return nil
		}
		if p := v.parentOf(e.Task); p != nil && p.amplified > 1 {
			return combinatorBreach(i, Observed, "children were woken after poll %d, and that has woken the task %d times; want one wake until the next poll", p.poll, p.amplified)
		}
		return nil
	})
}

// emptyAnswers is what C17 says of the poll itself; see complete for the rest.
func emptyAnswers(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Kind != Pending || e.Task >= firstChild || len(v.children) > 0 || v.claims["quiet"] > 0 {
			return nil
		}
		if p := v.parentOf(e.Task); p != nil && p.woken < 0 && p.live == 0 {
			return combinatorBreach(i, NoHandle, "the combinator has no children, and poll %d answered pending without arming itself; want it ready", p.poll)
		}
		return nil
	})
}

// combinatorSpurious is F7 for a combinator.
func combinatorSpurious(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		if e.Kind != Panicked || e.Poll == 0 || e.Task >= firstChild || v.childPanicked || v.dropPanicked {
			return nil
		}
		if p := v.parentOf(e.Task); p != nil && p.spurious {
			return combinatorBreach(i, Observed, "poll %d, which no wake had asked for, panicked: %s; want pending or ready", e.Poll, e.Note)
		}
		return nil
	})
}

// combinatorBorrows is F16 for a combinator.
func combinatorBorrows(h *history) *breach {
	return h.combine(func(v *combinatorView, i int, e Event) *breach {
		switch e.Kind {
		case Clone, Wake, WakeByRef, Drop:
		default:
			return nil
		}
		p := v.parentOf(e.Task)
		if p == nil {
			return nil
		}
		n := index(p.lent, e.Handle)
		if n < 0 {
			return nil
		}
		poll := p.lent[n].of
		if e.Kind == Wake || e.Kind == Drop {
			return combinatorBreach(i, Observed, "the combinator consumed (%s) the handle that poll %d lent it; want only clones consumed", e.Kind, poll)
		}
		if poll != p.poll || !p.open {
			return combinatorBreach(i, Observed, "the combinator used (%s) the handle or Context that poll %d lent it after that poll; want a clone kept instead", e.Kind, poll)
		}
		return nil
	})
}

// atDoor gives a law that several doors judge a monitor of its own at one of them.
func atDoor(door Door, there, elsewhere monitor) monitor {
	return func(h *history) *breach {
		if h.door == door {
			return there(h)
		}
		return elsewhere(h)
	}
}
