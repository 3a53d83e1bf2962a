package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// shrinkRuns and shrinkTime bound the search for a smaller scenario of one law.
const (
	shrinkRuns = 2000
	shrinkTime = 3 * time.Second
)

// racedTries is how often a raced scenario is run to see whether it breaks its
// law.
const racedTries = 20

// shrinkAll makes the scenario of every finding as small as it can.
func (c *campaign) shrinkAll() {
	c.keepCompany()
	c.keepTorn()
	c.keepForeign()
	c.keepCalm()
	var done []*finding
	for _, law := range c.laws {
		f := c.found[law]
		if f == nil {
			continue
		}
		for _, smaller := range done { // what is small already may serve for this law too
			if smaller.scenario.Raced && !f.scenario.Raced {
				continue
			}
			if slices.Contains(companyLaws, law) {
				break
			}
			if g := c.breaks(law, smaller.scenario, 1); g != nil {
				f = g
				break
			}
		}
		c.found[law] = c.shrink(law, f)
		done = append(done, c.found[law])
	}
	c.shrinkFault()
}

// shrinkFault makes the scenario that showed the first fault of the plug smaller, if
// that is soon shown: of the other faults many are only known when time has passed.
func (c *campaign) shrinkFault() {
	if c.faulty == nil {
		return
	}
	first := c.faulty.breach.reason
	soon := slices.ContainsFunc([]string{"panicked", " answered ", "Run returned "}, func(s string) bool { return strings.Contains(first, s) })
	if !soon && !c.explores() {
		return
	}
	c.faulty = c.shrink(plugFault, c.faulty)
	if i := slices.Index(c.faults, first); i >= 0 {
		c.faults[i] = c.faulty.breach.reason
	}
}

// broken returns how the run in c.history, with these faults, breaks the law, or nil.
// It breaks plugFault if it shows a fault like that of c.faulty.
func (c *campaign) broken(law string, faults []string) *breach {
	if law != plugFault {
		return monitors[law](&c.history)
	}
	kind, _, _ := strings.Cut(c.faulty.breach.reason, ":")
	for _, fault := range faults {
		if strings.HasPrefix(fault, kind) {
			return &breach{at: -1, reason: fault}
		}
	}
	return nil
}

// shrink returns a finding of the same law whose scenario loses the law if any
// single operation, turn or task is taken out of it, as far as the bounds
// allow.
func (c *campaign) shrink(law string, f *finding) *finding {
	runs, start := 0, time.Now()
	for {
		smaller := (*finding)(nil)
		for _, sc := range reductions(f.scenario) {
			if runs++; runs > shrinkRuns || time.Since(start) > shrinkTime || c.unknown != "" {
				return c.reproduce(law, f)
			}
			if !c.facts.fits(sc) {
				continue
			}
			tries := 1
			if sc.Raced {
				tries = racedTries / 2
			}
			smaller = c.breaks(law, sc, tries)
			if smaller != nil && slices.Contains(companyLaws, law) && sc.Subjects < 2 && !nests(sc) {
				smaller = nil
			}
			if smaller != nil {
				break
			}
		}
		if smaller == nil {
			return c.reproduce(law, f)
		}
		f = smaller
	}
}

// reproduce counts how often a raced finding shows again.
func (c *campaign) reproduce(law string, f *finding) *finding {
	if c.explores() {
		return c.fewest(law, f)
	}
	if !f.scenario.Raced || c.unknown != "" {
		return f
	}
	m := 0
	for range racedTries {
		if c.breaks(law, f.scenario, 1) != nil {
			m++
		}
	}
	f.tries = fmt.Sprintf("reproduced %d of %d", m, racedTries)
	return f
}

// breaks runs sc up to so many times, and returns the finding if one of the
// runs breaks the law.
func (c *campaign) breaks(law string, sc Scenario, tries int) *finding {
	if c.explores() {
		return c.breaksUnder(law, sc, plans)
	}
	defer c.keepUnknown()()
	for range tries {
		events, faults := c.play(sc)
		if c.unknown != "" {
			return nil
		}
		c.history.reset(events)
		if b := c.broken(law, faults); b != nil {
			return &finding{scenario: sc, events: slices.Clone(events), breach: *b}
		}
	}
	return nil
}

// keepUnknown sets c.unknown aside, and returns what puts it back: whether more runs
// can be decided says nothing about those that the verdicts are about.
func (c *campaign) keepUnknown() (restore func()) {
	why := c.unknown
	c.unknown = ""
	return func() { c.unknown = why }
}

// reductions returns the scenarios that are one step smaller than sc, the
// largest steps first.
func reductions(sc Scenario) []Scenario {
	var out []Scenario
	add := func(change func(*Scenario)) {
		smaller := sc
		smaller.Ops = slices.Clone(sc.Ops)
		smaller.Scripts = make([]Script, len(sc.Scripts))
		for i, s := range sc.Scripts {
			smaller.Scripts[i] = Script{By: s.By, Drop: slices.Clone(s.Drop)}
			for _, t := range s.Turns {
				smaller.Scripts[i].Turns = append(smaller.Scripts[i].Turns, Turn{Ops: slices.Clone(t.Ops)})
			}
		}
		change(&smaller)
		out = append(out, smaller)
	}
	if sc.Raced {
		add(func(s *Scenario) { s.Raced = false })
	}
	if sc.Subjects > 1 {
		add(func(s *Scenario) { s.Subjects = 1 })
	}
	if n := len(sc.Ops); n > 2 {
		add(func(s *Scenario) { s.Ops = s.Ops[:n/2] })
		add(func(s *Scenario) { s.Ops = s.Ops[n/2:] })
	}
	least := 1
	if sc.Door == CombinatorDoor {
		least = 0
	}
	out = append(out, withoutFaults(sc)...)
	for n := len(sc.Scripts) - 1; n >= least; n-- {
		add(func(s *Scenario) { s.removeTask(n) })
		add(func(s *Scenario) { // what was done in turn to each task is done once less
			s.removeTask(n)
			s.Ops = s.Ops[:max(len(s.Ops)-1, 0)]
		})
	}
	for n := range sc.Ops {
		add(func(s *Scenario) { s.Ops = slices.Delete(s.Ops, n, n+1) })
	}
	for i, script := range sc.Scripts {
		if script.By != "" {
			add(func(s *Scenario) { s.Scripts[i].By = "" })
		}
		for n := range script.Drop {
			add(func(s *Scenario) { d := &s.Scripts[i].Drop; *d = slices.Delete(*d, n, n+1) })
		}
		for n, turn := range script.Turns {
			add(func(s *Scenario) { s.Scripts[i].Turns = slices.Delete(s.Scripts[i].Turns, n, n+1) })
			for m := range turn.Ops {
				add(func(s *Scenario) { t := &s.Scripts[i].Turns[n]; t.Ops = slices.Delete(t.Ops, m, m+1) })
				for _, simple := range simpler(turn.Ops[m]) {
					add(func(s *Scenario) { s.Scripts[i].Turns[n].Ops[m] = simple })
				}
			}
		}
	}
	for n, op := range sc.Ops {
		for _, simple := range simpler(op) {
			add(func(s *Scenario) { s.Ops[n] = simple })
		}
	}
	return out
}

// removeTask takes out script n; operations on its task, and what they mean by
// the tasks after it, follow.
func (s *Scenario) removeTask(n int) {
	s.Scripts = slices.Delete(s.Scripts, n, n+1)
	without := func(ops []Op) []Op {
		ops = slices.DeleteFunc(ops, func(op Op) bool { return op.Task == n+1 })
		for i := range ops {
			if ops[i].Task > n+1 {
				ops[i].Task--
			}
			if again := &ops[i].N; ops[i].Do == DoWatch && *again == n+1 {
				*again = 0
			} else if ops[i].Do == DoWatch && *again > n+1 {
				*again--
			}
		}
		return ops
	}
	s.Ops = without(s.Ops)
	for i := range s.Scripts {
		s.Scripts[i].Drop = without(s.Scripts[i].Drop)
		for t := range s.Scripts[i].Turns {
			s.Scripts[i].Turns[t].Ops = without(s.Scripts[i].Turns[t].Ops)
		}
	}
}

// simpler returns simpler forms of op.
func simpler(op Op) []Op {
	var out []Op
	with := func(change func(*Op)) { o := op; change(&o); out = append(out, o) }
	if op.N > 1 {
		with(func(o *Op) { o.N = 1 })
		with(func(o *Op) { o.N-- })
	}
	if op.Thread > 1 && !slices.Contains(toOwner, op.Do) && op.Do != DoUnpark {
		with(func(o *Op) { o.Thread = 1 })
	}
	if op.Task > 1 && op.Do.picks() {
		with(func(o *Op) { o.Task = 1 })
		with(func(o *Op) { o.Task-- })
	}
	if op.Handle > 0 {
		with(func(o *Op) { o.Handle = 0 })
		with(func(o *Op) { o.Handle-- })
	}
	if op.With > 0 {
		with(func(o *Op) { o.With = 0 })
		with(func(o *Op) { o.With-- })
	}
	if op.For > 0 && op.Do == DoUnpark {
		with(func(o *Op) { o.For = 0 })
	}
	if op.For > time.Millisecond {
		with(func(o *Op) { o.For = time.Millisecond })
	}
	if op.Do == DoWake || op.Do == DoStale {
		with(func(o *Op) { o.Do, o.N = DoWakeByRef, 1 })
	}
	return out
}
