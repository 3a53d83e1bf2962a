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

// Of each subject so many scenarios are looked at which the reduction can exhaust.
const (
	scenes    = 6
	mostWhole = 4_000
	mostOther = 1_500 // of each other algorithm
)

func TestNoOrderIsLeftOut(t *testing.T) {
	for _, subject := range []struct {
		name string
		mk   any
	}{
		{"parker", func(tb testing.TB) contract.ParkerSubject { return newParker("").subject(tb) }},
		{"event", func(tb testing.TB) contract.FutureSubject[int] { return (&event{}).subject(tb) }},
		{"pool", func(tb testing.TB) contract.Executor { return newPoolOf(1, "").subject(tb) }},
		{"both", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] { return newBoth(fs) }},
		{"semaphore", func(testing.TB) contract.Primitive { return newSemaphore().subject() }},
	} {
		t.Run(subject.name, func(t *testing.T) {
			drawn, err := contract.NewScenes(subject.mk)
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for n := 0; compared < scenes && n < 20*scenes; n++ {
				s := drawn.Draw(1, n)
				source, reduced, whole := play(t, s, engine.Source, mostWhole)
				if !whole || len(source) == 1 {
					continue
				}
				compared++
				for _, a := range []engine.Algorithm{engine.Naive, engine.Random, engine.PCT} {
					other, executions, _ := play(t, s, a, mostOther)
					t.Logf("scenario %d: %d executions show %d, %d by %s show %d", n, reduced, len(source), executions, a, len(other))
					for text, schedule := range other {
						if source[text] == "" {
							t.Fatalf("only the schedule %s shows\n%s", schedule, text)
						}
					}
				}
			}
			if compared < scenes {
				t.Errorf("%d scenarios were compared; want %d", compared, scenes)
			}
		})
	}
}
