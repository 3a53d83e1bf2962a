package contract

import (
	"fmt"
	"slices"
	"testing"
)

// How a campaign explores: each scenario is played on a Stage under every
// schedule, or under as many as its bounds allow.

// schedulesPerScenario is how many schedules, on average, are enough of a campaign's
// scenarios.
const schedulesPerScenario = 50

// mostInAll is how many schedules, of all scenarios, are enough of the campaign.
func (c *campaign) mostInAll() int { return c.options.checks * schedulesPerScenario }

// Bounds of one scenario, in executions.
const (
	mostSchedules = 400 // of an exhaustive search; beyond it the search is bounded
	mostBounded   = 150 // with at most two preemptions
	mostByChance  = 50  // by chance
)

// explores reports whether the campaign explores: the drivers of what only polls
// need goroutines.
func (c *campaign) explores() bool { return explorer != nil && !c.facts.Busy }

// exploreAll runs the campaign's scenarios under their schedules.
func (c *campaign) exploreAll() {
	for n := range c.options.checks {
		if c.unknown != "" || c.schedules >= c.mostInAll() {
			return
		}
		if c.before != nil {
			c.before(n)
		}
		sc := c.explorable(n)
		c.count = n + 1
		by := plans
		if n < smallest {
			by = c.firstPlans
		}
		if !c.explore(sc, by, c.judgePlayed) {
			c.cut++
		}
	}
}

// judgePlayed judges an execution. It is enough of its scenario if it shows
// something new.
func (c *campaign) judgePlayed(sc Scenario, p Played, events []Event, faults []string) (enough bool) {
	c.schedules++
	before := len(c.found)
	c.judge(sc, events, faults)
	for _, f := range c.found {
		if f.schedule == "" {
			f.schedule, f.preemptions = p.Schedule(), p.Preemptions
		}
	}
	if f := c.faulty; f != nil && f.schedule == "" {
		f.schedule, f.preemptions = p.Schedule(), p.Preemptions
	}
	return len(c.found) > before || len(faults) > 0
}

// explorable is scenario n as it is explored: with the operations of its threads
// released together, so that their order is the explorer's choice.
func (c *campaign) explorable(n int) Scenario {
	if n == 0 && c.plug.door == ExecutorDoor {
		return c.released(meeting)
	}
	return c.released(c.small(c.scenario(n), n))
}

// released is sc with the operations of its threads released together, if the
// subject can take that.
func (c *campaign) released(sc Scenario) Scenario {
	sc.Raced = true
	if !c.facts.fits(sc) {
		sc.Raced = false
	}
	return sc
}

// meeting is the first scenario of an executor: two threads wake a task, so that
// wakes meet its polls, and each other, wherever they can.
var meeting = Scenario{
	Version: scenarioVersion, Door: ExecutorDoor, Subjects: 1,
	Scripts: []Script{{Turns: []Turn{{}, {}}}},
	Ops:     []Op{{Do: DoWake, Thread: 1, Task: 1}, {Do: DoWakeByRef, Thread: 2, Task: 1, N: 1}},
}

// How large a scenario is that is explored. The number of its schedules grows
// exponentially, and the mistakes of concurrent programs show in small ones.
const (
	smallOps   = 4
	smallTasks = 2
	smallTurns = 2
	smallSpins = 3
	smallest   = 6 // so many scenarios are smaller
)

// small cuts scenario n down to a size that can be explored. The first are so small
// that all of their schedules can be tried even of a subject with many steps.
func (c *campaign) small(sc Scenario, n int) Scenario {
	tasks, turns, ops := smallTasks, smallTurns, smallOps
	if n < smallest && c.plug.door == ExecutorDoor {
		tasks, turns, ops = 1, min(n, 1), min(n, 2)
	}
	sc.Ops = slices.DeleteFunc(slices.Clone(sc.Ops[:min(len(sc.Ops), ops)]), unexplored)
	sc.Faults = nil // what wakers do besides needs no schedule, and goroutines to be seen
	sc.Scripts = slices.Clone(sc.Scripts)
	for len(sc.Scripts) > tasks {
		if c.plug.door == CombinatorDoor {
			sc.removeTask(tasks - 1) // the last may be a child that comes late
		} else {
			sc.removeTask(len(sc.Scripts) - 1)
		}
	}
	for i := range sc.Scripts {
		s := &sc.Scripts[i]
		s.Turns = slices.Clone(s.Turns[:min(len(s.Turns), turns)])
		for t := range s.Turns {
			s.Turns[t].Ops = slices.DeleteFunc(slices.Clone(s.Turns[t].Ops), unexplored)
			for o := range s.Turns[t].Ops {
				if op := &s.Turns[t].Ops[o]; op.Do == DoSpin {
					op.N = min(op.N, smallSpins)
				}
			}
		}
	}
	return sc
}

// unexplored reports whether op shows nothing on a Stage: what depends on time or
// on the garbage collector, or needs goroutines.
func unexplored(op Op) bool {
	switch op.Do {
	case DoAdvance, DoLoop, DoElsewhere, DoExit, DoCollect:
		return true
	}
	return ofSleeper(op.Do)
}

// plans are tried one after the other, until one leaves no schedule out.
func plans(seed uint64) []Plan { return plansOf(mostSchedules, mostByChance, seed) }

// firstPlans are those of the smallest scenarios, each of which may have a good part
// of all schedules.
func (c *campaign) firstPlans(seed uint64) []Plan {
	return plansOf(max(c.mostInAll()/10, 1), max(c.mostInAll()/33, 1), seed)
}

// plansOf searches by chance in two ways: a walk soon shows what many changes of threads
// may lead to, PCT what needs few of them, at certain places.
func plansOf(most, byChance int, seed uint64) []Plan {
	return []Plan{
		{Executions: most},
		{Executions: mostBounded, Preemptions: 2},
		{Executions: (byChance + 1) / 2, Seed: seed | 1, Walk: true},
		{Executions: (byChance + 1) / 2, Seed: seed | 1},
	}
}

// explore plays sc under the schedules of the plans, and calls ended with each
// trace, which is valid until it returns, until that says that it is enough. It
// reports whether no schedule was left out.
func (c *campaign) explore(sc Scenario, plans func(seed uint64) []Plan, ended func(Scenario, Played, []Event, []string) (enough bool)) (all bool) {
	var r *run
	var events []Event
	play := func(stage Stage) []Event {
		r, events = c.newStaged(&sc, stage), nil
		c.plug.play(r)
		events = r.close() // what comes after is of a run that is given up
		return events
	}
	stop := false
	for i, plan := range plans(c.options.seed) {
		x, err := explorer.Explore(plan, play, func(p Played) bool {
			if events == nil {
				events = r.close()
			}
			faults := r.tb.takeFaults()
			if p.Fault != "" && !rescued(events) {
				faults = append(faults, p.Fault)
			}
			stop = ended(sc, p, events, faults)
			return stop
		})
		switch {
		case err != nil:
			c.unknown = fmt.Sprintf("it cannot be explored: %v", err)
			return false
		case x.TooLarge != "":
			c.tooLarge = x.TooLarge
			return false
		case stop || x.All:
			return x.All && i == 0
		}
	}
	return false
}

// newStaged is newRun on a Stage.
func (c *campaign) newStaged(sc *Scenario, stage Stage) *run {
	r := c.newRun(sc, nil, &threads{stage: stage})
	r.stage, r.opaque = stage, false // a model is in sight
	r.tb.TB, r.tb.over = new(testing.T), stage.Over
	return r
}

// breaksUnder explores sc and returns the first finding of the law.
func (c *campaign) breaksUnder(law string, sc Scenario, plans func(seed uint64) []Plan) (f *finding) {
	defer c.keepUnknown()()
	c.explore(sc, plans, func(sc Scenario, p Played, events []Event, faults []string) bool {
		c.history.reset(events)
		if b := c.broken(law, faults); b != nil {
			f = &finding{scenario: sc, events: slices.Clone(events), breach: *b, schedule: p.Schedule(), preemptions: p.Preemptions}
		}
		return f != nil
	})
	return f
}

// fewest looks for the schedule with the fewest preemptions that breaks the law
// in the scenario of f.
func (c *campaign) fewest(law string, f *finding) *finding {
	for k := range f.preemptions {
		plan := Plan{Executions: mostSchedules, Preemptions: k}
		if k == 0 {
			plan.Preemptions = -1
		}
		if g := c.breaksUnder(law, f.scenario, func(uint64) []Plan { return []Plan{plan} }); g != nil {
			f = g
			break
		}
	}
	f.tries = fmt.Sprintf("under the schedule %s, preemptions: %d", f.schedule, f.preemptions)
	return f
}

// coverage says how far the schedules of the scenarios were explored.
func (c *campaign) coverage() string {
	text := fmt.Sprintf("%d scenarios under %d schedules", c.count, c.schedules)
	if c.cut == 0 {
		return text + ", which stand for all"
	}
	text = fmt.Sprintf("%s; %d of the scenarios have more, of which only some were tried: first by the reduction, then with at most 2 preemptions, then by chance",
		text, c.cut)
	if c.tooLarge != "" {
		text += "; not all could be explored to this end: " + c.tooLarge
	}
	return text
}
