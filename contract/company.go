package contract

import (
	"slices"
	"time"
)

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

// alone returns what each subject of sc does, without the others: its tasks
// with all the wakes that they get, from wherever they come in sc; and for runs
// inside a poll a run of their own.
func alone(sc Scenario) []Scenario {
	var solos []Scenario
	for subject := range sc.Subjects {
		solo := Scenario{Version: sc.Version, Door: sc.Door, Subjects: 1}
		tasks := map[int]int{} // in sc → in solo
		for i := range sc.Scripts {
			if i%sc.Subjects == subject {
				solo.Scripts = append(solo.Scripts, Script{By: sc.Scripts[i].By})
				tasks[i+1] = len(solo.Scripts)
			}
		}
		if len(solo.Scripts) == 0 {
			continue
		}
		solo.Scripts[0].By = ""
		for i, s := range sc.Scripts {
			for _, turn := range s.Turns {
				own := solo.add(tasks, i+1, turn.Ops)
				if task, ok := tasks[i+1]; ok {
					script := &solo.Scripts[task-1]
					script.Turns = append(script.Turns, Turn{Ops: own})
				}
			}
		}
		solo.Ops = append(solo.Ops, renumber(tasks, sc.Ops)...)
		solos = append(solos, solo)
	}
	if nests(sc) {
		solos = append(solos, Scenario{Version: sc.Version, Door: sc.Door, Subjects: 1, Scripts: []Script{{Turns: []Turn{{}}}},
			Ops: []Op{{Do: DoWake, Thread: 1, Task: 1}}})
	}
	return solos
}

// add returns what is left of the operations in a turn of a task when its
// subject is alone. In the place of a run inside the poll it is held open, and
// the wake that the task gets meanwhile comes from an outside thread, as do the
// wakes that it gets from tasks of other subjects.
func (solo *Scenario) add(tasks map[int]int, task int, ops []Op) []Op {
	var own []Op
	for _, op := range ops {
		switch {
		case op.Do == DoNest:
			own = append(own, Op{Do: DoLinger, For: time.Millisecond})
			if task, ok := tasks[task]; ok {
				solo.Ops = append(solo.Ops, Op{Do: DoWakeByRef, Thread: 1, Task: task, N: 1})
			}
		case op.Task == 0:
			own = append(own, op)
		case tasks[task] == 0:
			for _, op := range renumber(tasks, []Op{op}) {
				op.Thread = 1
				solo.Ops = append(solo.Ops, op)
			}
		default:
			own = append(own, renumber(tasks, []Op{op})...)
		}
	}
	return own
}

// renumber returns the operations on the given tasks, by their new numbers.
func renumber(tasks map[int]int, ops []Op) []Op {
	var kept []Op
	for _, op := range ops {
		task, ok := tasks[op.Task]
		if op.Task == 0 || ok {
			op.Task = task
			kept = append(kept, op)
		}
	}
	return kept
}
