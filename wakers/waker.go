package wakers

// A Waker is a handle: one right to wake a task. The zero value is empty. Init,
// CloneFrom and MoveTo fill a Waker; Wake, Drop and MoveTo empty it, and it may
// then be filled again. Whoever fills a Waker must empty it.
//
// A Waker must not be copied: two copies would be two handles where the waker
// knows of one. go vet reports copies, of structs that hold a Waker too. To pass
// a handle on, use MoveTo; to make a second one, use CloneFrom.
//
// Any number of goroutines may at the same time call WakeByRef, WillWake and
// Filled on one Waker and CloneFrom with it as the source. Calls that fill or
// empty a Waker need it for themselves. Different Wakers are independent, also
// when they wake the same task.
//
// Using an empty Waker panics with a sentence that says how it became empty. A
// Waker is emptied before, and filled after, the call into its RawWaker: if that
// code panics, or comes back to the same Waker, it finds it consistent.
//
// Source: std::task::Waker.
type Waker struct {
	_       noCopy
	raw     RawWaker // nil: empty
	emptied ending   // how raw became nil the last time
}

// Init fills w with raw, which from now on belongs to w. It panics if w is
// filled or raw is nil.
func (w *Waker) Init(raw RawWaker) {
	w.mustBeEmpty("Init")
	if raw == nil {
		panic("wakers: Init of a Waker with a nil RawWaker")
	}
	w.raw = raw
}

// CloneFrom makes w a handle of the waker that src wakes. If w is filled and
// WillWake(src), nothing happens. Otherwise it clones src, puts the clone in
// place and then drops what w held before, in this order: if the clone panics, w
// is as it was; if the drop panics, w holds the clone.
//
// Source: std::task::Waker, method clone_from.
func (w *Waker) CloneFrom(src *Waker) {
	src.mustBeFilled("CloneFrom")
	if w.raw != nil && sameWaker(w.raw, src.raw) {
		return
	}
	clone := cloneRaw(src.raw)
	old := w.raw
	w.raw = clone
	if old != nil {
		old.Drop()
	}
}

// MoveTo moves the handle from w to dst: dst is filled, w empty. It calls no
// code of the waker. It panics if w is empty or dst is filled.
func (w *Waker) MoveTo(dst *Waker) {
	w.mustBeFilled("MoveTo")
	dst.mustBeEmpty("MoveTo")
	dst.raw = w.take(moved)
}

// Wake wakes the task and empties w. The task will be polled again, unless it
// has ended. Several wakes before that poll may be paid by the one poll.
//
// Source: std::task::Waker, method wake.
func (w *Waker) Wake() {
	w.mustBeFilled("Wake")
	w.take(woken).Wake()
}

// WakeByRef wakes the task as Wake does and keeps w filled.
//
// Source: std::task::Waker, method wake_by_ref.
func (w *Waker) WakeByRef() {
	w.mustBeFilled("WakeByRef")
	w.raw.WakeByRef()
}

// Drop empties w without waking.
func (w *Waker) Drop() {
	w.mustBeFilled("Drop")
	w.take(dropped).Drop()
}

// WillWake reports whether w and other surely wake the same task. False says
// nothing: the two may still wake the same task. It is true for a clone and its
// source if the RawWaker is a VTable's whose Clone keeps the data pointer, or
// another comparable value whose Clone returns an equal one. It calls no code of
// the waker and panics if one of the two is empty.
//
// Source: std::task::Waker, method will_wake.
func (w *Waker) WillWake(other *Waker) bool {
	w.mustBeFilled("WillWake")
	other.mustBeFilled("WillWake")
	return sameWaker(w.raw, other.raw)
}

// Filled reports whether w holds a handle.
func (w *Waker) Filled() bool { return w.raw != nil }

// take empties w and returns what it held.
func (w *Waker) take(how ending) RawWaker {
	raw := w.raw
	w.raw, w.emptied = nil, how
	return raw
}

// cloneRaw clones and checks that the clone is one.
func cloneRaw(raw RawWaker) RawWaker {
	clone := raw.Clone()
	if clone == nil {
		panic("wakers: Clone of a RawWaker returned nil: it must return a handle that wakes the same task")
	}
	return clone
}

func (w *Waker) mustBeFilled(call string) {
	if w.raw == nil {
		w.panicEmpty(call)
	}
}

func (w *Waker) mustBeEmpty(call string) {
	if w.raw != nil {
		panic("wakers: " + call + " onto a Waker that is filled: its handle would be lost; Wake, Drop or MoveTo it first, or use CloneFrom")
	}
}

func (w *Waker) panicEmpty(call string) {
	panic("wakers: " + call + " of an empty Waker: " + w.emptied.String())
}

// An ending is how a Waker became empty.
type ending uint8

const (
	neverFilled ending = iota
	woken
	dropped
	moved
)

func (e ending) String() string {
	switch e {
	case woken:
		return "its handle was woken, and Wake ends a handle; use WakeByRef to keep it, or CloneFrom to have two"
	case dropped:
		return "its handle was dropped; a handle ends once"
	case moved:
		return "its handle was moved away by MoveTo; use the Waker it was moved to"
	}
	return "it was never filled; use Init, CloneFrom or MoveTo first"
}

// noCopy makes go vet report copies of the struct that holds it.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
