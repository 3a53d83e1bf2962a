package driver_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
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

// A comparison is an Explorer that has some scenarios of a campaign explored by one
// algorithm after the other.
type comparison struct {
	t      *testing.T
	door   contract.Door
	scenes []int
	laws   []string // of the door
	next   int      // the scenario that comes next
}

// mostOther is how many executions of another algorithm are tried, without the race
// detector.
const mostOther = 1500

func (c *comparison) Explore(_ contract.Plan, play func(contract.Stage) []contract.Event, _ func(contract.Played) bool) (contract.Coverage, error) {
	n := c.next
	c.next++
	if !slices.Contains(c.scenes, n) {
		return contract.Coverage{All: true}, nil
	}
	source, executions, whole := c.play(play, engine.Source, 20*mostOther)
	if !whole || len(source) == 1 {
		c.t.Errorf("scenario %d: %d executions show %d orders, all of them: %t; want several, and all", n, executions, len(source), whole)
	}
	for _, a := range []engine.Algorithm{engine.Naive, engine.Random, engine.PCT} {
		other, _, _ := c.play(play, a, enginetest.Programs(mostOther))
		for text, schedule := range other {
			if source[text] == "" {
				c.t.Errorf("scenario %d: only the schedule %s shows\n%s", n, schedule, text)
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

func TestNoOrderIsLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short a campaign has a fifth of its scenarios, and some of those to be compared are not among them")
	}
	setFlag(t, "rapid.seed", "1")
	defer contract.RegisterExplorer(driver.Explorer{})
	executor := func(mk func(testing.TB) contract.Executor) func() { return func() { contract.CheckExecutor(mk) } }
	combinator := func(mk func([]futures.Future[int]) futures.Future[[]int]) func() {
		return func() {
			contract.CheckCombinator(func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] { return mk(fs) })
		}
	}
	for _, subject := range []struct {
		name   string
		door   contract.Door
		check  func()
		scenes []int // of seed 1: those that the reduction exhausts soon, and that show several orders
	}{
		{"parker", contract.ParkerDoor, func() { checkParker("") }, []int{0, 2, 5, 10, 12}},
		{"event", contract.FutureDoor, func() { checkEvent("") }, []int{5, 9, 10}},
		{"dropper", contract.FutureDoor, func() {
			contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] { return new(dropper).subject() })
		}, []int{5, 10}},
		{"pool", contract.ExecutorDoor, executor(func(tb testing.TB) contract.Executor { return newPoolOf(1, "").subject(tb) }), []int{14, 92}},
		{"idle", contract.ExecutorDoor, executor(idlePool), []int{4}},
		{"inline", contract.ExecutorDoor, executor(inlinePool), []int{35, 43, 72}},
		{"loop", contract.ExecutorDoor, executor(func(testing.TB) contract.Executor { return newLoop().subject() }), []int{22, 34}},
		{"both", contract.CombinatorDoor, combinator(func(fs []futures.Future[int]) futures.Future[[]int] { return newBoth(fs) }), []int{2, 48}},
		{"each", contract.CombinatorDoor, combinator(func(fs []futures.Future[int]) futures.Future[[]int] { return newEach(fs) }), []int{2, 48}},
		{"semaphore", contract.PrimitiveDoor, func() {
			contract.CheckPrimitive(func(testing.TB) contract.Primitive { return newSemaphore().subject() })
		}, []int{1, 16, 36, 43}},
		{"at once", contract.PrimitiveDoor, func() { contract.CheckPrimitive(atOnce) }, []int{3, 6, 7}},
		{"hooked", contract.WakerDoor, func() { contract.CheckWaker(newHooked) }, []int{197, 435}},
	} {
		t.Run(subject.name, func(t *testing.T) {
			scenes := subject.scenes[:max(1, enginetest.Programs(len(subject.scenes)))]
			c := &comparison{t: t, door: subject.door, scenes: scenes, laws: judged(subject.door)}
			contract.RegisterExplorer(c)
			if subject.check(); c.next <= slices.Max(scenes) {
				t.Errorf("the campaign ended after %d scenarios; want %d compared", c.next, scenes)
			}
		})
	}
}

// A task that is dropped may spawn another one just when the Run of the executor ends:
// in each order of the two.
func TestASpawnAndTheEndOfARunHaveAnOrder(t *testing.T) {
	const file = `{"version": 1, "test": "TestASpawnAndTheEndOfARunHaveAnOrder", "call": 1, "law": "E8", "reason": "", "seed": 1, "schedule": "any",
		"scenario": {"version": 1, "door": "executor", "subjects": 1,
			"scripts": [{"turns": [{}], "drop": [{"do": "spawn", "task": 2}]}, {"by": "op"}],
			"ops": [{"do": "cancel", "thread": 1, "task": 1}]}}`
	path := filepath.Join(t.TempDir(), "replay.json")
	if err := os.WriteFile(path, []byte(file), 0o666); err != nil {
		t.Fatal(err)
	}
	setFlag(t, "contract.replay", path)
	c := &comparison{t: t, door: contract.ExecutorDoor, scenes: []int{0}, laws: judged(contract.ExecutorDoor)}
	contract.RegisterExplorer(c)
	defer contract.RegisterExplorer(driver.Explorer{})
	contract.TestExecutor(t, func(testing.TB) contract.Executor { return hastyLoop{newLoop()}.subject() })
	if c.next != 1 {
		t.Errorf("%d scenarios are compared; want the one of the file", c.next)
	}
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
