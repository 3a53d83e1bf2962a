package contract

import "slices"

// companyLaws are broken only if a subject keeps its wakes alone and loses them
// in the company of another.
var companyLaws = []string{"E9", "E10"}

// keepCompany drops the findings of the company laws whose scenario breaks its
// executor alone as well: that is an owed wake like any other. It then looks for
// a scenario of the campaign that needs the company.
func (c *campaign) keepCompany() {
	for _, law := range companyLaws {
		f := c.found[law]
		if f == nil || !c.breaksAlone(f.scenario) {
			continue
		}
		delete(c.found, law)
		for n := 0; n < min(c.count, 8*batch) && c.found[law] == nil && c.unknown == ""; n++ {
			sc := c.scenario(n)
			if sc.Subjects < 2 && !nests(sc) {
				continue
			}
			if f := c.breaks(law, sc, 1); f != nil && !c.breaksAlone(sc) {
				c.found[law] = f
			}
		}
	}
}

// breaksAlone reports whether an executor of sc by itself loses a wake or a
// spawn, or never returns.
func (c *campaign) breaksAlone(sc Scenario) bool {
	for _, solo := range alone(sc) {
		for _, law := range [...]string{"E1", "E2", "E11"} {
			if c.breaks(law, solo, 1) != nil {
				return true
			}
		}
	}
	return false
}

func nests(sc Scenario) bool {
	for _, s := range sc.Scripts {
		for _, t := range s.Turns {
			if slices.ContainsFunc(t.Ops, func(op Op) bool { return op.Do == DoNest }) {
				return true
			}
		}
	}
	return false
}

// alone returns what each subject of sc does, without the others: the tasks
// that it has, without nested runs, and for those a run of their own.
func alone(sc Scenario) []Scenario {
	var solos []Scenario
	for subject := range sc.Subjects {
		solo := Scenario{Version: sc.Version, Door: sc.Door, Subjects: 1}
		tasks := map[int]int{} // in sc → in solo
		for i, s := range sc.Scripts {
			if i%sc.Subjects == subject {
				solo.Scripts = append(solo.Scripts, s)
				tasks[i+1] = len(solo.Scripts)
			}
		}
		if len(solo.Scripts) == 0 {
			continue
		}
		for i, s := range solo.Scripts {
			if i == 0 {
				s.By = ""
			}
			s.Turns = slices.Clone(s.Turns)
			for n := range s.Turns {
				s.Turns[n].Ops = keepTasks(s.Turns[n].Ops, tasks)
			}
			solo.Scripts[i] = s
		}
		solo.Ops = keepTasks(sc.Ops, tasks)
		solos = append(solos, solo)
	}
	if nests(sc) {
		solos = append(solos, Scenario{Version: sc.Version, Door: sc.Door, Subjects: 1, Scripts: []Script{{Turns: []Turn{{}}}},
			Ops: []Op{{Do: DoWake, Thread: 1, Task: 1}}})
	}
	return solos
}

// keepTasks returns the operations on the given tasks, renumbered.
func keepTasks(ops []Op, tasks map[int]int) []Op {
	var kept []Op
	for _, op := range ops {
		task, ok := tasks[op.Task]
		if op.Do == DoNest || op.Task != 0 && !ok {
			continue
		}
		op.Task = task
		kept = append(kept, op)
	}
	return kept
}
