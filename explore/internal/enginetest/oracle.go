package enginetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Threads is a random program: threads whose steps say what they saw.
type Threads struct {
	Drawn any // what it was drawn as, for a message
	Late  int // the threads from this one on start when the others can go no further; 0: none does

	// Start is called by the body. It makes what the threads share, and returns the
	// steps of each.
	Start func() [][]func() (saw string)
}

// explore returns all that can come of p: what each thread saw, and who is blocked
// on what at the end.
func (p Threads) explore(t *testing.T, a engine.Algorithm, limits engine.Limits) (outcomes []string, r engine.Result) {
	t.Helper()
	seen := map[string]bool{}
	var logs [][]string
	r, err := engine.Explore(engine.Program{
		Algorithm: a,
		Limits:    limits,
		Body: func(e *engine.Engine) {
			threads := p.Start()
			logs = make([][]string, len(threads))
			for i, steps := range threads {
				if p.Late > 0 && i == p.Late {
					e.Settle()
				}
				e.Go(string(rune('a'+i)), func() {
					for _, step := range steps {
						logs[i] = append(logs[i], step())
					}
				}, engine.Worker)
			}
		},
		Until: func(end engine.End) bool {
			outcome := fmt.Sprint(logs)
			if f := end.Failure; f != nil {
				outcome += Describe(f)
			}
			seen[outcome] = true
			return false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(seen)), r
}

// Oracle checks, for so many random programs, that what the reductions find is
// what comes of all schedules. At least so many of the programs must be small
// enough for the limits, and so many of those fit for optimal DPOR: it is left out
// if that is zero.
func Oracle(t *testing.T, programs, least, fit int, limits engine.Limits, draw func(*rand.Rand) Threads) {
	t.Helper()
	algorithms := []engine.Algorithm{engine.Source}
	if fit > 0 {
		algorithms = append(algorithms, engine.Optimal)
	}
	checked, outcomes, fits := 0, 0, 0
	for seed := range uint64(programs) {
		p := draw(rand.New(rand.NewPCG(seed, 0)))
		want, all := p.explore(t, engine.Naive, limits)
		if !all.Spent {
			continue
		}
		checked++
		outcomes += len(want)
		for _, a := range algorithms {
			got, r := p.explore(t, a, limits)
			if a == engine.Optimal {
				if unfit(got) {
					continue
				}
				fits++
			}
			if !slices.Equal(got, want) || !r.Spent || r.Executions > all.Executions {
				t.Fatalf("seed %d: %+v\n%v, %d executions: %q\nall %d: %q", seed, p.Drawn, a, r.Executions, got, all.Executions, want)
			}
		}
	}
	t.Logf("%d programs with %d outcomes, %d of them fit for optimal DPOR", checked, outcomes, fits)
	if checked < least || fits < fit {
		t.Errorf("only %d programs were small enough to be checked, and %d fit for optimal DPOR; want %d and %d", checked, fits, least, fit)
	}
}

// unfit reports whether optimal DPOR could not follow a program: it refuses
// choices, late threads and objects that are first touched late.
func unfit(outcomes []string) bool {
	return slices.ContainsFunc(outcomes, func(s string) bool { return strings.Contains(s, "optimal DPOR") })
}
