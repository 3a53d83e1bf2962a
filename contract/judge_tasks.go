package contract

import (
	"fmt"
	"slices"
	"strings"
)

// accuse is a breach at event i that needs no rest to be proved.
func accuse(i int, format string, args ...any) *breach {
	return &breach{at: i, blame: blameExecutor, reason: fmt.Sprintf(format, args...)}
}

// byScript reports whether a panic is one that a script asked for.
func byScript(e Event) bool { return strings.Contains(e.Note, scripted) }

// lentWaker is E14.
func lentWaker(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		for _, p := range t.polls {
			if p.last == Panicked && !byScript(h.events[p.end]) {
				return accuse(p.end, "the waker that poll %d of task %d was lent panicked: %s; want it valid for the whole poll", h.events[p.begin].Poll, t.task, h.events[p.end].Note)
			}
		}
		over := h.over(t.subject) // from then on E35 is about them
		for _, calls := range [...][]span{t.wakes, t.calls} {
			for _, c := range calls {
				if c.last == Panicked && (over < 0 || c.begin < over) && (t.ended < 0 || t.ended > c.end) && t.cancel < 0 && !byScript(h.events[c.end]) {
					return accuse(c.end, "%s on a clone of a waker of task %d, which has not ended, panicked: %s; want clones valid beyond their poll", c.kind, t.task, h.events[c.end].Note)
				}
			}
		}
		return nil
	})
}

// staleWakes returns how many wakes were made before event i through handles of
// tasks that had ended then, on the subject of t.
func (h *history) staleWakes(t *taskHistory, i int) (n int) {
	for k := range h.tasks {
		if o := &h.tasks[k]; o != t && o.subject == t.subject {
			for _, w := range o.wakes {
				if o.ended >= 0 && w.begin > o.ended && w.begin < i {
					n++
				}
			}
		}
	}
	return n
}

// staleWakeBounded is E15.
func staleWakeBounded(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		for n, p := range t.polls {
			wakes := 0
			for _, w := range t.wakes {
				if w.begin < p.begin {
					wakes++
				}
			}
			if stale := h.staleWakes(t, p.begin); stale > 0 && n > wakes+stale {
				return accuse(p.begin, "task %d was polled %d times, after %d wakes and %d of tasks that had ended; want a stale wake to cost one poll at most", t.task, n+1, wakes, stale)
			}
		}
		return nil
	})
}

// owner is the task that a handle belongs to, or 0.
func (h *history) owner(handle int) int {
	for _, e := range h.events {
		if e.Kind == Clone && e.Arg == handle || e.Kind == Poll && e.Handle == handle {
			return e.Task
		}
	}
	return 0
}

// compares calls f with every comparison: of the waker lent to a poll of t with
// a handle of o.
func (h *history) compares(f func(i int, same bool, t, o *taskHistory) *breach) *breach {
	for i, e := range h.events {
		if e.Kind != Compare || e.Task < 1 || e.Task > maxTask {
			continue
		}
		if o := h.owner(e.Arg); o > 0 && o <= maxTask {
			if b := f(i, e.Note == "yes", h.of(e.Task), h.of(o)); b != nil {
				return b
			}
		}
	}
	return nil
}

// comparesSound is W10 for executors.
func comparesSound(h *history) *breach {
	return h.compares(func(i int, same bool, t, o *taskHistory) *breach {
		if same && o != t && (o.ended < 0 || o.ended > i) {
			return accuse(i, "the waker lent to task %d says that it will wake what a waker of task %d does; both tasks live", t.task, o.task)
		}
		return nil
	})
}

// identityKept is W12.
func identityKept(h *history) *breach {
	if h.declared.reuse {
		return nil // E15 bounds what comes of it
	}
	return h.compares(func(i int, same bool, t, o *taskHistory) *breach {
		if same && o != t && o.ended >= 0 && o.ended < i {
			return accuse(i, "a waker kept of task %d, which has ended, says that it will wake what the waker of task %d does", o.task, t.task)
		}
		return nil
	})
}

// stableWaker is E16.
func stableWaker(h *history) *breach {
	if !h.declared.stable {
		return nil
	}
	return h.compares(func(i int, same bool, t, o *taskHistory) *breach {
		if !same && o == t {
			return accuse(i, "a poll of task %d was lent a waker that will not wake what that of the poll before does; the executor claims Stable", t.task)
		}
		return nil
	})
}

// idleMeansIdle is E20.
func idleMeansIdle(h *history) *breach {
	for _, idle := range h.idles {
		if idle.end < 0 {
			continue
		}
		subject := h.events[idle.begin].Arg
		b := h.each(func(t *taskHistory) *breach {
			if t.subject != subject || t.spawned < 0 || t.spawned > idle.begin || t.ended >= 0 && t.ended < idle.end || t.cancel >= 0 && t.cancel < idle.end {
				return nil
			}
			polled := -1 // when the latest poll began
			for _, p := range t.polls {
				if p.begin < idle.end {
					polled = p.begin
				}
				if p.begin < idle.begin && (p.end < 0 || p.end > idle.end) {
					return accuse(idle.end, "it said that it was idle while poll %d of task %d was open", h.events[p.begin].Poll, t.task)
				}
			}
			if polled < 0 {
				return accuse(idle.end, "it said that it was idle, and task %d had not been polled once", t.task)
			}
			for _, w := range t.wakes {
				if w.end >= 0 && w.end < idle.begin && w.begin > polled {
					return accuse(idle.end, "it said that it was idle while task %d, woken before, was owed a poll", t.task)
				}
			}
			return nil
		})
		if b != nil {
			return b
		}
	}
	return nil
}

// others returns the other task of the same subject that was polled most
// between two events, and how often.
func (h *history) others(t *taskHistory, from, to int) (task, most int) {
	for k := range h.tasks {
		if o := &h.tasks[k]; o != t && o.subject == t.subject {
			if n := o.pollsBetween(from, to); n > most {
				task, most = o.task, n
			}
		}
	}
	return task, most
}

// boundedStarvation is E21.
func boundedStarvation(h *history) *breach {
	if h.declared.fair == 0 {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for _, w := range t.wakes {
			if w.end < 0 || t.ended >= 0 && w.begin > t.ended {
				continue
			}
			until := len(h.events)
			if t.ended >= 0 {
				until = t.ended
			}
			for _, p := range t.polls {
				if p.begin > w.begin {
					until = p.begin
					break
				}
			}
			if o, n := h.others(t, w.end, until); n > h.declared.fair {
				return accuse(until-1, "task %d was woken, and task %d polled %d times before it; the executor declares Fair %d", t.task, o, n, h.declared.fair)
			}
		}
		return nil
	})
}

// yieldIsAWake is E22.
func yieldIsAWake(h *history) *breach {
	return owedWake(h, func(t *taskHistory, w span) bool {
		p := t.open(w.begin)
		return p != nil && p.thread == w.thread
	}, "task %d woke itself in a poll that answered pending and was never polled again; want a yield to be a wake")
}

// timersGoOn is E23.
func timersGoOn(h *history) *breach {
	for i, e := range h.events {
		if e.Kind != Due || e.Task < 1 || e.Task > maxTask {
			continue
		}
		t := h.of(e.Task)
		rang := slices.IndexFunc(h.events, func(r Event) bool { return r.Kind == Rang && r.Handle == e.Handle })
		if rang < 0 {
			rang = len(h.events)
		}
		if rang == len(h.events) && h.resting() && t.ended < 0 && t.cancel < 0 {
			return h.atRest("the timer of task %d is due and never calls back; want timers to go on", t.task)
		}
		if o, n := h.others(t, i, rang); h.declared.fair > 0 && n > h.declared.fair {
			return accuse(rang-1, "the timer of task %d was due, and task %d was polled %d times before it called back; the executor declares Fair %d", t.task, o, n, h.declared.fair)
		}
	}
	return nil
}

// spuriousParks is P5: a poll that no wake had asked for, and a wake that is never
// paid, in a run in which parks have returned without a token.
func spuriousParks(h *history) *breach {
	if !slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == Spuriously }) {
		return nil
	}
	if b := pollEconomy(h); b != nil && h.followsSpurious(b.at) {
		b.reason += "; its parks return without a token, and want to be followed by another look"
		return b
	}
	if b := everyWakePolled(h); b != nil {
		b.reason += "; its parks return without a token"
		return b
	}
	return nil
}

// followsSpurious reports whether a park returned without a token before event i
// and no wake was made in between.
func (h *history) followsSpurious(i int) bool {
	for _, e := range slices.Backward(h.events[:i]) {
		switch e.Kind {
		case Spuriously:
			return true
		case Wake, WakeByRef:
			return false
		}
	}
	return false
}

// unparkers are the calls that may unpark a worker.
var unparkers = []Kind{Wake, WakeByRef, Spawn, Cancel, Close}

// noNeedlessUnpark is E32: what a poll itself wakes finds the only worker awake.
func noNeedlessUnpark(h *history) *breach {
	if !h.declared.single {
		return nil
	}
	open := make(map[int]int) // such calls that have not returned, by thread
	for i, e := range h.events {
		switch {
		case slices.Contains(unparkers, e.Kind):
			open[e.Thread]++
		case (e.Kind == Return || e.Kind == Panicked) && open[e.Thread] > 0:
			open[e.Thread]--
		}
		if e.Kind != Unparks || openElsewhere(open, e.Thread) {
			continue
		}
		for k, f := range h.events[i+1:] {
			if f.Kind == Unparks && f.Thread == e.Thread {
				if f.Task == e.Task && f.Poll == e.Poll && f.Arg > e.Arg {
					return accuse(i+1+k, "it unparked its worker %d times while that was in a poll of task %d; want none: it was awake", f.Arg-e.Arg, e.Task)
				}
				break
			}
			if f.Thread != e.Thread && slices.Contains(unparkers, f.Kind) || f.Kind == Nest {
				break
			}
		}
	}
	return nil
}

// openElsewhere reports whether a thread other than this one is in a call.
func openElsewhere(open map[int]int, thread int) bool {
	for other, n := range open {
		if other != thread && n > 0 {
			return true
		}
	}
	return false
}
