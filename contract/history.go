package contract

// A history is a trace sorted out for the monitors: what was declared, and what
// happened to each task. Nothing that happened after a rescue is in it.
type history struct {
	events      []Event
	declared    declared
	rest        int      // index of the Rest, or -1
	evidence    Evidence // of the Rest
	tasks       []taskHistory
	subjects    int // different subjects that tasks were handed to
	begun       int // index of the first poll or run, or -1
	closing     int // index of the first Close, or -1
	closed      int // index of its end, or -1
	idles       []span
	door        Door
	seen        [kinds]bool // which kinds of events there are
	ofPrimitive bool        // an operation of a primitive began

	// What some monitors sort out for themselves, kept for its memory.
	open    openSpans
	waker   stretches
	parking parks
	watch   futureView
	alones  []*alone // of the operations of a primitive that were asked for
}

// declared is what the subject claims, as far as laws depend on it.
type declared struct {
	spurious, yields          int
	inline, busy, never, fire bool
	single                    bool // one thread polls
	stable                    bool // wakers of a task compare as the same
	reuse                     bool // a waker may come to mean a later task
	fair                      int
	panics, raced             bool // of a primitive: wakers panic; threads ran at once
}

// A taskHistory is what happened to one task of an executor.
type taskHistory struct {
	task    int
	subject int
	spawn   int // index of its Spawn, or -1
	spawned int // index of the end of its Spawn, or -1
	ended   int // index of the Ready or Panicked, FutureDrop, or Joined of a task not cancelled that came first, or -1
	ready   int // index of the Ready, or -1
	cancel  int // index of the first Cancel, or -1
	joined  int // index of the Joined, or -1
	polls   []span
	wakes   []span
	calls   []span // clone, wake, wake by ref and drop of its handles
	nests   []span // runs of another subject inside its polls
	cancels []span
	drops   []span // of its future
	watches []span // polls of its join
}

// A span is something that begins and ends: indices of events; end is -1 if it
// has not ended.
type span struct {
	begin, end int
	thread     int
	kind       Kind // what began
	last       Kind // what it ended with
	token      bool // a park: it took a token
	arg, took  int  // a park: its timeout as in the event, and how long it took
	note       string
}

// reset sorts out a trace. It keeps the memory of the one before.
func (h *history) reset(events []Event) {
	*h = history{
		events: events, rest: -1, begun: -1, closing: -1, closed: -1, tasks: h.tasks[:0], idles: h.idles[:0],
		open: h.open[:0], waker: h.waker, watch: h.watch, alones: h.alones[:0],
		parking: parks{parks: h.parking.parks[:0], unparks: h.parking.unparks[:0], away: h.parking.away[:0]},
	}
	for i, e := range events {
		if e.Kind == Rescue {
			h.events = events[:i]
			break
		}
	}
	h.waker.sorted, h.watch.signs = false, signs{}
	h.door = doorOf(h.events)
	for i := range h.events {
		e := &h.events[i]
		if e.Kind > none && e.Kind < kinds {
			h.seen[e.Kind] = true
		}
		switch e.Kind {
		case Declare:
			h.declare(*e)
		case Rest:
			if h.rest < 0 {
				h.rest, h.evidence = i, Evidence(e.Arg)
			}
		case Call, Start, Block:
			h.ofPrimitive = true
		}
	}
	if h.door == ExecutorDoor || h.rest >= 0 { // of other traces nobody asks for tasks but at a Rest
		h.sortTasks()
	}
}

// sortTasks sorts out what happened to each task.
func (h *history) sortTasks() {
	seen := uint64(0)
	for i, e := range h.events {
		switch e.Kind {
		case Run, Poll:
			if h.begun < 0 {
				h.begun = i
			}
		case Close:
			if h.closing < 0 {
				h.closing = i
			}
		case Idle:
			h.idles = append(h.idles, span{begin: i, end: -1, thread: e.Thread, kind: Idle})
		case Spawn:
			if e.Arg > 0 && e.Arg < 64 && seen&(1<<e.Arg) == 0 {
				seen |= 1 << e.Arg
				h.subjects++
			}
		}
		h.open.event(h, i, e)
	}
}

func (h *history) declare(e Event) {
	d := &h.declared
	e.Arg = min(max(e.Arg, 0), maxDeclared)
	switch e.Note {
	case "spurious":
		d.spurious = e.Arg
	case "yields":
		d.yields = e.Arg
	case "inline":
		d.inline = true
	case "busy":
		d.busy = true
	case "single":
		d.single = true
	case "never":
		d.never = true
	case "stable":
		d.stable = true
	case "reuse":
		d.reuse = true
	case "fair":
		d.fair = e.Arg
	case "fire":
		d.fire = true
	case "panics":
		d.panics = true
	case "raced":
		d.raced = true
	}
}

// of returns the history of a task; from 1.
func (h *history) of(task int) *taskHistory {
	for len(h.tasks) < task {
		if n := len(h.tasks); n < cap(h.tasks) {
			h.tasks = h.tasks[:n+1]
			h.tasks[n].reset(n + 1)
		} else {
			var t taskHistory
			t.reset(n + 1)
			h.tasks = append(h.tasks, t)
		}
	}
	return &h.tasks[task-1]
}

func (t *taskHistory) reset(task int) {
	*t = taskHistory{
		task: task, spawn: -1, spawned: -1, ended: -1, ready: -1, cancel: -1, joined: -1,
		polls: t.polls[:0], wakes: t.wakes[:0], calls: t.calls[:0], nests: t.nests[:0],
		cancels: t.cancels[:0], drops: t.drops[:0], watches: t.watches[:0],
	}
}

func (t *taskHistory) end(i int) {
	if t.ended < 0 {
		t.ended = i
	}
}

// list returns where spans of a kind are kept, or nil if nobody asks for them.
func (t *taskHistory) list(k Kind) *[]span {
	switch k {
	case Poll:
		return &t.polls
	case Wake, WakeByRef:
		return &t.wakes
	case Drop:
		return &t.calls
	case Nest:
		return &t.nests
	case Cancel:
		return &t.cancels
	case FutureDrop:
		return &t.drops
	case Watch:
		return &t.watches
	}
	return nil
}

// maxTask bounds task numbers, and maxDeclared what may be declared, so that a
// trace from outside cannot ask for any amount of memory or overflow a sum.
const (
	maxTask     = 1 << 12
	maxDeclared = 1 << 16
)

// openSpans are the operations that each thread is in, latest last.
type openSpans []openSpan

type openSpan struct {
	thread, task int
	kind         Kind
	n            int // its index in the list of its kind
}

// event sorts one event into its task's history.
func (o *openSpans) event(h *history, i int, e Event) {
	var t *taskHistory
	if e.Task > 0 && e.Task <= maxTask {
		t = h.of(e.Task)
	}
	switch e.Kind {
	case Poll, Spawn, Wake, WakeByRef, Drop, Cancel, Run, Nest, Park, Unpark, Fire, FutureDrop, Close, Idle, Watch, Told:
		o.begin(h, t, i, e)
	case Return, Pending, Ready, Panicked:
		o.end(h, i, e)
	case Clone:
		if t != nil {
			t.calls = append(t.calls, span{begin: i, end: i, thread: e.Thread, kind: Clone})
		}
	}
	if t == nil {
		return
	}
	switch e.Kind {
	case Spawn:
		t.spawn, t.subject = i, e.Arg
	case Ready:
		t.ready = i
		t.end(i)
	case Panicked:
		if e.Poll > 0 {
			t.end(i)
		}
	case Cancel:
		if t.cancel < 0 {
			t.cancel = i
		}
	case Joined:
		t.joined = i
		if t.cancel < 0 { // else the poll that it was cancelled in may have begun, and be recorded next
			t.end(i)
		}
	case FutureDrop:
		t.end(i)
	}
}

func (o *openSpans) begin(h *history, t *taskHistory, i int, e Event) {
	s := span{begin: i, end: -1, thread: e.Thread, kind: e.Kind}
	op := openSpan{thread: e.Thread, task: e.Task, kind: e.Kind}
	if e.Kind == Idle {
		op.n = len(h.idles) - 1
	}
	if t != nil {
		if list := t.list(e.Kind); list != nil {
			op.n = len(*list)
			*list = append(*list, s)
		}
	}
	*o = append(*o, op)
}

// end closes the latest open operation of the thread that e can end.
func (o *openSpans) end(h *history, i int, e Event) {
	isPoll := e.Kind == Pending || e.Kind == Ready || e.Kind == Panicked && e.Poll > 0
	for n := len(*o) - 1; n >= 0; n-- {
		op := (*o)[n]
		if op.thread != e.Thread || isPoll != (op.kind == Poll) || isPoll && op.task != e.Task {
			continue
		}
		switch {
		case op.kind == Close && h.closed < 0:
			h.closed = i
		case op.kind == Idle:
			h.idles[op.n].end = i
		}
		if op.task > 0 && op.task <= maxTask {
			if op.kind == Spawn && e.Kind == Return {
				h.of(op.task).spawned = i
			}
			if list := h.of(op.task).list(op.kind); list != nil {
				s := &(*list)[op.n]
				s.end, s.last = i, e.Kind
			}
		}
		*o = append((*o)[:n], (*o)[n+1:]...)
		return
	}
}

// owed returns the wakes of t after whose begin no poll of it has started, at
// the Rest; none if there was no Rest, or if t had ended by then.
func (t *taskHistory) owed(h *history) []span {
	if h.rest < 0 || h.evidence == Budget || t.ended >= 0 || t.cancel >= 0 {
		return nil
	}
	last := -1
	if n := len(t.polls); n > 0 {
		last = t.polls[n-1].begin
		if t.polls[n-1].end < 0 {
			return nil // no other poll can come before this one ends
		}
	}
	for i, w := range t.wakes {
		if w.begin > last {
			return t.wakes[i:]
		}
	}
	return nil
}

// open returns the poll of t that is open at event i, or nil.
func (t *taskHistory) open(i int) *span {
	for n := range t.polls {
		if p := &t.polls[n]; p.begin < i && (p.end < 0 || p.end > i) {
			return p
		}
	}
	return nil
}
