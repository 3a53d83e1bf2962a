package contract

import "slices"

// companyLaws are broken only by a subject that keeps its wakes alone and loses
// them in the company of another.
var companyLaws = []string{"E9", "E10"}

// keepCompany drops the findings of the company laws if the executor loses
// wakes alone as well: if a scenario of the campaign that has one subject, and
// no run inside a poll, breaks one of the laws on owed polls and returns.
func (c *campaign) keepCompany() {
	if c.found["E9"] == nil && c.found["E10"] == nil {
		return
	}
	for n := 0; n < c.count && c.unknown == ""; n++ {
		sc := c.scenario(n)
		if sc.Subjects > 1 || sc.Raced || nests(sc) {
			continue
		}
		for _, law := range [...]string{"E1", "E2", "E11"} {
			if c.breaks(law, sc, 1) != nil {
				for _, law := range companyLaws {
					delete(c.found, law)
				}
				return
			}
		}
	}
}

// comparedRuns are the laws whose breach is told from that of others by further
// runs: one trace cannot show it.
var comparedRuns = []string{"W15", "F15", "F20"}

// keepTorn drops the finding of W15 if the waker's counts are wrong for calls
// one at a time as well: then it is not the threads that disturb each other.
func (c *campaign) keepTorn() {
	for _, law := range [...]string{"W2", "W4", "W5", "W6", "W7", "W25"} {
		if f := c.found[law]; f != nil && !f.scenario.Raced {
			delete(c.found, "W15")
		}
	}
}

// keepForeign drops the finding of F15 if the future fails with wakers of every
// kind, and that of F20 if it fails when one goroutine polls it as well.
func (c *campaign) keepForeign() {
	tries := func(f *finding) int {
		if f.scenario.Raced {
			return racedTries
		}
		return 1
	}
	if f := c.found["F15"]; f != nil {
		every := true
		for kind := range anyWaker {
			sc := withPolls(f.scenario, func(op *Op) { op.With = kind })
			sc.Ops = append(sc.Ops, Op{Do: DoPoll, With: kind}) // lest the driver polls first, with another
			every = every && c.breaks("F15", sc, tries(f)) != nil
		}
		if every {
			delete(c.found, "F15")
		}
	}
	if f := c.found["F20"]; f != nil && c.breaks("F15", withPolls(f.scenario, func(op *Op) { op.Thread = 1 }), tries(f)) != nil {
		delete(c.found, "F20")
	}
}

// withPolls is sc with each poll changed.
func withPolls(sc Scenario, change func(*Op)) Scenario {
	sc.Ops = slices.Clone(sc.Ops)
	for i := range sc.Ops {
		if sc.Ops[i].Do == DoPoll || sc.Ops[i].Do == DoStale {
			change(&sc.Ops[i])
		}
	}
	return sc
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

// keepCalm drops the findings that a primitive does not pass on what a waiter
// was given that is given up (F12), and does not survive a waker's panic (F14),
// if the primitive loses wakes or values without that as well.
func (c *campaign) keepCalm() {
	if c.plug.door != PrimitiveDoor {
		return
	}
	if c.found["F12"] != nil && c.losesAlone() {
		delete(c.found, "F12")
		c.facts.Lacks["F12"] = "the primitive breaks F1 although nobody is given up; mend that first"
	}
	if c.found["F14"] == nil {
		return
	}
	if law := c.losesCalmly(); law != "" {
		delete(c.found, "F14")
		c.facts.Lacks["F14"] = "the primitive breaks " + law + " without a waker that panics; mend that first"
	}
}

// losesCalmly returns a law that the primitive breaks when wakers only wake, or "":
// one that was found to be broken, or that a scenario of the campaign breaks if its
// wakers do nothing else.
func (c *campaign) losesCalmly() string {
	for _, law := range [...]string{"F1", "F2", "F21"} {
		if c.found[law] != nil {
			return law
		}
	}
	for n := 0; n < c.count && c.unknown == ""; n++ {
		sc := c.scenario(n)
		sc.Faults = nil
		if sc.Raced {
			continue
		}
		for _, law := range [...]string{"F1", "F12"} {
			if c.breaks(law, sc, 1) != nil {
				return law
			}
		}
	}
	return ""
}

// losesAlone reports whether a scenario of the campaign in which nobody is given
// up breaks F1.
func (c *campaign) losesAlone() bool {
	for n := 0; n < c.count && c.unknown == ""; n++ {
		sc := c.scenario(n)
		gives := slices.ContainsFunc(sc.Ops, func(op Op) bool { return op.Do == DoDrop })
		if !gives && !sc.Raced && len(sc.Faults) == 0 && c.breaks("F1", sc, 1) != nil {
			return true
		}
	}
	return false
}
