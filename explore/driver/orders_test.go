package driver_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/driver"
	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/futures"
)

// What the drivers of package contract keep themselves is shared by the threads, and
// each look at it that matters must be announced. Where an announcement is missing
// the reduction leaves orders out. So whatever a schedule shows that another algorithm
// tries, the reduction must show when it has tried all it has to: which laws are
// broken together, and in which orders that happens to all tasks which a law can
// tell apart.

// A comparison is an Explorer that has a scenario explored by one algorithm after the
// other.
type comparison struct {
	t        *testing.T
	door     contract.Door
	laws     []string // of the door
	compared bool
}

// mostOther is how many executions of another algorithm are tried, without the race
// detector.
const mostOther = 1500

func (c *comparison) Explore(_ contract.Plan, play func(contract.Stage) []contract.Event, _ func(contract.Played) bool) (contract.Coverage, error) {
	c.compared = true
	source, executions, whole := c.play(play, engine.Source, 20*mostOther)
	if !whole || len(source) == 1 {
		c.t.Errorf("%d executions show %d orders, all of them: %t; want several, and all", executions, len(source), whole)
	}
	for _, a := range []engine.Algorithm{engine.Naive, engine.Random, engine.PCT} {
		other, _, _ := c.play(play, a, enginetest.Programs(mostOther))
		for text, schedule := range other {
			if source[text] == "" {
				c.t.Errorf("only the schedule %s shows\n%s", schedule, text)
				break
			}
		}
	}
	return contract.Coverage{All: true}, nil
}

// play returns what the executions of an algorithm show, and how many there were:
// most at most. It reports whether no schedule is left.
func (c *comparison) play(play func(contract.Stage) []contract.Event, a engine.Algorithm, most int) (all map[string]string, n int, whole bool) {
	all = map[string]string{}
	var trace []contract.Event
	r, err := engine.Explore(engine.Program{
		Body: func(e *engine.Engine) {
			trace = nil
			trace = play(driver.StageOf(e))
		},
		Algorithm: a,
		Seed:      1,
		Limits:    engine.Limits{Executions: most},
		Until: func(end engine.End) bool {
			if text := c.shown(trace); all[text] == "" {
				all[text] = end.Schedule()
			}
			return false
		},
	})
	if err != nil {
		c.t.Error(err)
	}
	return all, r.Executions, r.Spent
}

// The scenarios are in testdata/orders: drawn ones that the reduction exhausts soon and
// that show several orders, a line each, and for the hasty loop one of a task that is
// dropped and spawns another one just when the Run ends.
func TestNoOrderIsLeftOut(t *testing.T) {
	defer contract.RegisterExplorer(driver.Explorer{})
	executor := func(mk func(testing.TB) contract.Executor) func() contract.Report {
		return func() contract.Report { return contract.CheckExecutor(mk) }
	}
	combinator := func(mk func([]futures.Future[int]) futures.Future[[]int]) func() contract.Report {
		return func() contract.Report {
			return contract.CheckCombinator(func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] { return mk(fs) })
		}
	}
	primitive := func(mk func(testing.TB) contract.Primitive) func() contract.Report {
		return func() contract.Report { return contract.CheckPrimitive(mk) }
	}
	for _, subject := range []struct {
		name  string
		door  contract.Door
		check func() contract.Report
	}{
		{"parker", contract.ParkerDoor, func() contract.Report { return checkParker("") }},
		{"event", contract.FutureDoor, func() contract.Report { return checkEvent("") }},
		{"dropper", contract.FutureDoor, func() contract.Report {
			return contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] { return new(dropper).subject() })
		}},
		{"pool", contract.ExecutorDoor, executor(func(tb testing.TB) contract.Executor { return newPoolOf(1, "").subject(tb) })},
		{"idle", contract.ExecutorDoor, executor(idlePool)},
		{"inline", contract.ExecutorDoor, executor(inlinePool)},
		{"loop", contract.ExecutorDoor, executor(func(testing.TB) contract.Executor { return newLoop().subject() })},
		{"hasty", contract.ExecutorDoor, executor(func(testing.TB) contract.Executor { return hastyLoop{newLoop()}.subject() })},
		{"both", contract.CombinatorDoor, combinator(func(fs []futures.Future[int]) futures.Future[[]int] { return newBoth(fs) })},
		{"each", contract.CombinatorDoor, combinator(func(fs []futures.Future[int]) futures.Future[[]int] { return newEach(fs) })},
		{"semaphore", contract.PrimitiveDoor, primitive(func(testing.TB) contract.Primitive { return newSemaphore().subject() })},
		{"at_once", contract.PrimitiveDoor, primitive(atOnce)},
		{"hooked", contract.WakerDoor, func() contract.Report { return contract.CheckWaker(newHooked) }},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", "orders", subject.name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		scenes := slices.Collect(strings.Lines(string(text)))
		for i, scene := range scenes[:max(1, enginetest.Programs(len(scenes)))] {
			t.Run(fmt.Sprintf("%s %d", subject.name, i+1), func(t *testing.T) {
				c := &comparison{t: t, door: subject.door, laws: judged(subject.door)}
				contract.RegisterExplorer(unexplored{})
				replays(t, subject.check().Subject, scene, c.laws[0])
				contract.RegisterExplorer(c)
				if subject.check(); !c.compared {
					t.Error("the scenario is not explored")
				}
			})
		}
	}
}

// unexplored is an Explorer that explores nothing: so a door tells how it is called
// in replay files.
type unexplored struct{}

func (unexplored) Explore(contract.Plan, func(contract.Stage) []contract.Event, func(contract.Played) bool) (contract.Coverage, error) {
	return contract.Coverage{All: true}, nil
}

// replays has the door of this name explore this scenario, and no other.
func replays(t *testing.T, door, scenario, law string) {
	t.Helper()
	file, err := json.Marshal(map[string]any{
		"version": 1, "test": door, "call": 1, "law": law, "reason": "", "seed": 1, "schedule": "any", "scenario": json.RawMessage(scenario),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "replay.json")
	if err := os.WriteFile(path, file, 0o666); err != nil {
		t.Fatal(err)
	}
	setFlag(t, "contract.replay", path)
}

// setFlag sets a flag until the test has ended.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name).Value
	before := f.String()
	if err := f.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Set(before); err != nil {
			t.Error(err)
		}
	})
}

// judged are the laws of the door that bind all subjects.
func judged(door contract.Door) (ids []string) {
	for _, law := range contract.Laws() {
		if slices.Contains(law.Doors, door) && (law.Status == contract.Checked || law.Status == contract.Explored) {
			ids = append(ids, law.ID)
		}
	}
	return ids
}
