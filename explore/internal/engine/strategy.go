package engine

import "fmt"

// strategy decides which schedules are tried. The engine calls it from
// whichever thread runs, one call at a time.
type strategy interface {
	// begin starts an execution. It says no if nothing is left to try.
	begin(e *Engine) bool
	// next picks the thread, of those in the set, that takes the next step.
	// It answers -1 to give the execution up, since all that could follow has
	// been seen.
	next(e *Engine, enabled uint64) int
	// choose picks one of 0 … n-1.
	choose(e *Engine, n int) int
	// step is told that t does what it has announced. The effect is yet to come.
	step(e *Engine, t *Thread)
	// end is told that no thread can go on, or that the execution has been
	// given up, while the threads still stand where they are.
	end(e *Engine)
}

// choice is one decision of a schedule: the thread that takes a step, by its
// number in the order of starting, or the outcome of a toss.
type choice struct {
	toss bool
	pick int16
}

// String says what the choice is.
func (c choice) String() string {
	if c.toss {
		return fmt.Sprintf("outcome %d of a toss", c.pick)
	}
	return "a step of thread " + digits[c.pick:c.pick+1]
}
