package explore

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// X is what a body sees of its execution. It is valid until the execution ends,
// and only for the threads of that execution.
type X struct{ e *engine.Engine }

// Go starts a thread that runs f. It returns at once; the thread's first
// operation may come at any later point. If f has not returned when no thread
// can go on, the execution has deadlocked. A report calls the second thread with
// the name "buyer" buyer#2, and so on. If f calls runtime.LockOSThread, Go ends the
// process.
func (x *X) Go(name string, f func()) { x.e.Go(name, f, engine.Worker) }

// Assert ends the execution as failed unless ok. The report names the line of
// the call.
func (x *X) Assert(ok bool) {
	if !ok {
		x.e.Fail(engine.Assertion, "")
	}
}

// Failf ends the execution as failed, with a message as by [fmt.Sprintf].
func (x *X) Failf(format string, args ...any) {
	x.e.Fail(engine.Assertion, "%s", fmt.Sprintf(format, args...))
}

// Choose returns each of 0 … n-1 in some execution: a choice that is explored
// as the schedules are. n is at most 32,768; if it is less than 1 the choice is 0.
func (x *X) Choose(n int) int {
	k := x.e.Choose(n)
	x.e.Mention("choose", "= %d, of 0…%d", k, n-1)
	return k
}

// Var is a plain variable that threads share, whose accesses are checked for
// data races: two accesses, one of them a write, that nothing orders. The zero
// value holds the zero T. Outside of an exploration it is a T and checks
// nothing.
type Var[T any] struct {
	v    T
	cell engine.Cell
}

// Get reads v.
func (v *Var[T]) Get() T {
	if e := engine.Cur; e != nil {
		e.ReadCell(&v.cell)
	}
	return v.v
}

// Set writes v.
func (v *Var[T]) Set(to T) {
	if e := engine.Cur; e != nil {
		e.WriteCell(&v.cell)
	}
	v.v = to
}
