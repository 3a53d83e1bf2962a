package contract

import (
	"fmt"
	"slices"
)

// Who is to blame.
const (
	blameExecutor = "executor, its waker included"
	blameFuture   = "future"
	blameWaker    = "waker"
	blameParker   = "parker"
)

// each returns the first breach that find reports of a task.
func (h *history) each(find func(*taskHistory) *breach) *breach {
	var first *breach
	for i := range h.tasks {
		if b := find(&h.tasks[i]); b != nil && (first == nil || b.at < first.at) {
			first = b
		}
	}
	return first
}

// atRest is a breach that the Rest proves.
func (h *history) atRest(format string, args ...any) *breach {
	return &breach{at: h.rest, evidence: h.evidence, blame: blameExecutor, reason: fmt.Sprintf(format, args...)}
}

// resting reports whether the trace ends in a proved rest.
func (h *history) resting() bool { return h.rest >= 0 && h.evidence != Budget }

func (h *history) unpolled(t *taskHistory) bool {
	return h.resting() && t.spawned >= 0 && len(t.polls) == 0 && t.ended < 0 && t.cancel < 0
}

// firstPoll is E1.
func firstPoll(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if h.unpolled(t) {
			return h.atRest("task %d was spawned and never polled; want a first poll without any wake", t.task)
		}
		return nil
	})
}

// spawnVisible is E19.
func spawnVisible(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if h.unpolled(t) && h.begun >= 0 && t.spawn > h.begun {
			return h.atRest("task %d was spawned %s and never polled; want a spawn from anywhere to be seen", t.task, where(h.events[t.spawn].Thread))
		}
		return nil
	})
}

func where(thread int) string {
	if thread > 0 {
		return "from outside while the executor ran"
	}
	return "inside a poll"
}

// owedWake is E2 and the laws that name a part of it: which says of an owed
// wake whether it belongs.
func owedWake(h *history, which func(*taskHistory, span) bool, format string) *breach {
	return h.each(func(t *taskHistory) *breach {
		for _, w := range t.owed(h) {
			if which(t, w) {
				return h.atRest(format, t.task)
			}
		}
		return nil
	})
}

// everyWakePolled is E2.
func everyWakePolled(h *history) *breach {
	return owedWake(h, func(*taskHistory, span) bool { return true },
		"task %d was woken and never polled again; want a poll that starts after the wake")
}

// wakeDuringPoll is E3.
func wakeDuringPoll(h *history) *breach {
	return owedWake(h, func(t *taskHistory, w span) bool { return t.open(w.begin) != nil },
		"task %d was woken during its poll and never polled again; want another poll")
}

// wakeBeforePark is E4.
func wakeBeforePark(h *history) *breach {
	return owedWake(h, func(t *taskHistory, w span) bool { return t.open(w.begin) == nil && len(t.polls) > 0 },
		"task %d was woken after it answered pending and never polled again; want the wake seen before the executor sleeps, or to end its sleep")
}

// tokenIsolation is E9.
func tokenIsolation(h *history) *breach {
	if h.subjects < 2 {
		return nil
	}
	return owedWake(h, func(*taskHistory, span) bool { return true },
		"task %d was woken and never polled again while another subject of the kind ran beside or inside; want each to keep its own wakes")
}

// nestedRun is E10.
func nestedRun(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if !h.resting() {
			return nil
		}
		for _, n := range t.nests {
			if n.end < 0 {
				return h.atRest("a run nested in a poll of task %d never returns; want it to work, or to fail at once", t.task)
			}
			for _, w := range t.owed(h) {
				if w.begin > n.begin && w.begin < n.end {
					return h.atRest("task %d was woken while a run was nested in its poll, and never polled again", t.task)
				}
			}
		}
		return nil
	})
}

// isolation is E17.
func isolation(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		for _, w := range t.owed(h) {
			for i := range h.tasks {
				if o := &h.tasks[i]; o != t && o.polledUnwoken(w.begin) {
					return h.atRest("task %d was woken, and task %d polled in its place; want the wake to oblige its own task", t.task, o.task)
				}
			}
		}
		return nil
	})
}

// polledUnwoken reports whether a poll of t began after event i that no wake can
// have caused.
func (t *taskHistory) polledUnwoken(i int) bool {
	for n := 1; n < len(t.polls); n++ {
		p := t.polls[n]
		if p.begin < i {
			continue
		}
		// The executor may have begun the poll before, after the one before that,
		// when a wake came that is recorded before it.
		from := 0
		if n > 1 {
			from = t.polls[n-2].end
		}
		if !slices.ContainsFunc(t.wakes, func(w span) bool { return w.begin < p.begin && (w.end < 0 || w.end > from) }) {
			return true
		}
	}
	return false
}

// overlaps returns the number of the first poll that began while the one before
// was open, or -1. Of such a task nothing but that is judged: its polls have no
// order. (E6)
func (t *taskHistory) overlaps() int {
	for n := 1; n < len(t.polls); n++ {
		if before := t.polls[n-1]; before.end < 0 || before.end > t.polls[n].begin {
			return n
		}
	}
	return -1
}

// noPollAfterReady is E5.
func noPollAfterReady(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if t.overlaps() >= 0 {
			return nil
		}
		for _, p := range t.polls {
			if t.ended >= 0 && p.begin > t.ended {
				return &breach{at: p.begin, blame: blameExecutor,
					reason: fmt.Sprintf("task %d was polled after it had ended (%s); want no poll", t.task, h.events[t.ended].Kind)}
			}
		}
		return nil
	})
}

// exclusivePoll is E6.
func exclusivePoll(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		n := t.overlaps()
		if n < 0 {
			return nil
		}
		return &breach{at: t.polls[n].begin, blame: blameExecutor,
			reason: fmt.Sprintf("poll %d of task %d began while poll %d was running; want one at a time", n+1, t.task, n)}
	})
}

// pollEconomy is E7.
func pollEconomy(h *history) *breach {
	if h.declared.busy {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for n, p := range t.polls {
			wakes := 0
			for _, w := range t.wakes {
				if w.begin < p.begin {
					wakes++
				}
			}
			if h.declared.reuse { // a stale wake may be this task's by now: E15
				wakes += h.staleWakes(t, p.begin)
			}
			if most := (1 + wakes) * (1 + h.declared.spurious); n+1 > most {
				return &breach{at: p.begin, blame: blameExecutor,
					reason: fmt.Sprintf("task %d was polled %d times after %d wakes; want at most %d", t.task, n+1, wakes, most)}
			}
		}
		return nil
	})
}

// idleSleeps is E8.
func idleSleeps(h *history) *breach {
	if h.rest >= 0 && h.evidence == Budget && !h.declared.busy {
		return &breach{at: h.rest, evidence: Budget, blame: blameExecutor,
			reason: "the executor polls on and on while nothing is owed; want it to sleep until a wake"}
	}
	return nil
}

// returnOnReady is E11.
func returnOnReady(h *history) *breach {
	b := h.each(func(t *taskHistory) *breach {
		if t.ready < 0 && t.failed(h) {
			return &breach{at: t.joined, blame: blameExecutor,
				reason: fmt.Sprintf("task %d was neither cancelled nor did it panic, and its join returned the error %q; want it polled until it answers ready", t.task, h.events[t.joined].Note)}
		}
		if t.ready < 0 || t.cancel >= 0 {
			return nil
		}
		got, want := t.joined, h.events[t.ready].Arg
		switch {
		case got < 0 && h.resting():
			return h.atRest("task %d answered ready and its join has not returned; want its value", t.task)
		case got >= 0 && h.events[got].Note != "":
			return &breach{at: got, blame: blameExecutor,
				reason: fmt.Sprintf("task %d answered %d and its join returned the error %q", t.task, want, h.events[got].Note)}
		case got >= 0 && h.events[got].Arg != want:
			return &breach{at: got, blame: blameExecutor,
				reason: fmt.Sprintf("task %d answered %d and its join returned %d", t.task, want, h.events[got].Arg)}
		}
		return nil
	})
	if b != nil || !h.resting() {
		return b
	}
	return h.runReturned()
}

// failed reports whether the join of t returned an error although it was not
// cancelled, did not panic, and its executor was not closed.
func (t *taskHistory) failed(h *history) bool {
	if t.joined < 0 || t.cancel >= 0 || h.events[t.joined].Note == "" {
		return false
	}
	for _, p := range t.polls {
		if p.last == Panicked {
			return false
		}
	}
	for i := range h.tasks {
		for _, n := range h.tasks[i].nests {
			if n.last == Panicked && n.begin < t.spawn && t.spawn < n.end {
				return false // the run it was spawned in failed at once
			}
		}
	}
	return !slices.ContainsFunc(h.events[:t.joined], func(e Event) bool { return e.Kind == Close })
}

// runReturned reports a run that has not returned although every task handed
// to its subject has ended.
func (h *history) runReturned() *breach {
	for i, e := range h.events {
		if e.Kind != Run {
			continue
		}
		done, ready := false, false
		for _, r := range h.events[i:] {
			done = done || r.Kind == Return && r.Thread == e.Thread || r.Kind == Panicked && r.Thread == e.Thread
		}
		for n := range h.tasks {
			if t := &h.tasks[n]; t.subject == e.Arg {
				done = done || t.ended < 0
				ready = ready || t.ready >= 0
			}
		}
		if !done && ready {
			return h.atRest("every task has ended and Run has not returned")
		}
	}
	return nil
}

// wakeAfterEnd is W13.
func wakeAfterEnd(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if t.ended < 0 || t.overlaps() >= 0 {
			return nil
		}
		for _, calls := range [...][]span{t.wakes, t.calls} {
			for _, c := range calls {
				if c.begin < t.ended {
					continue
				}
				if c.last == Panicked {
					return &breach{at: c.end, blame: blameExecutor,
						reason: fmt.Sprintf("%s on a handle of task %d, which has ended, panicked: %s; want it to do nothing", c.kind, t.task, h.events[c.end].Note)}
				}
				if c.end < 0 && h.resting() {
					return h.atRest("%s on a handle of task %d, which has ended, never returns; want it to do nothing", c.kind, t.task)
				}
				for _, p := range t.polls {
					if c.kind != Clone && p.begin > c.begin {
						return &breach{at: p.begin, blame: blameExecutor,
							reason: fmt.Sprintf("%s on a handle of task %d, which has ended, made it be polled; want it to do nothing", c.kind, t.task)}
					}
				}
			}
		}
		return nil
	})
}

// burst is W17. What polls on and on is E8's alone. The executor may have begun a poll before the future can record
// it, so only such wakes are counted as a burst as no poll can begin between:
// those made while a poll of the task itself is open, or while the only thread of
// the executor is in another poll.
func burst(h *history) *breach {
	if h.declared.busy || h.declared.reuse || h.evidence == Budget {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for n := 1; n < len(t.wakes); n++ {
			first, last := t.wakes[n-1], t.wakes[n]
			cover := h.covering(t, first.begin, last.end)
			if t.wakesOpen(n, last.end) || cover < 0 {
				continue
			}
			until := len(h.events)
			if n+1 < len(t.wakes) {
				until = t.wakes[n+1].begin
			}
			for i := cover; i < until; i++ {
				if h.events[i].Kind == Settle {
					until = i
				}
			}
			most := 1 + h.declared.spurious
			if polls := t.pollsBetween(last.end, until); polls > most {
				return &breach{at: t.nthPollAfter(last.end, most), blame: blameExecutor,
					reason: fmt.Sprintf("wakes of task %d, all before its next poll, made it be polled %d times; want at most %d", t.task, polls, most)}
			}
		}
		return nil
	})
}

// covering returns the end of a poll that is open from before the first wake
// of a burst until after the last and keeps t from being polled, or -1.
func (h *history) covering(t *taskHistory, first, last int) int {
	for i := range h.tasks {
		if o := &h.tasks[i]; o == t || h.declared.single && o.subject == t.subject {
			for _, p := range o.polls {
				if p.begin < first && p.end > last {
					return p.end
				}
			}
		}
	}
	return -1
}

// wakesOpen reports whether one of the wakes up to number n has not returned by
// event i: it may take effect after that.
func (t *taskHistory) wakesOpen(n, i int) bool {
	for _, w := range t.wakes[:n+1] {
		if w.end < 0 || w.end > i {
			return true
		}
	}
	return false
}

func (t *taskHistory) pollsBetween(from, to int) (n int) {
	for _, p := range t.polls {
		if p.begin > from && p.begin < to {
			n++
		}
	}
	return n
}

func (t *taskHistory) nthPollAfter(i, n int) int {
	for _, p := range t.polls {
		if p.begin > i {
			if n == 0 {
				return p.begin
			}
			n--
		}
	}
	return i
}

// noInlinePoll is W19.
func noInlinePoll(h *history) *breach {
	if h.declared.inline {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for _, p := range t.polls {
			for i := range h.tasks {
				for _, w := range h.tasks[i].wakes {
					if w.thread == p.thread && w.begin < p.begin && (w.end < 0 || w.end > p.begin) {
						return &breach{at: p.begin, blame: blameExecutor,
							reason: fmt.Sprintf("task %d was polled inside a wake of task %d, on the caller's stack; want wake to schedule only", t.task, h.tasks[i].task)}
					}
				}
			}
		}
		return nil
	})
}
