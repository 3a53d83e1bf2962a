package explore

import (
	"fmt"
	"path/filepath"
	"slices"
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
	Stubborn       = engine.Stubborn       // a thread cannot be unwound: it recovers from every panic and goes on
	Limit          = engine.Limit          // the body is too large
	Misuse         = engine.Misuse         // an object is used as it must not be
)

// Failure is an execution that fails, the simplest that was found.
type Failure struct {
	Fault       Fault
	Message     string
	Steps       []Step
	Stuck       []Stuck // of a Deadlock or Leak: the threads that can never go on
	Schedule    string  // the choices made, to run it again
	Preemptions int     // switches away from a thread that could go on

	// Minimal says that no schedule with fewer preemptions fails in this way,
	// and none that has as many and fewer steps.
	Minimal bool

	// Deciding is the index of the step after which every schedule fails, while
	// before it one does not; -1 if every schedule fails, or if it is not known.
	Deciding int

	replay string // the command that runs it again
}

// Step is what a thread did when it was scheduled.
type Step = engine.Record

// Stuck is a thread that can never go on.
type Stuck = engine.Stuck

func newFailure(f *engine.Failure, steps []Step) *Failure {
	m := f.Message
	if f.Thread != "" {
		m = f.Thread + ": " + m
	}
	return &Failure{
		Fault: f.Fault, Message: m, Steps: slices.Clone(steps), Stuck: f.Stuck,
		Schedule: f.Schedule, Preemptions: f.Preemptions, Deciding: -1,
	}
}

// String is the report: what failed, the steps in a column for each thread, who
// is stuck, and how to run it again.
func (f *Failure) String() string {
	var b strings.Builder
	b.WriteString(f.headline())
	for _, s := range f.Stuck {
		fmt.Fprintf(&b, "\n  %s", stuck(s))
	}
	b.WriteString("\n\n")
	f.table(&b)
	if f.Deciding >= 0 {
		fmt.Fprintf(&b, "After the step marked > every schedule fails; before it one does not.\n")
	}
	fmt.Fprintf(&b, "%s, %s", plural(f.steps(), "step"), plural(f.Preemptions, "preemption"))
	if f.Minimal {
		b.WriteString(": no schedule with fewer fails so, and none as short")
	}
	b.WriteString(".\nschedule: " + f.Schedule)
	if f.replay != "" {
		b.WriteString("\nrun it again: " + f.replay)
	}
	return b.String()
}

// steps counts the steps of the schedule.
func (f *Failure) steps() int {
	n := 0
	for _, s := range f.Steps {
		if !s.Plain {
			n++
		}
	}
	return n
}

func (f *Failure) headline() string {
	switch f.Fault {
	case Deadlock:
		return "deadlock: no thread can go on"
	case Leak:
		return "leak: all that the body started has ended, and threads that the code started are blocked for ever"
	case Endless:
		return fmt.Sprintf("endless: an execution of %s steps and no end; a loop that spins must wait instead", thousands(int64(f.steps())))
	default:
		return f.Fault.String() + ": " + f.Message
	}
}

func stuck(s Stuck) string {
	what := string(s.Kind)
	if s.Object != "" {
		what += " " + s.Object
	}
	since := "since it began"
	if s.Since > 0 {
		since = fmt.Sprintf("since step %d", s.Since)
	}
	return fmt.Sprintf("%s waits for: %s, %s", s.Thread, what, since)
}

// The table's measures, in characters.
const (
	pageWidth    = 100
	narrowest    = 14 // of a thread's column; with more threads they share one
	numberWidth  = 6
	sourceColumn = 22

	head, tail = 60, 40 // of a table that is too long, how many lines are shown
)

// table writes the steps, a column for each thread.
func (f *Failure) table(b *strings.Builder) {
	var threads []string
	for _, s := range f.Steps {
		if !slices.Contains(threads, s.Thread) {
			threads = append(threads, s.Thread)
		}
	}
	if len(threads) == 0 {
		return
	}
	room := pageWidth - numberWidth - sourceColumn
	shared := room/len(threads) < narrowest
	width := room / len(threads)
	if shared {
		width = room
	} else {
		longest := narrowest
		for _, s := range f.Steps {
			longest = max(longest, len(describe(s))+2)
		}
		width = min(width, longest)
	}
	table := width * len(threads)
	if shared {
		table = width
	}
	line := func(mark string, column int, text, at string) {
		pad := ""
		if !shared {
			pad = strings.Repeat(" ", column*width)
		}
		row := fmt.Sprintf("%-*s%s%s", numberWidth, mark, pad, text)
		if at != "" {
			row = fmt.Sprintf("%-*s%s", numberWidth+table, row, at)
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	if !shared {
		names := ""
		for _, name := range threads {
			names += fmt.Sprintf("%-*s", width, clip(name, width-2))
		}
		line("", 0, names, "")
	}
	step := 0
	for i, s := range f.Steps {
		mark := ""
		if !s.Plain {
			step++
			mark = fmt.Sprintf("  %d", step)
			if step-1 == f.Deciding {
				mark = fmt.Sprintf("> %d", step)
			}
		}
		if left := len(f.Steps) - i; left == tail && i > head {
			fmt.Fprintf(b, "  … %d more …\n", i-head)
		} else if i >= head && left > tail {
			continue
		}
		text := describe(s)
		if shared {
			text = s.Thread + ": " + text
		}
		line(mark, slices.Index(threads, s.Thread), clip(text, width-2), source(s))
	}
	b.WriteString("\n")
}

func source(s Step) string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(s.File), s.Line)
}

func describe(s Step) string {
	text := string(s.Kind)
	if s.Object != "" {
		text += " " + s.Object
	}
	if s.Note != "" {
		text += " " + s.Note
	}
	return text
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:max(n-1, 0)] + "…"
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
