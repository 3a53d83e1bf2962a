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
	if c.found["F12"] != nil && c.losesAlone() {
		delete(c.found, "F12")
		c.facts.Lacks["F12"] = "the primitive breaks F1 although nobody is given up; mend that first"
	}
	if c.found["F14"] == nil {
		return
	}
	for _, law := range [...]string{"F1", "F2", "F21"} {
		if c.found[law] != nil {
			delete(c.found, "F14")
			c.facts.Lacks["F14"] = "the primitive breaks " + law + " without a waker that panics; mend that first"
			return
		}
	}
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
