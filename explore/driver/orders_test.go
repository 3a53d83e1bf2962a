package driver_test

import (
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

// shown is what an execution shows.
func shown(s *contract.Scene) string {
	byTask := map[int]*strings.Builder{}
	for _, e := range s.Trace() {
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
	text := fmt.Sprint(s.Violated())
	for _, task := range slices.Sorted(maps.Keys(byTask)) {
		text += fmt.Sprintf("\n%d:%s", task, byTask[task])
	}
	return text
}

// play returns what the executions of an algorithm show, and how many there were:
// most at most. It reports whether no schedule is left.
func play(t *testing.T, s *contract.Scene, a engine.Algorithm, most int) (all map[string]string, n int, whole bool) {
	t.Helper()
	all = map[string]string{}
	r, err := engine.Explore(engine.Program{
		Body:      func(e *engine.Engine) { s.Play(driver.StageOf(e)) },
		Algorithm: a,
		Seed:      1,
		Limits:    engine.Limits{Executions: most},
		Until: func(end engine.End) bool {
			if text := shown(s); all[text] == "" {
				all[text] = end.Schedule()
			}
			return false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, r.Executions, r.Spent
}

// mostOther is how many executions of another algorithm are tried.
const mostOther = 1500

func TestNoOrderIsLeftOut(t *testing.T) {
	for _, subject := range []struct {
		name   string
		mk     any
		scenes []int // of seed 1: those that the reduction exhausts soon, and that show several orders
	}{
		{"parker", func(tb testing.TB) contract.ParkerSubject { return newParker("").subject(tb) }, []int{0, 2, 5, 10, 12}},
		{"event", func(tb testing.TB) contract.FutureSubject[int] { return (&event{}).subject(tb) }, []int{3, 9, 10}},
		{"pool", func(tb testing.TB) contract.Executor { return newPoolOf(1, "").subject(tb) }, []int{14, 92}},
		{"both", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] { return newBoth(fs) }, []int{2, 10, 12}},
		{"semaphore", func(testing.TB) contract.Primitive { return newSemaphore().subject() }, []int{1, 4, 7}},
	} {
		t.Run(subject.name, func(t *testing.T) {
			drawn, err := contract.NewScenes(subject.mk)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range subject.scenes {
				s := drawn.Draw(1, n)
				source, executions, whole := play(t, s, engine.Source, 20*mostOther)
				if !whole || len(source) == 1 {
					t.Errorf("scenario %d: %d executions show %d orders, all of them: %t; want several, and all", n, executions, len(source), whole)
				}
				for _, a := range []engine.Algorithm{engine.Naive, engine.Random, engine.PCT} {
					other, _, _ := play(t, s, a, mostOther)
					for text, schedule := range other {
						if source[text] == "" {
							t.Fatalf("scenario %d: only the schedule %s shows\n%s", n, schedule, text)
						}
					}
				}
			}
		})
	}
}
