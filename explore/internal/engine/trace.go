package engine

import "slices"

// trace is the partial order of an execution: its events, and for each the
// events that come before it in every execution of the same class (vector
// clocks). Two executions with the same trace cannot be told apart.
type trace struct {
	width   int // of the clocks: as many threads as there have been
	events  []event
	clocks  []int32 // event i's clock is clocks[i*width : (i+1)*width]
	touches []touch
	n       int // events of this execution so far
	kept    int // the events before this one are those of the execution before: their clocks stand

	casReads bool // a CompareAndSwap that fails is a read

	none  []int32 // a clock that nothing comes before
	rival []int32 // scratch: the events in direct conflict with the one being made
	gated []int32 // scratch of gateRaces
	ahead []int32 // scratch of gateRaces: what comes before the event, the found ones included
}

// event is a step of a thread.
type event struct {
	thread  int32
	count   int32 // its number in its thread, from 1
	pre     int32 // the event before it in its thread, or its parent's last one before it was started; -1: none
	kind    Kind
	class   Class
	need    Open
	obj     int32 // the first object it touches; -1: none
	touch   int32 // its first touch
	touched int32 // how many objects it touches
}

// touch says that an event touches an object.
type touch struct {
	event int32
	prev  int32 // the touch before it of the same object; -1: none
	obj   *Object
	open  Open // the gates that were open before it
}

func (tr *trace) begin(kept int) {
	tr.n, tr.kept = 0, kept
}

func (tr *trace) clock(i int32) []int32 {
	return tr.clocks[int(i)*tr.width : (int(i)+1)*tr.width]
}

// before reports whether event i comes before every execution's event with
// clock c, or is it.
func (tr *trace) before(i int32, c []int32) bool {
	ev := &tr.events[i]
	return c[ev.thread] >= ev.count
}

// clockOf is the clock of event i, that of nothing for -1.
func (tr *trace) clockOf(i int32) []int32 {
	if i < 0 {
		return tr.none
	}
	return tr.clock(i)
}

// widen makes clocks wide enough for threads of numbers below n.
func (tr *trace) widen(n int) {
	w := max(tr.width, 4)
	for w < n {
		w *= 2
	}
	if w == tr.width {
		return
	}
	old, ow := tr.clocks, tr.width
	tr.clocks = make([]int32, len(tr.events)*w)
	for i := range tr.events {
		copy(tr.clocks[i*w:], old[i*ow:(i+1)*ow])
	}
	tr.width = w
	tr.none = make([]int32, w)
}

// add appends the step that t takes now. It returns the event's number and
// whether it is new, that is, not known from the execution before.
func (tr *trace) add(e *Engine, t *Thread) (i int32, fresh bool) {
	if e.nids > tr.width {
		tr.widen(e.nids)
	}
	i = int32(tr.n)
	tr.n++
	fresh = int(i) >= tr.kept
	if int(i) == len(tr.events) {
		tr.events = append(tr.events, event{})
		tr.clocks = append(tr.clocks, make([]int32, tr.width)...)
	}
	if i == 0 {
		tr.touches = tr.touches[:0]
	}
	if t.op.cas && !tr.casReads {
		t.op.class = Write
	}
	ev := event{
		thread: int32(t.id), count: t.events, pre: t.last,
		kind: t.op.kind, class: t.op.class, need: t.op.need, obj: -1,
		touch: int32(len(tr.touches)),
	}
	if t.op.obj != nil {
		ev.obj = t.op.obj.id
		ev.touched = int32(1 + len(t.op.more))
		tr.touch(i, t.op.obj)
		for _, o := range t.op.more {
			tr.touch(i, o)
		}
	}
	if !fresh {
		if known := &tr.events[i]; *known != ev {
			e.fail(Nondeterminism, t, "step %d is to %s; with the same schedule before it was to %s",
				i+1, e.what(ev), e.what(*known))
			e.failure.Place = Here()
		}
	}
	tr.events[i] = ev
	if fresh {
		tr.conflicts(t)
		mine := tr.clock(i)
		copy(mine, tr.clockOf(ev.pre))
		for _, r := range tr.rival {
			joinInto(mine, tr.clock(r))
		}
		if t.op.await && t.releaser >= 0 {
			joinInto(mine, tr.clock(t.releaser))
		}
		if t.op.settle { // it could not have come before anything that happened
			for _, q := range e.threads {
				joinInto(mine, tr.clockOf(q.last))
			}
		}
		mine[t.id] = t.events
	}
	return i, fresh
}

// what says what an event does, for a report.
func (e *Engine) what(ev event) string {
	if ev.obj < 0 {
		return string(ev.kind)
	}
	if int(ev.obj) >= e.nobjects {
		return string(ev.kind) + " another object"
	}
	return string(ev.kind) + " " + e.nameOf(e.objects[ev.obj])
}

// note makes event i, which has been added, the last one of its thread and of
// its objects.
func (tr *trace) note(t *Thread, i int32) {
	t.last = i
	ev := &tr.events[i]
	for k := ev.touch; k < ev.touch+ev.touched; k++ {
		o := tr.touches[k].obj
		if ev.class == Write || ev.class != o.runClass {
			o.before, o.run = o.run, o.before[:0]
			o.runClass = ev.class
		}
		o.run = append(o.run, i)
		o.lastTouch = k
	}
}

// gateRaces finds the reversible races of the gate that t passes or waits for:
// they are with the last events before which t could have passed. Those after
// them, as the Unlock that let t pass, cannot come behind t. The answer is good
// until the next one.
func (tr *trace) gateRaces(t *Thread, past []int32) []int32 {
	tr.gated = tr.gated[:0]
	for k := t.op.obj.lastTouch; k >= 0; k = tr.touches[k].prev {
		touch := &tr.touches[k]
		class := tr.events[touch.event].class
		if class == t.op.class && class != Write {
			continue // they commute
		}
		before := tr.before(touch.event, past)
		if !before && touch.open&t.op.need == 0 {
			continue
		}
		if !before {
			tr.gated = append(tr.gated, touch.event)
		}
		if class == Write {
			break // all that is left comes before it
		}
		if !before {
			if len(tr.gated) == 1 {
				tr.ahead = append(tr.ahead[:0], past...)
				past = tr.ahead
			}
			joinInto(past, tr.clock(touch.event))
		}
	}
	return tr.gated
}

// atGate reports whether event r touches the gate that t passes, so that their
// race is the business of gateRaces.
func (tr *trace) atGate(t *Thread, r int32) bool {
	if t.op.need == 0 {
		return false
	}
	ev := &tr.events[r]
	for k := ev.touch; k < ev.touch+ev.touched; k++ {
		if tr.touches[k].obj == t.op.obj {
			return true
		}
	}
	return false
}

func (tr *trace) touch(i int32, o *Object) {
	tr.touches = append(tr.touches, touch{event: i, prev: o.lastTouch, obj: o, open: o.open})
}

// conflicts fills rival with the events that what t has announced is directly
// ordered after by what it touches, latest first.
func (tr *trace) conflicts(t *Thread) {
	tr.rival = tr.rival[:0]
	if t.op.obj == nil {
		return
	}
	tr.rivals(t.op.obj, t.op.class)
	for _, o := range t.op.more {
		if t.op.need == 0 {
			tr.rivals(o, t.op.class)
			continue
		}
		// The race of a gate can be with an event that the latest ones of o
		// come after; without those the ones before them count.
		for k := o.lastTouch; k >= 0; k = tr.touches[k].prev {
			tr.rival = append(tr.rival, tr.touches[k].event)
		}
	}
	if len(tr.rival) > 1 {
		slices.SortFunc(tr.rival, func(a, b int32) int { return int(b - a) })
		tr.rival = slices.Compact(tr.rival)
	}
}

func (tr *trace) rivals(o *Object, c Class) {
	if c == Write || c != o.runClass {
		tr.rival = append(tr.rival, o.run...)
	} else {
		tr.rival = append(tr.rival, o.before...)
	}
}

// dependent reports whether the operation that q has announced is dependent on
// event i, in the state before event i.
func (tr *trace) dependent(q *Thread, i int32) bool {
	if q.op.obj == nil {
		return false
	}
	ev := &tr.events[i]
	class := q.op.class
	if q.op.cas && tr.casReads && q.op.obj.value != q.op.old {
		class = Read
	}
	if class == ev.class && class != Write {
		return false
	}
	for k := ev.touch; k < ev.touch+ev.touched; k++ {
		o := tr.touches[k].obj
		if o == q.op.obj || slices.Contains(q.op.more, o) {
			return true
		}
	}
	return false
}

func joinInto(c, d []int32) {
	for i, n := range d {
		if n > c[i] {
			c[i] = n
		}
	}
}
