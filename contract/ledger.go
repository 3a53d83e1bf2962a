package contract

// A ledger follows the handles of a waker scenario through its trace.
type ledger struct {
	held    [3]int  // by waker, from 1: handles that live
	freed   [3]bool // by waker: it has said Freed
	speaks  [3]bool // by waker: it can say Freed
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

// empty returns the ledger of a trace before its first event, in the memory of l.
func (l *ledger) empty() ledger {
	return ledger{handles: l.handles[:0], held: [3]int{0, 1, 1}} // mk made one of each
}

// known reports whether a ledger follows the handles of a waker.
func known(task int) bool { return task > 0 && task < len(ledger{}.held) }

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
	if k := l.of(handle); k != nil && known(k.task) {
		return k.task
	}
	return 0
}

// take takes in the next event.
func (l *ledger) take(e *Event) {
	if !known(e.Task) {
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
	case Declare:
		l.speaks[e.Task] = l.speaks[e.Task] || e.Note == "freed"
	}
}

// call returns what is known of the call that event i is, before it is taken in.
func (l *ledger) call(i int, e *Event) call {
	c := call{at: i}
	if k := l.of(e.Handle); k != nil && k.source > 0 {
		source := l.of(k.source)
		c.clone, c.orphan = true, source != nil && source.ended
	}
	if known(e.Task) && l.freed[e.Task] {
		c.late = e.Task
	} else if e.Kind == Replace && l.freed[l.task(e.Arg)] {
		c.late = l.task(e.Arg)
	}
	return c
}
