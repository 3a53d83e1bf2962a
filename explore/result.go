package explore

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Result is what an exploration found.
type Result struct {
	Executions int   // complete executions
	Blocked    int   // executions given up half-way, since all that could follow had been seen
	Steps      int64 // steps of all of them

	// Complete says that no schedule was left out within Bounds.
	Complete bool

	// Bounds are the bounds that were in force and cut something off, in words.
	Bounds []string

	// Proved says that no schedule was left out at all: if Failure is nil, none
	// fails. It is Complete without Bounds.
	Proved bool

	Failure *Failure // nil: none
}

// String says in a line or two what the result shows.
func (r Result) String() string {
	ran := plural(int64(r.Executions), "execution") + ", " + plural(r.Steps, "step")
	if r.Blocked > 0 {
		ran += fmt.Sprintf(", and %s given up as seen before", thousands(int64(r.Blocked)))
	}
	switch {
	case r.Failure != nil:
		return strings.Join(append([]string{"explored: " + ran + " until the failure"}, r.Bounds...), "; ")
	case r.Proved:
		return "proved: no schedule fails (" + ran + ", which stand for all; no bound)"
	case r.Complete:
		return "proved within bounds: no schedule fails that has " + strings.Join(r.Bounds, ", and ") + " (" + ran + ")"
	default:
		return "not proved: none of the schedules tried fails (" + ran + "; " + strings.Join(r.Bounds, "; ") + ")"
	}
}

func (c Config) result(r engine.Result) Result {
	out := Result{Executions: r.Executions, Blocked: r.Blocked, Steps: r.Steps}
	switch {
	case c.chance():
		out.Bounds = append(out.Bounds, fmt.Sprintf("%v with seed %d", c.Algorithm, c.Seed))
	case c.Preemptions > 0:
		out.Bounds = append(out.Bounds, "at most "+plural(int64(c.Preemptions), "preemption"))
	}
	if c.Spurious > 0 {
		out.Bounds = append(out.Bounds, "at most "+plural(int64(c.Spurious), "park")+" that return for no reason, for each that returns with its token")
	}
	if r.Muted > 0 {
		out.Bounds = append(out.Bounds, "at most "+plural(int64(cmp.Or(c.Ticks, engine.DefaultTicks)), "tick")+" of tickers")
	}
	if !r.Spent && r.Failure == nil && r.Executions == c.Executions && !c.chance() {
		out.Bounds = append(out.Bounds, fmt.Sprintf("stopped after %s executions", thousands(int64(c.Executions))))
	}
	out.Complete = r.Spent && !c.chance()
	out.Proved = out.Complete && out.Bounds == nil
	return out
}

// thousands writes n with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
