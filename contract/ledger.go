package contract

// A ledger follows the handles of a waker scenario through its trace.
type ledger struct {
	held    [3]int  // by waker, from 1: handles that live
	freed   [3]bool // by waker: it has said Freed
	handles []kin   // by handle
}

// A kin is what a ledger knows of a handle.
type kin struct {
	task   int // what it wakes; 0: unknown
	source int // the handle it was cloned from; 0: none
	ended  bool
}

// maxKin bounds the handles that a ledger follows, so that a trace from outside
// cannot ask for any amount of memory.
const maxKin = 1 << 12

// newLedger returns the ledger of a trace before its first event. There is one
// at a time.
func (h *history) newLedger() *ledger {
	l := &h.kin
	*l = ledger{handles: l.handles[:0]}
	for n := 1; n < len(l.held); n++ {
		l.held[n] = 1 // the one that mk made
	}
	return l
}

// of returns what is known of a handle, or nil.
func (l *ledger) of(handle int) *kin {
	if handle <= 0 || handle >= maxKin {
		return nil
	}
	for len(l.handles) <= handle {
		l.handles = append(l.handles, kin{})
	}
	return &l.handles[handle]
}

// task returns the waker that a handle wakes, or 0.
func (l *ledger) task(handle int) int {
	if k := l.of(handle); k != nil && k.task < len(l.held) {
		return k.task
	}
	return 0
}

// take takes in the next event.
func (l *ledger) take(e Event) {
	if e.Task <= 0 || e.Task >= len(l.held) {
		return
	}
	switch e.Kind {
	case Clone:
		if k := l.of(e.Arg); k != nil {
			*k = kin{task: e.Task, source: e.Handle}
		}
		if e.Handle > 0 {
			l.held[e.Task]++
		}
	case Wake, Drop:
		if e.Handle > 0 {
			l.held[e.Task]--
		}
		if k := l.of(e.Handle); k != nil {
			k.ended = true
		}
	case Replace:
		task := l.task(e.Arg)
		if k := l.of(e.Handle); k != nil && task > 0 {
			*k = kin{task: task, source: e.Arg}
			l.held[e.Task]--
			l.held[task]++
		}
	case Freed:
		l.freed[e.Task] = true
	}
}

// takeAll takes in the events of a stretch.
func (l *ledger) takeAll(h *history, s *stretch) {
	for _, e := range h.events[s.from : s.at+1] {
		l.take(e)
	}
}

// afterFree returns the waker that e calls a live handle of although it has
// freed its data, or 0.
func (l *ledger) afterFree(e Event) int {
	switch e.Kind {
	case Clone, Wake, WakeByRef, Drop, Replace:
	default:
		return 0
	}
	if e.Handle > 0 && e.Task > 0 && e.Task < len(l.freed) && l.freed[e.Task] {
		return e.Task
	}
	if e.Kind == Replace && l.freed[l.task(e.Arg)] {
		return l.task(e.Arg)
	}
	return 0
}

// orphan reports that the handle is a clone whose source has ended.
func (l *ledger) orphan(handle int) bool {
	k := l.of(handle)
	if k == nil {
		return false
	}
	source := l.of(k.source)
	return source != nil && source.ended
}
