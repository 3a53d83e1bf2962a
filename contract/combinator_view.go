package contract

import "slices"

// A combinatorView is what the combinator's monitors know at an event of a
// trace.
type combinatorView struct {
	h        *history
	claims   map[string]int // what was declared
	children []childView    // child n is children[n-1]
	handles  [maxShared]handleView
	calls    []childCall // of children's handles, that have not returned

	childPanicked bool
	dropPanicked  bool // the drop of a child did
	poisoned      bool // the combinator panicked when it was polled after a panic
	answered      bool // some handle answered ready
	pairs         int  // of successive polls of a child, lent wakers of which one can say that it wakes the same as another
	same          bool // some did say so
}

// A childView is what is known of one child.
type childView struct {
	given    bool
	pushed   int // index of its Push, or -1
	polls    int
	open     []int // threads of its open polls
	noop     bool  // the latest poll was lent the no-op waker
	heard    int   // index of the latest wake of any of its handles, or of its return
	paid     int   // what was heard before this index was paid by the latest poll at the latest
	unasked  bool  // the latest poll came without a wake
	wake     int   // index of the first since then of a handle that this poll was lent, or -1
	landed   int   // index of the first return of such a wake, or -1: it may take effect until then
	own      bool  // one such wake was all inside this poll
	astray   bool  // one such wake woke the waker of an earlier poll of the combinator
	begun    int   // polls of the combinator that have begun since it landed
	missed   int   // those of them that ended pending
	inPoll   int   // polls of it in the open poll of the combinator
	ended    bool  // ready, panicked or dropped
	ready    bool
	panicked bool
	drops    int
	dropping bool // a drop of it is open
	dropBy   int  // the thread of that
	doneIn   int  // number of the combinator's poll in which it was ready
}

// A handleView is what is known of one handle on the combinator.
type handleView struct {
	made, left, dropped, over bool

	polls     int
	poll      int // number of the latest poll
	waker     int // the task it was made with
	begin     int // index of its Poll
	open      bool
	thread    int
	pending   bool // it answered pending
	end       int  // index of that
	woken     int  // index of the latest wake of its waker since it began, or -1
	stale     int  // index of the latest wake of another waker since then, or -1
	spurious  bool // it came without a wake
	amplified int  // wakes of its waker, inside wakes of children, since it ended
	panics    int
	byChild   bool // a child panicked in it

	lent []handleOf // of: the poll
	live int        // clones alive, of all its wakers
	work int        // polls of children in it
}

// live reports whether the handle's task waits for the combinator.
func (p *handleView) waits() bool {
	return p.made && !p.left && !p.dropped && !p.over && p.pending
}

type childCall struct {
	kind           Kind
	thread, child  int
	at             int
	poll           int  // of the child, the latest when it began
	fresh          bool // a wake of a handle that this poll was lent
	afterItsParent bool // the combinator was over when it began
}

// childAt returns the view of a child by its task.
func (v *combinatorView) childAt(task int) *childView {
	n := task - firstChild
	for len(v.children) <= n {
		v.children = append(v.children, childView{pushed: -1, wake: -1, landed: -1})
	}
	return &v.children[n]
}

// parentOf returns the handle whose task has the waker, or nil.
func (v *combinatorView) parentOf(task int) *handleView {
	if task < 1 || task > maxShared*perHandle {
		return nil
	}
	return &v.handles[(task-1)/perHandle]
}

// combine walks over the trace and calls f at each event, after the event has
// been taken in, until f returns a breach.
func (h *history) combine(f func(v *combinatorView, i int, e Event) *breach) *breach {
	v := &combinatorView{h: h, claims: make(map[string]int)}
	for i := range v.handles {
		v.handles[i].woken, v.handles[i].stale = -1, -1
	}
	for i, e := range h.events {
		v.take(i, e)
		if b := f(v, i, e); b != nil {
			return b
		}
	}
	return nil
}

func (v *combinatorView) take(i int, e Event) {
	switch {
	case e.Kind == Declare:
		v.declare(e)
	case e.Task >= firstChild:
		v.takeChild(i, e)
	case e.Task > 0:
		if p := v.parentOf(e.Task); p != nil {
			v.takeParent(p, i, e)
		}
	}
}

func (v *combinatorView) declare(e Event) {
	switch e.Note {
	case "children":
		for n := range min(max(e.Arg, 0), maxScripts) {
			v.childAt(firstChild + n).given = true
		}
	case "handle":
		if e.Arg >= 1 && e.Arg <= maxShared {
			v.handles[e.Arg-1].made = true
		}
	}
	v.claims[e.Note] = e.Arg
}

func (v *combinatorView) takeParent(p *handleView, i int, e Event) {
	switch e.Kind {
	case Poll:
		p.spurious = p.pending && p.woken < 0 && p.stale < 0
		p.polls++
		p.poll, p.waker, p.begin, p.open, p.thread = e.Poll, e.Task, i, true, e.Thread
		p.pending, p.woken, p.stale, p.amplified, p.work, p.byChild = false, -1, -1, 0, 0, false
		if (e.Task-1)%perHandle != steadyProbe {
			p.lent = append(p.lent, handleOf{e.Handle, e.Poll})
		}
		for n := range v.children {
			c := &v.children[n]
			c.inPoll = 0
			if c.landed >= 0 {
				c.begun++
			}
		}
	case Pending, Ready, Panicked:
		if e.Poll == 0 { // of a drop
			break
		}
		p.open, p.pending, p.end = false, e.Kind == Pending, i
		v.answered = v.answered || e.Kind == Ready
		if e.Kind == Panicked {
			p.panics++
			v.poisoned = v.poisoned || p.panics > 1
		}
		p.over = e.Kind == Ready || p.panics > 1
		for n := range v.children {
			if c := &v.children[n]; e.Kind == Pending && c.landed >= 0 && c.landed < p.begin {
				c.missed++
			}
		}
	case Clone:
		p.live++
	case Wake, WakeByRef:
		if e.Kind == Wake {
			p.live--
		}
		if e.Task != p.waker {
			p.stale = i
			for _, call := range v.calls {
				if c := v.childAt(call.child); call.thread == e.Thread && call.fresh && call.poll == c.polls && call.at > p.begin {
					c.astray = true
				}
			}
			break
		}
		p.woken = i
		if !p.open && slices.ContainsFunc(v.calls, func(c childCall) bool { return c.thread == e.Thread && c.kind != Drop && c.at > p.end }) {
			p.amplified++
		}
	case Drop:
		p.live--
	case FutureDrop:
		p.dropped = true
	case Leave:
		p.left = true
	}
}

func (v *combinatorView) takeChild(i int, e Event) {
	c := v.childAt(e.Task)
	switch e.Kind {
	case Push:
		c.given, c.pushed = true, i
	case Poll:
		c.polls++
		c.open = append(c.open, e.Thread)
		c.noop = e.Note == noopNote
		c.unasked = c.heard < c.paid && !slices.ContainsFunc(v.calls, func(call childCall) bool { return call.child == e.Task && call.kind != Drop })
		c.paid = i
		c.wake, c.landed, c.own, c.astray, c.begun, c.missed = -1, -1, false, false, 0, 0
		c.inPoll++
		for n := range v.handles {
			if p := &v.handles[n]; p.open {
				p.work++
				c.paid = min(c.paid, p.begin) // it may have been chosen since then
			}
		}
	case Pending, Ready, Panicked:
		if e.Poll == 0 { // of a drop, or of a call
			if c.dropping && c.dropBy == e.Thread {
				c.dropping, v.dropPanicked = false, true
			} else {
				v.returned(i, e)
			}
			break
		}
		if n := slices.Index(c.open, e.Thread); n >= 0 {
			c.open = slices.Delete(c.open, n, n+1)
		}
		if e.Kind == Pending {
			break
		}
		c.ended = true
		c.ready = c.ready || e.Kind == Ready
		for n := range v.handles {
			p := &v.handles[n]
			if !p.open || p.thread != e.Thread {
				continue
			}
			c.doneIn = p.poll
			p.byChild = p.byChild || e.Kind == Panicked
		}
		if e.Kind == Panicked {
			c.panicked, v.childPanicked = true, true
		}
	case Wake, WakeByRef, Drop:
		v.calls = append(v.calls, childCall{
			kind: e.Kind, thread: e.Thread, child: e.Task, at: i,
			poll: c.polls, fresh: e.Kind != Drop && e.Poll == c.polls, afterItsParent: v.over(),
		})
		if e.Kind == Drop {
			break
		}
		c.heard = i
		if e.Poll == c.polls && c.wake < 0 {
			c.wake = i
		}
	case Return:
		if c.dropping && c.dropBy == e.Thread {
			c.dropping = false
		} else {
			v.returned(i, e)
		}
	case FutureDrop:
		c.drops++
		c.dropping, c.dropBy = true, e.Thread
		c.ended = true
	case Compare:
		v.same = v.same || e.Note == sameNote
		if e.Note != differsNote {
			v.pairs++
		}
	}
}

// returned ends the latest call of the thread on a handle of the child.
func (v *combinatorView) returned(i int, e Event) {
	for n := len(v.calls) - 1; n >= 0; n-- {
		call := v.calls[n]
		if call.thread != e.Thread || call.child != e.Task {
			continue
		}
		c := v.childAt(e.Task)
		if call.kind != Drop {
			c.heard = i
		}
		if call.fresh && call.poll == c.polls {
			c.own = c.own || len(c.open) > 0
			if c.landed < 0 {
				c.landed = i
			}
		}
		v.calls = slices.Delete(v.calls, n, n+1)
		return
	}
}

// over reports whether the combinator has come to its end: every handle was
// ready or dropped, or panicked for good.
func (v *combinatorView) over() bool {
	for n := range v.handles {
		if p := &v.handles[n]; p.made && !p.over && !p.dropped {
			return false
		}
	}
	return true
}

// waiting returns a handle whose task waits for the combinator, if nobody has
// woken any task that does; else nil.
func (v *combinatorView) waiting() *handleView {
	var waiting *handleView
	for n := range v.handles {
		p := &v.handles[n]
		if !p.waits() {
			continue
		}
		if p.woken >= 0 {
			return nil
		}
		if waiting == nil {
			waiting = p
		}
	}
	return waiting
}

// made is how many handles there are, or were.
func (v *combinatorView) made() (n int) {
	for i := range v.handles {
		n += btoi(v.handles[i].made)
	}
	return n
}
