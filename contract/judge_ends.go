package contract

import (
	"slices"
	"strings"
)

// How tasks end when they are not ready: cancelled, by a panic, because their
// executor is closed.

// joinTold is E24.
func joinTold(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if len(t.watches) == 0 {
			return nil
		}
		last := t.watches[len(t.watches)-1]
		for _, w := range t.watches {
			if w.end < 0 || w.last != Return {
				continue
			}
			got := h.events[w.end]
			switch {
			case got.Note == "ready" && t.ready >= 0 && got.Arg != h.events[t.ready].Arg:
				return accuse(w.end, "task %d answered %d and a poll of its join got %d", t.task, h.events[t.ready].Arg, got.Arg)
			case got.Note == "pending" && t.joined >= 0 && w.begin > t.joined:
				return accuse(w.end, "the join of task %d had returned, and a poll of it answered pending; want what came stored before anybody is told", t.task)
			}
		}
		if last.end < 0 || h.events[last.end].Note != "pending" || !h.resting() || !h.joinedAtRest(t) {
			return nil
		}
		handle := h.events[last.begin].Handle
		for _, e := range h.events[last.begin:max(h.rest, last.begin)] {
			if e.Task == t.task && (e.Kind == Told && e.Handle == handle || e.Kind == Unwatch) {
				return nil
			}
		}
		return h.atRest("task %d has ended and the waker of the latest poll of its join was never woken", t.task)
	})
}

// joinGivenUp is E25.
func joinGivenUp(h *history) *breach {
	for i, e := range h.events {
		if e.Kind == Unwatch && e.Arg > h.onTheWay(e.Task, i) {
			return accuse(i, "the join of task %d was given up, and %d clones of its wakers live; want each dropped, once", e.Task, e.Arg)
		}
	}
	return nil
}

// onTheWay counts the wakers of a join that were taken, before event i, to be
// woken since the task has ended, and are woken after it: to give the join up comes
// too late for them.
func (h *history) onTheWay(task, i int) (n int) {
	if t := h.of(task); t == nil || t.ended < 0 || t.ended > i {
		return 0
	}
	for _, e := range h.events[i:] {
		if e.Kind == Told && e.Task == task {
			n++
		}
	}
	return n
}

// joinedAtRest reports whether the join of t had returned by the Rest.
func (h *history) joinedAtRest(t *taskHistory) bool { return t.joined >= 0 && t.joined < h.rest }

// droppedAtRest reports whether the future of t had been dropped by the Rest.
func (h *history) droppedAtRest(t *taskHistory) bool {
	return len(t.drops) > 0 && t.drops[0].begin < h.rest
}

// dropPanicked reports whether the drop of the future of t panicked by script: what
// follows from that is E29's.
func (t *taskHistory) dropPanicked(h *history) bool {
	return slices.ContainsFunc(t.drops, func(d span) bool { return d.last == Panicked && byScript(h.events[d.end]) })
}

// toldAndDropped reports, of a task that is to end at event i, what has not come
// at rest: its future's drop, or its join's return.
func (h *history) toldAndDropped(t *taskHistory, why string) *breach {
	switch {
	case !h.resting() || t.dropPanicked(h):
		return nil
	case h.closing >= 0 && h.closing < h.rest: // E34 is about what a close leaves
		return nil
	case t.ready < 0 && !h.droppedAtRest(t):
		return h.atRest("task %d %s, and its future was never dropped", t.task, why)
	case !h.joinedAtRest(t) && t.spawned >= 0:
		return h.atRest("task %d %s, and its join has not returned", t.task, why)
	}
	return nil
}

// cancelEnds is E26.
func cancelEnds(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if len(t.cancels) == 0 || t.overlaps() >= 0 {
			return nil
		}
		c := t.cancels[0]
		if t.ended >= 0 && t.ended < c.begin || c.end < 0 || c.last == Panicked || h.closing >= 0 && h.closing < c.begin {
			return nil
		}
		settled := c.end + slices.IndexFunc(h.events[c.end:], func(e Event) bool { return e.Kind == Settle })
		for _, p := range t.polls {
			if settled >= c.end && p.begin > settled {
				return accuse(p.begin, "task %d was cancelled, and polled after that; want no poll", t.task)
			}
			for _, d := range t.drops {
				if p.begin < d.begin && (p.end < 0 || p.end > d.begin) {
					return accuse(d.begin, "the future of task %d, which was cancelled, was dropped during a poll; want it dropped after that", t.task)
				}
			}
		}
		if t.joined >= 0 && t.ready < 0 && h.events[t.joined].Note == "" {
			return accuse(t.joined, "task %d was cancelled before it answered, and its join returned the value %d; want an error", t.task, h.events[t.joined].Arg)
		}
		return h.toldAndDropped(t, "was cancelled")
	})
}

// dropsAtHome is E27.
func dropsAtHome(h *history) *breach {
	if !h.declared.single {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for _, d := range t.drops {
			if h.events[d.begin].Note == elsewhere {
				return accuse(d.begin, "the future of task %d was dropped on a goroutine that is not the executor's", t.task)
			}
			for _, c := range t.cancels {
				if d.thread > 0 && c.thread == d.thread && c.begin < d.begin && (c.end < 0 || c.end > d.begin) {
					return accuse(d.begin, "the future of task %d was dropped by the caller of Cancel; want it dropped by the executor", t.task)
				}
			}
		}
		return nil
	})
}

// dropsInsideWake is W20.
func dropsInsideWake(h *history) *breach {
	if h.declared.inline {
		return nil
	}
	return h.each(func(t *taskHistory) *breach {
		for _, d := range t.drops {
			for i := range h.tasks {
				for _, calls := range [...][]span{h.tasks[i].wakes, h.tasks[i].calls} {
					for _, c := range calls {
						if c.kind != Clone && c.thread == d.thread && c.begin < d.begin && (c.end < 0 || c.end > d.begin) {
							return accuse(d.begin, "the future of task %d was dropped inside the %s of a handle, on the caller's stack", t.task, c.kind)
						}
					}
				}
			}
		}
		return nil
	})
}

// strayPanic finds a panic that a script asked for, in a poll or else in a drop,
// and that reached somebody who called something else.
func (h *history) strayPanic(inDrop bool) *breach {
	for i, e := range h.events {
		if e.Kind != Panicked || e.Poll > 0 || !byScript(e) {
			continue
		}
		if dropping := slices.ContainsFunc(h.tasks, func(t taskHistory) bool {
			return slices.ContainsFunc(t.drops, func(d span) bool { return d.end == i })
		}); dropping {
			continue // where it began
		}
		if strings.Contains(e.Note, scriptedDrop) == inDrop {
			return accuse(i, "the panic reached the caller of something else; want it told to the joiner only")
		}
	}
	return nil
}

// pollPanicContained is E28.
func pollPanicContained(h *history) *breach {
	if b := h.strayPanic(false); b != nil {
		return b
	}
	return h.each(func(t *taskHistory) *breach {
		for n, p := range t.polls {
			if p.last != Panicked || !byScript(h.events[p.end]) {
				continue
			}
			if n+1 < len(t.polls) {
				return accuse(t.polls[n+1].begin, "task %d panicked in poll %d, and was polled again", t.task, n+1)
			}
			if t.joined >= 0 && h.events[t.joined].Note == "" {
				return accuse(t.joined, "task %d panicked, and its join returned the value %d; want an error", t.task, h.events[t.joined].Arg)
			}
			return h.toldAndDropped(t, "panicked in a poll")
		}
		return nil
	})
}

// dropPanicContained is E29.
func dropPanicContained(h *history) *breach {
	if b := h.strayPanic(true); b != nil {
		return b
	}
	return h.each(func(t *taskHistory) *breach {
		for _, d := range t.drops {
			if d.last == Panicked && t.spawned >= 0 && h.resting() && d.begin < h.rest && !h.joinedAtRest(t) {
				return h.atRest("the drop of task %d's future panicked, and its join has not returned", t.task)
			}
		}
		return nil
	})
}

// callsReenter is E33: an operation made inside a poll, a drop or a waker's code
// that never returns, or panics.
func callsReenter(h *history) *breach {
	if b := h.each(h.reentryPanics); b != nil {
		return b
	}
	if !h.resting() {
		return nil
	}
	for n, op := range h.open {
		switch op.kind {
		case Spawn, Wake, WakeByRef, Drop, Cancel:
		default:
			continue
		}
		for _, outer := range h.open[:n] {
			if outer.thread == op.thread && slices.Contains([]Kind{Poll, FutureDrop, Told}, outer.kind) {
				return h.atRest("a %s of task %d, made inside a %s of task %d, never returns", op.kind, op.task, outer.kind, outer.task)
			}
		}
	}
	return nil
}

// reentryPanics finds a call on t inside a poll or a drop that panicked.
func (h *history) reentryPanics(t *taskHistory) *breach {
	for _, calls := range [...][]span{t.wakes, t.calls, t.cancels} {
		for _, c := range calls {
			if c.last != Panicked || byScript(h.events[c.end]) {
				continue
			}
			inside := func(o span) bool {
				return o.thread == c.thread && o.begin < c.begin && (o.end < 0 || o.end > c.begin)
			}
			for i := range h.tasks {
				if o := &h.tasks[i]; slices.ContainsFunc(o.drops, inside) || slices.ContainsFunc(o.polls, inside) {
					return accuse(c.end, "a %s of task %d, made inside a poll or drop of task %d, panicked: %s", c.kind, t.task, o.task, h.events[c.end].Note)
				}
			}
		}
	}
	return nil
}

// wakeReturns is W27.
func wakeReturns(h *history) *breach {
	if !h.resting() {
		return nil
	}
	for _, op := range h.open {
		if op.kind == Wake || op.kind == WakeByRef || op.kind == Drop && op.task > 0 {
			return h.atRest("a %s of a handle of task %d never returns; want it not to wait", op.kind, op.task)
		}
	}
	return nil
}

// closeDropsAll is E34.
func closeDropsAll(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		switch {
		case len(t.drops) > 1:
			return accuse(t.drops[1].begin, "the future of task %d was dropped twice", t.task)
		case t.ready >= 0 && len(t.drops) > 0:
			return accuse(t.drops[0].begin, "the future of task %d was dropped and has answered ready as well", t.task)
		case h.closed < 0 || !h.resting() || h.rest < h.closed || t.spawned < 0 || h.unreachable(t):
			return nil
		}
		return h.closedOver(t)
	})
}

// closedOver reports what has not come of a task whose executor was closed.
func (h *history) closedOver(t *taskHistory) *breach {
	switch {
	case t.dropPanicked(h):
		return nil
	case t.ready < 0 && !h.droppedAtRest(t) && !slices.ContainsFunc(t.polls, func(p span) bool { return p.last == Panicked }):
		return h.atRest("the executor was closed, and the future of task %d was never dropped", t.task)
	case !h.joinedAtRest(t):
		return h.atRest("the executor was closed, and the join of task %d has not returned", t.task)
	}
	return nil
}

// unreachable reports whether no handle of t was alive when the executor was
// closed, and t was pending.
func (h *history) unreachable(t *taskHistory) bool {
	if h.closing < 0 || len(t.polls) == 0 || t.ended >= 0 && t.ended < h.closing {
		return false
	}
	live := 0
	for _, e := range h.events[:h.closing] {
		if e.Task == t.task {
			switch e.Kind {
			case Clone:
				live++
			case Wake, Drop:
				live--
			}
		}
	}
	return live == 0
}

// wakersOutlive is E35: what is done with handles once the executor has been
// closed, or its run has returned.
func wakersOutlive(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		over := h.over(t.subject)
		if over < 0 {
			return nil
		}
		for _, calls := range [...][]span{t.wakes, t.calls} {
			for _, c := range calls {
				switch {
				case c.begin < over:
				case c.last == Panicked && !byScript(h.events[c.end]):
					return accuse(c.end, "%s on a handle of task %d, whose executor has ended, panicked: %s; want it to do nothing", c.kind, t.task, h.events[c.end].Note)
				case c.end < 0 && h.resting():
					return h.atRest("%s on a handle of task %d, whose executor has ended, never returns; want it to do nothing", c.kind, t.task)
				}
			}
		}
		return nil
	})
}

// over returns when a subject had ended: closed, or its run returned; or -1.
func (h *history) over(subject int) int {
	over := h.closed
	thread := 0
	for i, e := range h.events {
		switch {
		case e.Kind == Run && e.Arg == subject:
			thread = e.Thread
		case e.Kind == Return && thread != 0 && e.Thread == thread && (over < 0 || i < over):
			over = i
		}
	}
	return over
}

// closeReturns is E36.
func closeReturns(h *history) *breach {
	if h.closing >= 0 && h.closed < 0 && h.resting() {
		return h.atRest("Close never returns")
	}
	return nil
}

// unreachableFreed is E37.
func unreachableFreed(h *history) *breach {
	return h.each(func(t *taskHistory) *breach {
		if h.closed < 0 || !h.resting() || h.rest < h.closed || !h.unreachable(t) {
			return nil
		}
		return h.closedOver(t)
	})
}
