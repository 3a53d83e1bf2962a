//go:build explore

package verified

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/sync"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if raced {
		os.Exit(m.Run())
	}
	goleak.VerifyTestMain(m)
}

// most is how many executions a scenario of the list may have.
const most = 200_000

// A scenario is a small program, and what is known of it: no schedule fails, and
// so many executions of source-DPOR show it. A scenario that has more executions
// than before, or fewer, is another program than it was, or the explorer is
// another one.
type scenario struct {
	name    string
	body    func(x *explore.X)
	count   int // complete executions
	blocked int // given up half-way
}

// The rooms.
var rooms = [][]scenario{
	parkerScenarios, cellScenarios, countingScenarios, blockOnScenarios, queueScenarios,
	poolScenarios, submitScenarios, futureScenarios, primitiveScenarios, sleeperScenarios,
}

// The laws that one thread at a time cannot break, and that are ours to keep: all of
// them but P18.
var laws = strings.Fields(`W1 W8 W9 W13 W14 W15 W21 P6 P7 P13 P18 F2 F5 F6 F11 F12 F21 F22 F23
	C3 C7 C10 E2 E3 E4 E5 E6 E9 E12 E13 E18 E19 E24 E26 E30 E31 E34 E35 E36`)

// Each law has a scenario whose name begins with it. Nothing of this module is a
// sleeper with several wakers, so those of P18 are about a copy.
func TestLawsHaveScenarios(t *testing.T) {
	var names []string
	for _, room := range rooms {
		for _, s := range room {
			names = append(names, s.name)
		}
	}
	eachLawIn(t, names, "scenario")
}

// Each law has a mutant that breaks it.
func TestLawsHaveMutants(t *testing.T) {
	var names []string
	for _, m := range mutants {
		names = append(names, m.laws)
	}
	eachLawIn(t, names, "mutant")
}

func eachLawIn(t *testing.T, names []string, of string) {
	t.Helper()
	words := strings.Fields(strings.Join(names, " "))
	for _, law := range laws {
		if !slices.Contains(words, law) {
			t.Errorf("no %s is about %s", of, law)
		}
	}
}

// prove explores each scenario without a bound.
func prove(t *testing.T, list []scenario) {
	t.Helper()
	for _, s := range list {
		t.Run(s.name, func(t *testing.T) {
			c := explore.Config{Executions: most + 1}
			r := passes(t, c, s)
			if !r.Proved {
				t.Fatalf("%v: more than %d; make the scenario smaller", r, most)
			}
		})
	}
}

// passes explores s and compares the counts.
func passes(t *testing.T, c explore.Config, s scenario) explore.Result {
	t.Helper()
	r, err := c.Check(s.body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil {
		c.Test(t, s.body) // reports it, with the command that runs it again
	}
	s.compare(t, r.Executions, r.Blocked)
	t.Log(r)
	return r
}

func (s scenario) compare(t *testing.T, executions, blocked int) {
	t.Helper()
	if executions != s.count || blocked != s.blocked {
		t.Errorf("%d executions and %d blocked; the list says %d and %d", executions, blocked, s.count, s.blocked)
	}
}

// A group is threads that somebody waits for. What they did is seen after wait.
type group struct{ wg sync.WaitGroup }

func (g *group) run(x threads, name string, f func()) {
	g.wg.Add(1)
	x.Go(name, func() {
		f()
		g.wg.Done()
	})
}

func (g *group) wait() { g.wg.Wait() }

// A ghost is a plain variable that only the scenario knows of: it tells what came
// first in this execution, and orders nothing. It is set right after an operation
// and read right after another one on the same object, so that executions which
// the explorer takes for one agree about it.
type ghost struct{ set bool }
