package contract

import (
	"fmt"
	"maps"
	"slices"
)

// rewrites holds the laws that compare two traces: a scenario is run as it is
// and rewritten, and both runs must show the same.
var rewrites = map[string]rewrite{
	"W18": {byRef, "waking by value shows %s for %d, waking by ref and dropping shows %s; want the same"},
	"W28": {reordered, "wakes in one order show %s for %d, in another %s; want the same"},
}

// A rewrite is a change of a scenario that must make no difference.
type rewrite struct {
	// of returns the rewritten scenario, and whether there was anything to
	// change.
	of func(Scenario) (Scenario, bool)
	// says is what is wrong if it makes a difference: to what is shown, of
	// which task.
	says string
}

// compare judges a law of rewrites.
func (c *campaign) compare(law string, sc Scenario) {
	if c.found[law] != nil {
		return
	}
	sc = calm(sc)
	other, changed := rewrites[law].of(sc)
	if !changed {
		return
	}
	events, _ := c.play(sc)
	events = slices.Clone(events)
	second, _ := c.play(other)
	if c.unknown != "" || c.found["E6"] != nil || overBudget(events) || overBudget(second) {
		return // how often it polls is not a matter of how it was woken
	}
	if c.plug.door == WakerDoor && (rescued(events) || rescued(second)) {
		return // a wake that is lost is for other laws
	}
	if len(shown(events)) > 0 {
		delete(c.lacking, law)
	}
	if b := differ(c.plug.door, rewrites[law].says, events, second); b != nil {
		c.found[law] = &finding{scenario: sc, events: events, breach: *b}
	}
}

func overBudget(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rest && Evidence(e.Arg) == Budget })
}

// byRef is sc with every wake by value of an outside thread made a wake by ref
// and a drop, and whether there was any.
func byRef(sc Scenario) (Scenario, bool) {
	changed := false
	var ops []Op
	for _, op := range sc.Ops {
		if op.Do != DoWake {
			ops = append(ops, op)
			continue
		}
		changed = true
		op.Do, op.N = DoWakeByRef, 1
		ops = append(ops, op)
		if sc.Door == WakerDoor {
			op.Do = DoDrop
			ops = append(ops, op)
		}
	}
	sc.Ops = ops
	return sc, changed
}

// reordered is sc with the wakes of each run of wakes in another order: those
// of different threads, and those by ref, which leave every handle where it is,
// change places.
func reordered(sc Scenario) (Scenario, bool) {
	isWake := func(op Op) bool { return op.Do == DoWake || op.Do == DoWakeByRef }
	ops := slices.Clone(sc.Ops)
	for from := 0; from < len(ops); from++ {
		to := from
		for to < len(ops) && isWake(ops[to]) {
			to++
		}
		wakes := ops[from:to]
		if slices.ContainsFunc(wakes, func(op Op) bool { return op.Do == DoWake }) {
			slices.SortStableFunc(wakes, func(a, b Op) int { return b.Thread - a.Thread })
		} else {
			slices.Reverse(wakes)
		}
		from = to
	}
	changed := !slices.Equal(ops, sc.Ops)
	sc.Ops = ops
	return sc, changed
}

// differ reports the first task of which the two traces show different things.
func differ(door Door, says string, a, b []Event) *breach {
	blame := blameExecutor
	if door == WakerDoor {
		blame = blameWaker
	}
	first, second := shown(a), shown(b)
	either := maps.Clone(first)
	maps.Copy(either, second)
	for _, task := range slices.Sorted(maps.Keys(either)) {
		if first[task] != second[task] {
			return &breach{at: len(a) - 1, blame: blame, reason: fmt.Sprintf(says, first[task], task, second[task])}
		}
	}
	return nil
}

// A showing is what a trace shows of one task or waker in the end.
type showing struct {
	polls, answer, wakes, live int
}

func (s showing) String() string {
	return fmt.Sprintf("%d polls, answer %d, %d wakes counted, %d handles left", s.polls, s.answer, s.wakes, s.live)
}

func shown(events []Event) map[int]showing {
	m := make(map[int]showing)
	for _, e := range events {
		s := m[e.Task]
		switch e.Kind {
		case Poll:
			s.polls++
		case Ready:
			s.answer = e.Arg
		case Wakes:
			s.wakes = e.Arg
		case Live:
			s.live = e.Arg
		case Rescue:
			return m
		default:
			continue
		}
		m[e.Task] = s
	}
	return m
}

// calm is sc without what is a matter of other laws, counts that overflow and
// injected panics, and without what makes the number of polls depend on how fast
// goroutines are: bursts of wakes by an outside thread, which the executor's
// thread may see as one or as many, and wakes of other tasks inside a poll, a
// drop or a waker, which another worker may poll before that has ended; nor is it
// closed early, which each of several workers sees when it does.
func calm(sc Scenario) Scenario {
	sc.Ops = slices.DeleteFunc(slices.Clone(sc.Ops), func(op Op) bool { return slices.Contains([]Do{DoNear, DoInject, DoClose}, op.Do) })
	for i := range sc.Ops {
		sc.Ops[i].N = min(sc.Ops[i].N, 1)
		if sc.Ops[i].Do == DoWatch {
			sc.Ops[i].N = 0
		}
		if sc.Ops[i].Do == DoUnpark {
			sc.Ops[i].For = 0 // it may come at the instant at which a park gives up
		}
	}
	scripts := slices.Clone(sc.Scripts)
	for i := range scripts {
		if scripts[i].By == "poll" && sc.Subjects > 1 {
			scripts[i].By = "op" // in a poll of the other subject, it would run beside that poll
		}
		turns := slices.Clone(scripts[i].Turns)
		for n := range turns {
			turns[n].Ops = slices.DeleteFunc(slices.Clone(turns[n].Ops), func(op Op) bool {
				return op.Task != 0 && op.Task != i+1 || op.Do == DoForget
			})
		}
		scripts[i].Turns, scripts[i].Drop = turns, nil
	}
	sc.Scripts = scripts
	return sc
}
