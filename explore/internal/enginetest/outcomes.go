// Package enginetest checks that shims do under the engine all that they may
// do, and nothing else.
package enginetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Program is one execution's body. It returns what tells, when the execution has
// ended, how it came out; nil tells nothing. Shims are real to it.
type Program func(e *engine.Engine) (outcome func() string)

// Run explores p and returns how its executions came out. One that fails comes
// out as its failure.
func Run(t testing.TB, p Program, a engine.Algorithm, limits engine.Limits) (outcomes []string, r engine.Result) {
	t.Helper()
	seen := map[string]bool{}
	var outcome func() string
	r, err := engine.Explore(engine.Program{
		Body:      func(e *engine.Engine) { outcome = nil; outcome = p(e) },
		Algorithm: a,
		Limits:    limits,
		Until: func(end engine.End) bool {
			f := end.Failure
			switch {
			case f != nil:
				seen[Describe(f)] = true
			case outcome != nil:
				cur := engine.Cur
				engine.Cur = nil
				seen[outcome()] = true
				engine.Cur = cur
			}
			return false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(seen)), r
}

// Describe says in a line what f is.
func Describe(f *engine.Failure) string {
	message, _, _ := strings.Cut(f.Message, "\n")
	switch f.Fault {
	case engine.Deadlock, engine.Leak:
		word := "deadlock"
		if f.Fault == engine.Leak {
			word = "leak"
		}
		var stuck []string
		for _, s := range f.Stuck {
			object, _, _ := strings.Cut(s.Object, "#")
			stuck = append(stuck, fmt.Sprintf("%s: %s %s", s.Thread, s.Kind, object))
		}
		return word + " " + strings.Join(stuck, ", ")
	case engine.Misuse, engine.Panic, engine.Assertion:
		return message
	case engine.Race:
		return "race"
	default:
		return fmt.Sprintf("fault %d: %s", f.Fault, message)
	}
}

// Check explores p by source-DPOR, which must come to just these outcomes in so
// many executions, and by trying every schedule, which must come to the same
// outcomes.
func Check(t *testing.T, p Program, limits engine.Limits, executions int, want ...string) {
	t.Helper()
	slices.Sort(want)
	got, r := Run(t, p, engine.Source, limits)
	if !slices.Equal(got, want) {
		t.Errorf("outcomes by source-DPOR: %q; want %q", got, want)
	}
	if !r.Spent {
		t.Errorf("the exploration ended early: %+v", r.Failure)
	}
	if r.Executions != executions {
		t.Errorf("source-DPOR: %d executions and %d given up; want %d", r.Executions, r.Blocked, executions)
	}
	all, n := Run(t, p, engine.Naive, limits)
	if !slices.Equal(all, want) {
		t.Errorf("outcomes of all %d schedules: %q; want %q", n.Executions, all, want)
	}
}
