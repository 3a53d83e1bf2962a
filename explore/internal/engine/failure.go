package engine

import (
	"fmt"
	"math/bits"
)

// Fault is the kind of a Failure.
type Fault uint8

// The faults.
const (
	_              Fault = iota
	Deadlock             // no thread can go on, and one that the body started has not ended
	Leak                 // the same, but only threads that the code under test started are left
	Endless              // an execution has more steps than the limit
	Assertion            // the body says so
	Panic                // a thread panicked
	Race                 // two accesses to a Var, one of them a write, that nothing orders
	Goexit               // a thread ended itself, as t.Fatal does
	Nondeterminism       // a replayed step was another one than before
	Stubborn             // a thread recovers from being unwound and goes on for ever
	Limit                // the program is too large for the engine
	Misuse               // an object is used as it must not be
)

// String is the fault's name.
func (f Fault) String() string {
	names := [...]string{
		Deadlock: "deadlock", Leak: "leak", Endless: "endless", Assertion: "assertion", Panic: "panic", Race: "data race",
		Goexit: "ended itself", Nondeterminism: "not deterministic", Stubborn: "cannot be unwound", Limit: "too large", Misuse: "misuse",
	}
	if int(f) < len(names) && names[f] != "" {
		return names[f]
	}
	return fmt.Sprintf("Fault(%d)", uint8(f))
}

// Failure is why an execution failed.
type Failure struct {
	Fault       Fault
	Thread      string // who failed; "" if nobody in particular
	Message     string
	Place       // where the thread was, if it says so itself
	Schedule    string
	Steps       int
	Preemptions int
	Stuck       []Stuck // the threads that are left, of a Deadlock or Leak
}

// Stuck is a thread that can never go on.
type Stuck struct {
	Thread string
	Kind   Kind   // what it wants to do
	Object string // to what
	Place
	Since int // the step after which it did nothing more; 0: it never took one
}

// final reports whether no further execution can be run after f.
func (f *Failure) final() bool {
	switch f.Fault {
	case Goexit, Stubborn, Nondeterminism, Limit:
		return true
	}
	return false
}

// fail ends the execution with a failure, if it is the first one.
func (e *Engine) fail(f Fault, t *Thread, format string, args ...any) {
	e.aborting = true
	if e.failure != nil {
		return
	}
	e.failure = &Failure{
		Fault:       f,
		Message:     fmt.Sprintf(format, args...),
		Schedule:    e.schedule(),
		Steps:       e.steps,
		Preemptions: e.preemptions,
	}
	if t != nil {
		e.failure.Thread = e.called(t)
	}
}

// Fail ends the execution with a failure of the running thread. It does not
// return.
func (e *Engine) Fail(f Fault, format string, args ...any) {
	if e.aborting {
		e.giveUp()
	}
	e.fail(f, e.running, format, args...)
	e.failure.Place = Here()
	panic(unwind{})
}

// conclude looks at the threads that are left when none can go on, unless one
// that may have to go on is kept from it by a limit.
func (e *Engine) conclude() {
	fault := Leak
	var stuck []Stuck
	for _, t := range e.threads {
		if t.done || t.role == Service {
			continue
		}
		if t.role == Worker {
			fault = Deadlock
		}
		stuck = append(stuck, Stuck{Thread: e.called(t), Kind: t.op.kind, Object: e.about(t), Place: t.op.place, Since: e.lastStep(t)})
	}
	if stuck == nil || e.muted > 0 {
		return
	}
	e.fail(fault, nil, "")
	e.failure.Stuck = stuck
}

// about names what t waits for.
func (e *Engine) about(t *Thread) string {
	o := t.op.obj
	if o == nil {
		o = t.op.about
	}
	return e.nameOf(o)
}

// lastStep is the number of the last step of t, counted from 1.
func (e *Engine) lastStep(t *Thread) int {
	step, last := 0, 0
	for _, c := range e.path {
		if c.toss {
			continue
		}
		step++
		if int(c.pick) == t.number {
			last = step
		}
	}
	return last
}

// stuck is the set of threads that are blocked now.
func (e *Engine) stuck() uint64 {
	var set uint64
	for m := e.waiting; m != 0; m &= m - 1 {
		if id := bits.TrailingZeros64(m); !e.byID[id].ready() {
			set |= 1 << id
		}
	}
	return set
}
