package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// The oracle: random scripts, each explored by trying every schedule and by a
// reduction. The reduction must complete each trace once.

// long says that there is time for what takes minutes.
var long = os.Getenv("WAKECHECK_LONG") != ""

// mostSchedules is how many schedules a script may have: one that has more is
// drawn again, smaller.
const mostSchedules = 20_000

// search explores body with a given strategy.
func search(body func(*Engine), s strategy, limits Limits) Result {
	exploring.Lock()
	defer exploring.Unlock()
	if limits.Steps == 0 {
		limits.Steps = DefaultSteps
	}
	e := &Engine{
		limits: limits, strategy: s, name: "main",
		until: func(end End) bool { return end.Failure != nil },
	}
	e.main = func() { body(e) }
	spent, err := e.explore(Program{})
	if err != nil {
		panic(err)
	}
	e.close()
	return Result{Stats: e.Stats, Failure: e.failure, Spent: spent}
}

// watched is a search of a script under observation.
func watched(s script, st strategy, most int, views ...*view) Result {
	w := newWorld(s)
	return search(w.body, &observer{strategy: st, w: w, views: views}, Limits{Executions: most})
}

// truth is what every schedule of a script shows.
type truth struct {
	script
	seed         uint64
	schedules    int
	coarse, fine *view // with failing CompareAndSwaps as reads and as writes
}

// ask enumerates the schedules of s. It says no if there are too many.
func ask(s script) (*truth, error) {
	tr := &truth{script: s, coarse: newView(s, true)}
	views := []*view{tr.coarse}
	tr.fine = tr.coarse
	if s.has(casK, casAcc, once) {
		tr.fine = newView(s, false)
		views = append(views, tr.fine)
	}
	r := watched(s, newNaive(0, nil), mostSchedules, views...)
	if r.Failure != nil {
		return nil, fmt.Errorf("every schedule: %v: %s", r.Failure.Fault, r.Failure.Message)
	}
	if !r.Spent {
		return nil, errTooMany
	}
	tr.schedules = r.Executions
	return tr, nil
}

var errTooMany = errors.New("too many schedules")

// commonScripts is how many truths are remembered, for all tests to use.
const commonScripts = 3_000

var common [commonScripts]*truth

// drawn draws the script of a seed. The first seeds stand for the kept ones.
func drawn(t testing.TB, seed uint64) *truth {
	if seed < commonScripts {
		if common[seed] == nil {
			common[seed] = drawNew(t, seed)
		}
		return common[seed]
	}
	return drawNew(t, seed)
}

func drawNew(t testing.TB, seed uint64) *truth {
	rng := rand.New(rand.NewPCG(seed, 0))
	for size := 4 + rng.IntN(7); ; size-- {
		s := draw(rng, size)
		if seed < uint64(len(kept)) {
			s = kept[seed]
		}
		if s.orders() > 20*mostSchedules {
			continue
		}
		tr, err := ask(s)
		if errors.Is(err, errTooMany) {
			continue
		}
		if err != nil {
			t.Fatalf("seed %d:\n%v%v", seed, s, err)
		}
		tr.seed = seed
		return tr
	}
}

// algorithm is a reduction to be checked.
type algorithm struct {
	name     string
	make     func() strategy
	casReads bool
	optimal  bool // none is given up; no tosses, no objects that come late
	late     bool // but this one is for scripts with such objects
	gives    bool // this one may give up executions, too
}

var algorithms = []algorithm{
	{name: "source", make: func() strategy { return newSource() }, casReads: true},
	{name: "source, failing CAS as writes", make: func() strategy { return &source{} }},
	{name: "optimal", make: func() strategy { return &optimal{} }, optimal: true},
}

// fits reports whether a can explore s.
func (a *algorithm) fits(s script) bool {
	return !a.optimal || (s.late || !a.late) && !s.has(tossing, settle)
}

// check compares what a finds with the truth.
func (a *algorithm) check(tr *truth) error {
	want := tr.fine
	if a.casReads {
		want = tr.coarse
	}
	got := newView(tr.script, a.casReads)
	s := tr.script
	s.late = s.late && (!a.optimal || a.late)
	r := watched(s, a.make(), 2*tr.schedules+10, got)
	if r.Failure != nil {
		return fmt.Errorf("fault %v: %s %s", r.Failure.Fault, r.Failure.Message, r.Failure.Schedule)
	}
	switch err := got.differs(want); {
	case err != nil:
		return fmt.Errorf("%d schedules: %w", tr.schedules, err)
	case !r.Spent:
		return errors.New("the search did not end")
	case a.optimal && !a.gives && r.Blocked > 0:
		return fmt.Errorf("%d executions were given up", r.Blocked)
	}
	return nil
}

// shrunk finds the least script that fails like tr's.
func (a *algorithm) shrunk(tr *truth) (least script, why error) {
	least = tr.script.shrink(func(s script) bool {
		tr, err := ask(s)
		if err != nil || !a.fits(s) {
			return false
		}
		return a.check(tr) != nil
	})
	tr, err := ask(least)
	if err != nil {
		return least, err
	}
	return least, a.check(tr)
}

// TestOracle compares the reductions with the enumeration of all schedules.
func TestOracle(t *testing.T) {
	n := commonScripts
	switch {
	case raceDetector: // it is many times slower, and sees nothing in coroutines
		n = 200
	case long:
		n = 12_000
	}
	asked, traces, schedules := make([]int, len(algorithms)), 0, 0
	for seed := range uint64(n) {
		tr := drawn(t, seed)
		traces += len(tr.coarse.traces)
		schedules += tr.schedules
		for i := range algorithms {
			a := &algorithms[i]
			if !a.fits(tr.script) {
				continue
			}
			asked[i]++
			if err := a.check(tr); err != nil {
				least, why := a.shrunk(tr)
				t.Fatalf("%s, seed %d: %v\n%vthe least of its kind: %v\n%v", a.name, seed, err, tr.script, why, least)
			}
		}
	}
	for i, a := range algorithms {
		t.Logf("%s: %d of %d scripts", a.name, asked[i], n)
	}
	t.Logf("%d traces in %d schedules", traces, schedules)
}
