package explore

import (
	"fmt"
	"strings"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Fault is the kind of a [Failure].
type Fault = engine.Fault

// The faults.
const (
	Deadlock       = engine.Deadlock       // no thread can go on, and one that the body started has not ended
	Leak           = engine.Leak           // the same, but only threads that the code under test started are left
	Endless        = engine.Endless        // an execution has more steps than allowed
	Assertion      = engine.Assertion      // X.Assert or X.Failf
	Panic          = engine.Panic          // a thread panicked
	Race           = engine.Race           // a data race on a Var
	Goexit         = engine.Goexit         // a thread ended itself, as t.Fatal does
	Nondeterminism = engine.Nondeterminism // the body depends on more than the schedule
	Stubborn       = engine.Stubborn       // a thread cannot be stopped: it recovers from every panic and goes on
	Limit          = engine.Limit          // the body is too large
	Misuse         = engine.Misuse         // an object is used as it must not be
)

// Failure is an execution that fails, the simplest that was found.
type Failure struct {
	Fault  Fault
	Thread string // whose failure it is; "" if it is nobody's in particular

	// Message says more: what Failf was given, the value of a panic and the
	// stack that led to it, what is not deterministic, ….
	Message string

	Steps       []Step
	Stuck       []Stuck // of a Deadlock or Leak: the threads that can never go on
	Schedule    string  // the choices made, to run it again
	Preemptions int     // switches away from a thread that could go on

	// Minimal says that no schedule with fewer preemptions fails in this way,
	// and none that has as many and fewer steps.
	Minimal bool

	// Deciding is the index, in Steps, of the one after which every schedule
	// fails, while before it one does not; -1 if every schedule fails, or if it
	// is not known.
	Deciding int

	at     string // where it failed, as " at file.go:12"
	replay string // the command that runs it again
}

// Step is what a thread did when it was scheduled.
type Step struct {
	Thread string
	Kind   string // such as "load"
	Object string // what it did it to, as the code calls it, or else by its type; "" if to nothing
	Note   string // the values read and written
	File   string // where in the code under test; "" if that is not known
	Line   int

	// Plain says that this is an access to a Var or a choice: no step of the
	// schedule, but shown between those.
	Plain bool
}

// Stuck is a thread that can never go on.
type Stuck struct {
	Thread string
	Kind   string // what it wants to do
	Object string // to what, as in Step
	File   string // where in the code under test; "" if that is not known
	Line   int
	Since  int // the number, from 1, of its last step; 0: it never took one
}

// newFailure is f, with the steps that led to it.
func newFailure(f *engine.Failure, steps []engine.Record) *Failure {
	out := &Failure{
		Fault: f.Fault, Thread: f.Thread, Message: f.Message,
		Schedule: f.Schedule, Preemptions: f.Preemptions, Deciding: -1, at: f.Place.String(),
	}
	names, pointers := objectNames(steps, f.Stuck), make(pointers)
	for _, s := range steps {
		out.Steps = append(out.Steps, Step{
			Thread: s.Thread, Kind: string(s.Kind), Object: names.of(s.Object), Note: pointers.number(s.Note),
			File: s.File, Line: s.Line, Plain: s.Plain,
		})
	}
	for _, s := range f.Stuck {
		out.Stuck = append(out.Stuck, Stuck{
			Thread: s.Thread, Kind: string(s.Kind), Object: names.of(s.Object),
			File: s.File, Line: s.Line, Since: s.Since,
		})
	}
	return out
}

// String is the report: what failed, who is stuck, the steps in a column for
// each thread, and how to run it again.
func (f *Failure) String() string {
	var b strings.Builder
	b.WriteString(f.headline())
	for _, s := range f.Stuck {
		fmt.Fprintf(&b, "\n  %v", s)
	}
	b.WriteString("\n")
	if len(f.Steps) > 0 {
		b.WriteString("\n" + table(f.Steps, f.Deciding) + "\n")
		if f.Deciding >= 0 {
			b.WriteString("The line marked > decides: after it every schedule fails, before it not every one does.\n")
		}
		b.WriteString(f.size())
	}
	if f.Schedule != "" {
		b.WriteString("schedule: " + f.Schedule)
	}
	if f.replay != "" {
		b.WriteString("\nrun it again: " + f.replay)
	}
	return strings.TrimRight(b.String(), "\n")
}

// headline says what failed.
func (f *Failure) headline() string {
	in := ""
	if f.Thread != "" {
		in = " in " + f.Thread
	}
	switch f.Fault {
	case Deadlock:
		return "deadlock: no thread can go on"
	case Leak:
		return "leak: all that the body started has ended, but threads that the code started wait for ever"
	case Endless:
		choices, steps := engine.SizeOfSchedule(f.Schedule)
		length := plural(int64(steps), "step")
		if tosses := choices - steps; tosses > 0 {
			length += " and " + plural(int64(tosses), "choice")
		}
		return fmt.Sprintf("endless: %s, and no end\n%s", length,
			"A loop that waits for another thread must block: in some schedules nothing but the loop runs.")
	case Race:
		object := ""
		if n := len(f.Steps); n > 0 {
			object = " on " + f.Steps[n-1].Object
		}
		return fold("data race" + object + ": " + f.Message)
	case Goexit:
		return fmt.Sprintf("thread %s has ended itself with runtime.Goexit, as t.Fatal and t.FailNow do%s", f.Thread, f.Message)
	case Stubborn:
		text := fmt.Sprintf("thread %s cannot be stopped: it recovers from every panic and goes on", f.Thread)
		if f.Message != "" {
			text += "; before that: " + f.Message
		}
		return fold(text)
	case Nondeterminism:
		return fold("not deterministic"+in+f.at+": "+f.Message) +
			"\nThe body must depend on the schedule alone: not on time, randomness, map order or addresses, nor\n" +
			"on what an earlier execution has left behind in a package variable."
	case Panic:
		return "panic" + in + ": " + f.Message
	case Assertion:
		if f.Message == "" {
			return "assertion failed" + in + f.at
		}
		return "failed" + in + f.at + ": " + f.Message
	}
	return fold(f.Fault.String() + in + f.at + ": " + f.Message)
}

// size says how many steps and preemptions it took.
func (f *Failure) size() string {
	if steps(f.Steps) == 0 {
		return "Every schedule fails so, before its first step.\n"
	}
	text := plural(int64(steps(f.Steps)), "step") + ", " + plural(int64(f.Preemptions), "preemption")
	if f.Preemptions > 0 {
		text += " (a switch away from a thread that could have gone on)"
	}
	text += ".\n"
	switch {
	case !f.Minimal:
	case f.Preemptions == 0:
		text += "No schedule without preemptions fails so in fewer steps.\n"
	default:
		text += "No schedule fails so with fewer preemptions, nor with as many in fewer steps.\n"
	}
	return text
}

// steps counts those that are steps of the schedule.
func steps(all []Step) int {
	n := 0
	for _, s := range all {
		if !s.Plain {
			n++
		}
	}
	return n
}
