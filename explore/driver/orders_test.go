package driver_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/driver"
	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/futures"
)

// What the drivers of package contract keep themselves is shared by the threads, and
// each look at it that matters must be announced. Where an announcement is missing
// the reduction leaves orders out. So whatever a schedule shows that another algorithm
// tries, the reduction must show when it has tried all it has to: which laws are
// broken together, and in which orders that happens to all tasks which a law can
// tell apart.

// ordered are the kinds of events whose order, for one task, laws depend on. What
// they say of handles and lanes are names, and no law depends on them.
var ordered = []contract.Kind{
	contract.Poll, contract.Pending, contract.Ready, contract.Panicked, contract.Wake, contract.WakeByRef,
	contract.Cancel, contract.FutureDrop, contract.Fire, contract.Park, contract.Unpark, contract.Start, contract.Call, contract.Block,
	contract.Unseen,
}

// shown is what the trace of an execution shows.
func shown(laws []string, trace []contract.Event) string {
	byTask := map[int]*strings.Builder{}
	for _, e := range trace {
		returns := e.Kind == contract.Return && e.Task == 0 // of parkers and of Fire
		if !returns && !slices.Contains(ordered, e.Kind) {
			continue
		}
		b := byTask[e.Task]
		if b == nil {
			b = new(strings.Builder)
			byTask[e.Task] = b
		}
		fmt.Fprintf(b, " %s/%d/%s", e.Kind, max(e.Thread, -1), e.Note)
		if e.Kind != contract.Poll { // there it is the kind of waker
			fmt.Fprintf(b, "/%d", e.Arg)
		}
	}
	var text strings.Builder
	for _, r := range contract.Judge(slices.Values(trace), laws...) {
		if r.Verdict == contract.Violated {
			text.WriteString(r.Law + " ")
		}
	}
	for _, task := range slices.Sorted(maps.Keys(byTask)) {
		fmt.Fprintf(&text, "\n%d:%s", task, byTask[task])
	}
	return text.String()
}

// A comparison is an Explorer that has some scenarios of a campaign explored by one
// algorithm after the other.
type comparison struct {
	t      *testing.T
	scenes []int
	laws   []string // of the door
	next   int      // the scenario that comes next
}

// mostOther is how many executions of another algorithm are tried.
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
		other, _, _ := c.play(play, a, mostOther)
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
			if text := shown(c.laws, trace); all[text] == "" {
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
	seed := flag.Lookup("rapid.seed").Value
	before := seed.String()
	if err := seed.Set("1"); err != nil {
		t.Fatal(err)
	}
	defer contract.RegisterExplorer(driver.Explorer{})
	defer seed.Set(before)
	for _, subject := range []struct {
		door   contract.Door
		check  func()
		scenes []int // of seed 1: those that the reduction exhausts soon, and that show several orders
	}{
		{contract.ParkerDoor, func() { checkParker("") }, []int{0, 2, 5, 10, 12}},
		{contract.FutureDoor, func() { checkEvent("") }, []int{3, 9, 10}},
		{contract.ExecutorDoor, func() {
			contract.CheckExecutor(func(tb testing.TB) contract.Executor { return newPoolOf(1, "").subject(tb) })
		}, []int{14, 92}},
		{contract.CombinatorDoor, func() {
			contract.CheckCombinator(func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] { return newBoth(fs) })
		}, []int{2, 10, 12}},
		{contract.PrimitiveDoor, func() {
			contract.CheckPrimitive(func(testing.TB) contract.Primitive { return newSemaphore().subject() })
		}, []int{1, 4, 7}},
	} {
		t.Run(string(subject.door), func(t *testing.T) {
			c := &comparison{t: t, scenes: subject.scenes, laws: judged(subject.door)}
			contract.RegisterExplorer(c)
			if subject.check(); c.next <= slices.Max(subject.scenes) {
				t.Errorf("the campaign ended after %d scenarios; want %d compared", c.next, subject.scenes)
			}
		})
	}
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
