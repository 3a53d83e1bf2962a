package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// A campaign tries many scenarios on fresh subjects of one plug and judges
// every selected law on each.
type campaign struct {
	plug    plug
	facts   facts
	name    string
	options options
	bubbles *bubbler

	laws     []string          // to be judged
	monitors []monitor         // of laws
	unshown  []string          // laws that had no occasion to be broken yet
	lacking  map[string]string // for those, what was missing
	found    map[string]*finding
	faults   []string // of the plug
	faulty   *finding // the first scenario that showed one
	history  history
	events   *recorder
	count    int    // scenarios run
	stuck    int    // those that stuck where testing/synctest cannot see it
	ended    int    // those in which a call of the subject ended its goroutine
	strays   bool   // the same scenario, run twice, gave different traces
	said     yesNo  // what clones say of each other
	clean    int    // those that showed no fault of the plug
	slow     int    // those that hung and took long to be shown to
	unknown  string // why what is left was not decided
	lone     bool   // scenarios are run in bubbles of their own
	whole    bool   // every scenario was run: what Known declares should have shown

	schedules int         // explored
	cut       int         // scenarios of which not every schedule was explored
	tooLarge  string      // why scenarios could not be explored any further
	before    func(n int) // called before scenario n is run
}

// A finding is the first violation of a law.
type finding struct {
	scenario Scenario
	events   []Event
	breach   breach
	tries    string

	schedule    string // under which the explorer found it
	preemptions int
}

// runCampaign tries o.checks scenarios in this process and returns what they
// showed. It calls before, if it is not nil, before each scenario.
func runCampaign(p plug, name string, o options, before func(n int)) Report {
	c := newCampaign(p, name, o, before)
	c.run()
	return c.report()
}

func newCampaign(p plug, name string, o options, before func(n int)) *campaign {
	return &campaign{
		plug: p, name: name, options: o, before: before,
		bubbles: newBubbler(), found: map[string]*finding{}, events: new(recorder),
		lacking: map[string]string{},
	}
}

// run does the whole campaign.
func (c *campaign) run() {
	defer c.bubbles.close()
	if !c.inspect() {
		return
	}
	if c.explores() {
		c.exploreAll()
	} else {
		c.tryAll()
		c.whole = true
	}
	c.shrinkAll()
}

// inspect learns what the subject is. It returns false if there is none.
func (c *campaign) inspect() bool {
	ok := false
	tb, end := c.bubble(func(tb *plugTB) {
		var endSubject func()
		ok = tb.guard("mk", func() { c.facts, endSubject = c.plug.inspect(tb) })
		r := c.inspecting(tb)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if endSubject != nil {
				tb.guard("the Close or Drop of a subject that was not used", endSubject)
			}
		}()
		if r.settle(); !closed(ended) && !r.rest(func() bool { return !closed(ended) }) {
			tb.fault("the Close or Drop of a subject that was not used does not return")
		}
		r.finish()
	})
	c.facts.Door = c.plug.door
	if c.options.profile != "" {
		c.facts.Profile = c.options.profile
	}
	c.claims()
	c.facts.plan()
	c.bubbles.door, c.bubbles.opaque = c.plug.door, c.facts.Opaque
	c.faults = append(c.faults, tb.takeFaults()...)
	if end != (ending{}) && len(c.faults) == 0 {
		c.faults = append(c.faults, "mk does not return, or a subject that was not used leaves goroutines after its Close: "+leftOvers())
	}
	if !ok || len(c.faults) > 0 {
		c.unknown = "mk gave no subject"
		return false
	}
	same := false
	_, end = c.bubble(func(tb *plugTB) {
		r := c.inspecting(tb)
		tb.guard("mk", func() { same = c.plug.same(r) })
		r.finish()
	})
	if end.lost != "" && !end.stuck { // no run would settle
		c.unknown = unsettled(end)
		return false
	}
	if same {
		c.faults = append(c.faults, "two calls of mk gave the same subject; want a fresh one each time")
		c.unknown = "two calls of mk gave the same subject"
		return false
	}
	for _, law := range monitored(c.plug.door) {
		if c.judges(law) {
			c.laws, c.monitors = append(c.laws, law), append(c.monitors, monitorOf(law))
			if missing[law] != nil {
				c.unshown = append(c.unshown, law)
			}
		}
	}
	for law := range rewrites {
		if c.explores() && monitors[law] == nil {
			c.lacking[law] = "it compares runs, which is done where nothing is explored"
		}
	}
	return true
}

// claims looks for names that nothing has.
func (c *campaign) claims() {
	if p := c.facts.Profile; p != "" && !isProfile(p) {
		c.faults = append(c.faults, fmt.Sprintf("there is no profile %q; want one of %s", p, profileNames()))
	}
	for _, id := range slices.Sorted(maps.Keys(c.facts.Known)) {
		if _, ok := lawOf(id); !ok {
			c.faults = append(c.faults, fmt.Sprintf("Claims.Known names %q; want the ID of a law, such as E2", id))
		}
	}
}

// inspecting is a run that is not judged.
func (c *campaign) inspecting(tb *plugTB) *run {
	r := &run{recorder: new(recorder), tb: tb, looks: new(atomic.Int64), opaque: c.facts.Opaque, facts: &c.facts}
	if r.opaque {
		r.lookOutside()
	}
	return r
}

// judges reports whether a law is selected and the subject can show it.
func (c *campaign) judges(law string) bool {
	return c.options.selects(law) && c.facts.Lacks[law] == "" && binds(law, c.facts.Profile)
}

// bubble runs body in a bubble with a plugTB of its own.
func (c *campaign) bubble(body func(tb *plugTB)) (*plugTB, ending) {
	tb := &plugTB{name: c.name}
	var looks atomic.Int64
	end := c.bubbles.run(func(inner testing.TB) {
		tb.TB = inner
		body(tb)
	}, func() int { looks.Add(1); return 0 })
	return tb, end
}

// slowHangs is how many runs that hung, and were so slow to be shown to hang
// that they were looked at, end a campaign: what they break has been found.
const slowHangs = 25

// tryAll runs the campaign's scenarios.
func (c *campaign) tryAll() {
	for c.count < c.options.checks && c.unknown == "" && c.slow < slowHangs {
		c.count = c.tryBatch(c.count, min(c.count+batch, c.options.checks), c.scenario)
	}
	step := 8
	if c.plug.door == WakerDoor { // its scenarios are short
		step = 1
	}
	for law := range rewrites {
		c.lacking[law] = "no run was compared with another"
	}
	for n := 0; n < c.count && c.unknown == ""; n += step {
		sc := c.scenario(n)
		if sc.Raced {
			continue
		}
		if n%16 == 0 {
			c.twice(sc)
		}
		for _, law := range slices.Sorted(maps.Keys(rewrites)) {
			if c.unknown == "" && c.judges(law) && c.hasLaw(law) {
				c.compare(law, sc)
			}
		}
	}
	for law := range rewrites {
		if c.strays { // runs that differ by themselves say nothing of what was rewritten
			delete(c.found, law)
			c.lacking[law] = "the subject is not deterministic, and this law compares runs"
		}
	}
}

// scenario draws scenario number n.
func (c *campaign) scenario(n int) Scenario {
	sc := draw(randomDraws(c.options.seed, n), c.facts)
	if c.plug.door == FutureDoor && n >= 2*batch && n%4 != 0 && c.found["F9"] == nil && !c.lone && !reenters(sc) {
		sc = withPolls(sc, func(op *Op) { op.Thread = 0 }) // so far no poll blocks: it need not be expected of each
	}
	if c.found["F13"] != nil { // it is known to hang in what wakers do
		sc.Ops = slices.DeleteFunc(sc.Ops, func(op Op) bool { return op.Do == DoReenter })
	}
	return sc
}

func (c *campaign) hasLaw(id string) bool {
	return slices.ContainsFunc(Laws(), func(l Law) bool {
		return l.ID == id && slices.Contains(l.Doors, c.plug.door)
	})
}

// try runs one scenario in a bubble of its own and judges it.
func (c *campaign) try(sc Scenario) {
	events, faults := c.play(sc)
	c.judge(sc, events, faults)
}

// judge keeps the first violation of each law and the faults of the plug.
func (c *campaign) judge(sc Scenario, events []Event, faults []string) {
	c.history.reset(events)
	hungWake := c.facts.Draws.HungWakes && wakeReturns(&c.history) != nil
	faults = slices.DeleteFunc(faults, func(fault string) bool {
		hung := strings.HasSuffix(fault, "does not return") || strings.HasPrefix(fault, leftAfterClose)
		return hung && (hungWake || c.hangs())
	})
	for _, fault := range faults {
		c.fault(fault)
	}
	if len(faults) == 0 {
		c.clean++
	}
	if len(faults) > 0 && c.faulty == nil {
		c.faulty = &finding{scenario: sc, events: slices.Clone(events), breach: breach{at: -1, reason: faults[0]}}
	}
	if c.plug.door == WakerDoor {
		c.said.count(&c.history)
	}
	if slices.ContainsFunc(faults, func(fault string) bool { return strings.HasSuffix(fault, endedGoroutine) }) {
		if c.ended++; c.ended == stuckRuns {
			c.unknown = "calls of the subject end their goroutine"
		}
		return // what was not done any more would look like a hang
	}
	for n, law := range c.laws {
		if old := c.found[law]; old != nil && (!old.scenario.Raced || sc.Raced) {
			continue
		}
		if hungWake && decidedAtRest[law] && law != "W27" {
			continue // what hangs hangs because of that wake
		}
		if b := c.monitors[n](&c.history); b != nil {
			c.found[law] = &finding{scenario: sc, events: slices.Clone(events), breach: *b}
		}
	}
	c.unshown = slices.DeleteFunc(c.unshown, func(law string) bool {
		c.lacking[law] = missing[law](&c.history)
		return c.lacking[law] == ""
	})
	if (c.plug.door == FutureDoor || c.plug.door == CombinatorDoor) && overBudget(events) && len(c.found) == 0 && len(c.faults) == 0 {
		c.unknown = fmt.Sprintf("the future has not answered after %d polls, each of which followed a wake", maxPolls)
	}
}

// hangs reports whether a law says of the run why it hangs.
func (c *campaign) hangs() bool {
	return slices.ContainsFunc(c.laws, func(law string) bool { return decidedAtRest[law] && monitors[law](&c.history) != nil })
}

// maxFaults bounds how many faults of a plug a report names.
const maxFaults = 4

func (c *campaign) fault(text string) {
	says, _, _ := strings.Cut(text, "\n") // what may follow is where, which is another place each time
	if len(c.faults) < maxFaults && !slices.ContainsFunc(c.faults, func(f string) bool { return f == says || strings.HasPrefix(f, says+"\n") }) {
		c.faults = append(c.faults, text)
	}
}
