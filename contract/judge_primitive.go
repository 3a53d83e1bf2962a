package contract

import (
	"fmt"
	"strings"
)

const blamePrimitive = "primitive"

// A primitiveView is what a trace of a primitive tells, operation by operation.
type primitiveView struct {
	h     *history
	calls map[int]*callView
	order []*callView // as they began
}

// A callView is one operation.
type callView struct {
	task    int
	name    string
	kind    Kind // Call, Start or Block
	begin   int  // of what was called, or the first poll
	waits   int  // index from which on it waits, or -1
	woken   int  // index of the latest wake since the latest poll, of its waker; -1
	latest  int  // number of the latest poll's waker
	asked   bool // the latest poll followed a wake
	gone    int  // index at which it was given up, or -1
	noticed bool // it was woken, and not polled, when it was given up
	end     int  // index of its end, or -1
	result  int
	served  bool // it ended by being completed, and was not refused
	enabled int  // index of the last Enabled, or -1
	stale   int  // index of the latest wake since the latest poll of another of its wakers; -1
}

// primitive sorts out a trace of a primitive; it returns nil for any other, and
// for one in which a waker panics: F14 alone judges those.
func (h *history) primitive() *primitiveView {
	if !h.ofPrimitive || h.declared.panics {
		return nil
	}
	return h.calls()
}

// calls sorts out a trace, up to its Rest.
func (h *history) calls() *primitiveView {
	v := &primitiveView{h: h, calls: map[int]*callView{}}
	waker := map[int]int{}
	for i, e := range h.events {
		v.take(i, e, waker)
	}
	return v
}

// take takes in one event; waker knows whose the handles are.
func (v *primitiveView) take(i int, e Event, waker map[int]int) {
	c := v.calls[e.Task]
	switch e.Kind {
	case Call, Start, Block:
		c = &callView{task: e.Task, name: e.Note, kind: e.Kind, begin: i, waits: -1, woken: -1, gone: -1, end: -1, enabled: -1, stale: -1}
		v.calls[e.Task] = c
		v.order = append(v.order, c)
		return
	case Settle:
		for _, c := range v.order {
			if c.kind == Block && c.waits < 0 && c.end < 0 {
				c.waits = i
			}
		}
		return
	}
	if c == nil {
		return
	}
	switch e.Kind {
	case Poll:
		if c.latest == 0 {
			c.begin = i
		}
		c.asked = c.woken >= 0
		c.latest, c.woken, c.stale = e.Arg, -1, -1
		waker[e.Handle] = e.Arg
	case Clone:
		waker[e.Arg] = waker[e.Handle]
	case Pending:
		if c.waits < 0 {
			c.waits = i
		}
	case Wake, WakeByRef:
		if waker[e.Handle] == c.latest {
			c.woken = i
		} else {
			c.stale = i
		}
	case FutureDrop, Cancel:
		c.gone, c.noticed = i, c.woken >= 0
	case Ready:
		c.finish(i, e)
	case Panicked:
		c.end = i
	case Return:
		if c.kind != Start {
			c.finish(i, e)
		} else if c.gone >= 0 {
			c.end = i
		}
	case Enabled:
		c.enabled = i
	}
}

func (c *callView) finish(i int, e Event) {
	c.end, c.result, c.served = i, e.Arg, e.Note == "" && e.Arg >= 0
}

func (c *callView) String() string { return fmt.Sprintf("operation %d (%s)", c.task, c.name) }

// owed returns the operations that wait at the Rest although the model would
// let them go on. There are none if one of them was served and does not know,
// by its own fault: a waker of an earlier poll was woken, or it is not armed.
func (v *primitiveView) owed() (owed []*callView) {
	if !v.h.resting() {
		return nil
	}
	for _, c := range v.order {
		if c.enabled < 0 || c.end >= 0 || c.woken >= 0 {
			continue
		}
		if c.stale >= 0 || v.unarmed(c) {
			return nil
		}
		owed = append(owed, c)
	}
	return owed
}

// unarmed reports that the latest poll of c left nobody to wake its task.
func (v *primitiveView) unarmed(c *callView) bool {
	if c.kind != Start {
		return false
	}
	b := pendingArmed(&v.h.alone(c.task).history)
	return b != nil && b.evidence == NoHandle
}

func (h *history) primitiveBreach(at int, ev Evidence, format string, args ...any) *breach {
	return &breach{at: at, evidence: ev, blame: blamePrimitive, reason: fmt.Sprintf(format, args...)}
}

// perWaiter makes a monitor of futures one of primitives too: each operation
// that gives a future is judged like a future that stands alone, for which what
// it waits for has happened when the model would let it go on.
func perWaiter(judge monitor) monitor {
	return func(h *history) *breach {
		if !h.ofPrimitive {
			return judge(h)
		}
		v := h.primitive()
		if v == nil {
			return nil
		}
		var first *breach
		for _, c := range v.order {
			if c.kind != Start {
				continue
			}
			a := h.alone(c.task)
			b := judge(&a.history)
			if b == nil {
				continue
			}
			b.at, b.blame, b.reason = a.at[b.at], blamePrimitive, fmt.Sprintf("%s: %s", c, b.reason)
			if first == nil || b.at < first.at {
				first = b
			}
		}
		return first
	}
}

// waiterArmed is F1 for primitives as well: an operation that waits on its
// goroutine has no waker, and is owed its return.
func waiterArmed(h *history) *breach {
	b := perWaiter(pendingArmed)(h)
	v := h.primitive()
	if v == nil || b != nil && b.evidence == NoHandle {
		return b
	}
	owed := v.owed()
	if len(owed) == 0 {
		return nil
	}
	if owed[0].kind == Block {
		return h.primitiveBreach(h.rest, h.evidence, "%s can be completed and does not return; want whoever made that possible to have woken it", owed[0])
	}
	return b
}

// cancelledWinner is F12.
func cancelledWinner(h *history) *breach {
	v := h.primitive()
	if v == nil {
		return nil
	}
	for _, c := range v.owed() {
		if w := v.vanished(c); w != nil {
			return h.primitiveBreach(h.rest, h.evidence, "%s had been woken and was given up; %s, which can be completed, was not woken in its place; want what it was given passed on", w, c)
		}
	}
	return nil
}

// vanished returns an operation that was given up after it had been woken, or
// while it may have been, before c was found to be owed something.
func (v *primitiveView) vanished(c *callView) *callView {
	for _, w := range v.order {
		if w.gone >= 0 && w.gone < c.enabled && (w.noticed || w.kind == Block && v.h.declared.raced) {
			return w
		}
	}
	return nil
}

// allOwedWoken is F23.
func allOwedWoken(h *history) *breach {
	v := h.primitive()
	if v == nil || h.declared.raced { // of what races, who was woken for what is not known
		return nil
	}
	for _, c := range v.owed() {
		if v.vanished(c) != nil {
			continue
		}
		change := -1
		for i, e := range h.events[:c.enabled] {
			if e.Kind == Call || e.Kind == FutureDrop || e.Kind == Cancel {
				change = i
			}
		}
		for _, other := range v.order {
			if change >= 0 && c.waits < change && other != c && v.servedSince(other, change) {
				return h.primitiveBreach(h.rest, h.evidence, "%s was woken and %s was passed over, which waited and can be completed as well; want every waiter woken whose condition has come true", other, c)
			}
		}
	}
	return nil
}

// servedSince reports whether an operation that waited was woken after event i.
func (v *primitiveView) servedSince(c *callView, i int) bool {
	if c.waits < 0 || c.waits > i {
		return false
	}
	if c.kind == Block {
		return c.end > i && c.gone < 0
	}
	for _, e := range v.h.events[i:] {
		if e.Task == c.task && (e.Kind == Wake || e.Kind == WakeByRef) {
			return true
		}
	}
	return false
}

// overdue reports that what c waits for may have been there without a wake, as far
// as the whole trace tells: it was not passed over then, but not woken, or it was
// given up before that could show.
func (c *callView) overdue() bool {
	return c.enabled >= 0 || c.gone >= 0 || c.kind == Start && c.end >= 0 && !c.asked
}

// servedInOrder is F24.
func servedInOrder(h *history) *breach {
	v := h.primitive()
	if v == nil {
		return nil
	}
	seen := &primitiveView{h: h, calls: map[int]*callView{}} // as far as the walk has come
	waker := map[int]int{}
	for i, e := range h.events {
		seen.take(i, e, waker)
		if e.Kind != Settle && e.Kind != Rest {
			continue
		}
		for _, b := range seen.order {
			if b.kind == Call || b.end < 0 || !b.served {
				continue
			}
			for _, a := range seen.order {
				if a.name == b.name && a.kind != Call && a.end < 0 && a.gone < 0 && a.waits >= 0 && a.waits < b.begin && a.woken < 0 && a.stale < 0 && !v.calls[a.task].overdue() {
					return h.primitiveBreach(b.end, Observed, "%s is completed before %s, which waited when it began; want them served in order", b, a)
				}
			}
		}
	}
	return nil
}

// resultsExplained is F21.
func resultsExplained(h *history) *breach {
	if h.primitive() == nil {
		return nil
	}
	for i, e := range h.events {
		if e.Kind == Disorder {
			return h.primitiveBreach(i, Observed, "the operations returned what they cannot have returned one after the other, in any order; want each value or permit given once, as the model says")
		}
	}
	return nil
}

// underLock is F13.
func underLock(h *history) *breach {
	if h.primitive() == nil {
		return nil
	}
	for i, e := range h.events {
		if e.Kind == Wedged {
			return h.primitiveBreach(i, States, "the primitive calls the %s of a waker of operation %d, and what that calls back cannot return before it does; want no lock held while a waker's function runs", e.Note, e.Task)
		}
	}
	return nil
}

// panicSurvived is F14.
func panicSurvived(h *history) *breach {
	if !h.ofPrimitive || !h.declared.panics {
		return nil
	}
	struck := -1
	for i, e := range h.events {
		switch {
		case e.Kind == Panicked && e.Task == 0:
			struck = max(struck, i)
		case struck < 0:
		case e.Kind == Panicked && !strings.Contains(e.Note, wakerPanics):
			return h.primitiveBreach(i, Observed, "after a waker has panicked an operation panics: %s; want the primitive as usable as before", e.Note)
		case e.Kind == Disorder:
			return h.primitiveBreach(i, Observed, "after a waker has panicked the operations return what no order of them explains; want the primitive as usable as before")
		}
	}
	if struck < 0 || !h.resting() {
		return nil
	}
	v := h.calls()
	if owed := v.owed(); len(owed) > 0 {
		return h.primitiveBreach(h.rest, h.evidence, "a waker has panicked, and %s, which can be completed, is not woken; want the other waiters woken", owed[0])
	}
	if e := h.hung(); e != nil {
		return h.primitiveBreach(h.rest, h.evidence, "a waker has panicked, and a %s of operation %d does not return; want the primitive as usable as before", e.Kind, e.Task)
	}
	return nil
}

// hung returns the event that began what has not returned at the Rest, of what
// does not wait: a call, a poll or a drop.
func (h *history) hung() *Event {
	open := map[int]*Event{} // by thread
	for i := range h.events {
		switch e := &h.events[i]; e.Kind {
		case Call, Poll, FutureDrop:
			open[e.Thread] = e
		case Return, Pending, Ready:
			delete(open, e.Thread)
		case Panicked:
			if e.Task != 0 {
				delete(open, e.Thread)
			}
		}
	}
	for _, e := range open {
		return e
	}
	return nil
}
