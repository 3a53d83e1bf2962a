package contract

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
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

	laws    []string // to be judged
	found   map[string]*finding
	faults  []string // of the plug
	faulty  *finding // the first scenario that showed one
	history history
	events  *recorder
	count   int               // scenarios run
	stuck   int               // those that stuck where testing/synctest cannot see it
	said    yesNo             // what clones say of each other
	clean   int               // those that showed no fault of the plug
	slow    int               // those that hung and took long to be shown to
	shown   map[string]bool   // laws that had an occasion to be broken
	lacking map[string]string // for the others, what was missing
	unknown string            // why what is left was not decided
	lone    bool              // scenarios are run in bubbles of their own
	whole   bool              // every scenario was run: what Known declares should have shown
	before  func(n int)       // called before scenario n is run
}

// A finding is the first violation of a law.
type finding struct {
	scenario Scenario
	events   []Event
	breach   breach
	tries    string
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
		shown: map[string]bool{}, lacking: map[string]string{},
	}
}

// run does the whole campaign.
func (c *campaign) run() {
	defer c.bubbles.close()
	if c.inspect() {
		c.tryAll()
		c.whole = true
		c.shrinkAll()
	}
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
	c.bubble(func(tb *plugTB) {
		r := c.inspecting(tb)
		tb.guard("mk", func() { same = c.plug.same(r) })
		r.finish()
	})
	if same {
		c.faults = append(c.faults, "two calls of mk gave the same subject; want a fresh one each time")
		c.unknown = "two calls of mk gave the same subject"
		return false
	}
	for _, law := range monitored(c.plug.door) {
		if c.judges(law) {
			c.laws = append(c.laws, law)
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

// batch is how many scenarios share a bubble, one after the other, each with
// subjects of its own: to start a bubble costs as much as a short scenario.
const batch = 32

// stuckRuns is how many runs that stick where testing/synctest cannot see it
// end a campaign.
const stuckRuns = 3

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

// tryBatch runs scenarios from number from to number to in one bubble, and
// returns the number of the next one to run: it stops after one that hung or
// showed a fault. If the bubble does not end well, each is run again in a
// bubble of its own, to see whose fault it was.
func (c *campaign) tryBatch(from, to int, scenario func(n int) Scenario) int {
	var looks atomic.Int64
	var mu sync.Mutex // a bubble that was given up may go on: it must leave c alone
	next, lost := from, false
	mine := func(f func()) bool {
		mu.Lock()
		defer mu.Unlock()
		if !lost {
			f()
		}
		return !lost
	}
	end := c.bubbles.run(func(inner testing.TB) {
		for n, ok := from, true; ok && n < to; n++ {
			began := looks.Load()
			sc := scenario(n)
			var r *run
			if !mine(func() {
				if c.before != nil {
					c.before(n)
				}
				r = c.newRun(&sc, &looks)
			}) {
				return
			}
			r.enter(inner)
			c.plug.play(r)
			if !mine(func() {
				events, faults := r.close(), r.tb.takeFaults()
				ok = len(faults) == 0 && !rescued(events) && !rested(events)
				c.judge(sc, events, faults)
				if looks.Load() > began && rescued(events) {
					c.slow++
				}
				next = n + 1
			}) {
				return
			}
		}
	}, func() (at int) {
		looks.Add(1)
		mine(func() { at = next })
		return at
	})
	mu.Lock()
	lost = end.lost != ""
	if end.stuck {
		c.slow += slowHangs / 5
	}
	last := next
	mu.Unlock()
	if end == (ending{}) {
		return last
	}
	if lost {
		c.events = new(recorder) // its goroutines may still write to the old one
		from = last              // what came before is judged
	}
	last = min(last+1, to)
	c.lone = true
	for n := from; n < last && c.unknown == ""; n++ {
		c.try(scenario(n))
	}
	c.lone = false
	return last
}

// newRun is a run of sc, with a recorder that is empty. It takes the memory of
// the recorder before, which is closed: what a subject does late is not kept.
func (c *campaign) newRun(sc *Scenario, looks *atomic.Int64) *run {
	c.events = &recorder{events: c.events.close()[:0], precise: c.facts.Profile != ""}
	return &run{recorder: c.events, tb: &plugTB{name: c.name}, sc: sc, looks: looks, opaque: c.facts.Opaque, facts: &c.facts}
}

// enter is called first in the bubble.
func (r *run) enter(inner testing.TB) {
	r.tb.TB = inner
	if r.opaque {
		r.lookOutside()
	}
}

// rested reports whether virtual time was let pass to its end, or nearly: it
// does not last for another such run in the same bubble.
func rested(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rest })
}

func rescued(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rescue })
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
		c.faulty = &finding{scenario: sc, events: slices.Clone(events)}
	}
	if c.plug.door == WakerDoor {
		c.said.count(&c.history)
	}
	for _, law := range c.laws {
		if old := c.found[law]; old != nil && (!old.scenario.Raced || sc.Raced) {
			continue
		}
		if hungWake && decidedAtRest[law] && law != "W27" {
			continue // what hangs hangs because of that wake
		}
		if b := monitors[law](&c.history); b != nil {
			c.found[law] = &finding{scenario: sc, events: slices.Clone(events), breach: *b}
		}
	}
	for _, law := range c.laws {
		if lacks := missing[law]; lacks != nil && !c.shown[law] {
			c.lacking[law] = lacks(&c.history)
			c.shown[law] = c.lacking[law] == ""
		}
	}
	if (c.plug.door == FutureDoor || c.plug.door == CombinatorDoor) && overBudget(events) && len(c.found) == 0 && len(c.faults) == 0 {
		c.unknown = fmt.Sprintf("the future has not answered after %d polls, each of which followed a wake", maxPolls)
	}
}

// leftAfterClose begins the fault of a subject that leaves goroutines.
const leftAfterClose = "goroutines are left after Close and Cleanup: "

// hangs reports whether a law says of the run why it hangs.
func (c *campaign) hangs() bool {
	return slices.ContainsFunc(c.laws, func(law string) bool { return decidedAtRest[law] && monitors[law](&c.history) != nil })
}

// maxFaults bounds how many faults of a plug a report names.
const maxFaults = 4

func (c *campaign) fault(text string) {
	if len(c.faults) < maxFaults && !slices.Contains(c.faults, text) {
		c.faults = append(c.faults, text)
	}
}

// play runs one scenario in a bubble. It returns the trace, valid until the
// next play, and the faults of the plug that it showed.
func (c *campaign) play(sc Scenario) (events []Event, faults []string) {
	var looks atomic.Int64
	r := c.newRun(&sc, &looks)
	end := c.bubbles.run(func(inner testing.TB) {
		r.enter(inner)
		c.plug.play(r)
	}, func() int { looks.Add(1); return 0 })
	events, faults = r.close(), r.tb.takeFaults()
	switch {
	case end.raced:
		faults = append(faults, "the race detector reports a data race; its report is in the output of the test")
	case end.panicked != nil:
		faults = append(faults, fmt.Sprintf("a call of the subject panicked: %v", end.panicked))
	case end.goexit:
		faults = append(faults, "a call of the subject ended its goroutine (runtime.Goexit); a Fatal of the test's own t does, where mk is to use the testing.TB that it is given")
	case end.stuck && rescued(events): // it hangs, as is known, and cannot be freed
		c.events, c.slow = new(recorder), c.slow+slowHangs/5
	case end.stuck:
		c.events = new(recorder) // its goroutines may still write to the old one
		events = append(slices.Clone(events), Event{Kind: Rest, Arg: int(States)})
		if reentering(events) {
			break // F13 says what it waits for
		}
		faults = append(faults, "the run stuck where testing/synctest cannot see it; declare Opaque, or see where it waits:\n"+firstLines(end.lost))
		if c.stuck++; c.stuck == stuckRuns {
			c.unknown = "runs stick where testing/synctest cannot see it"
		}
	case end.lost != "":
		c.events = new(recorder)
		c.unknown = "a run did not settle: " + end.why + "; it was doing:\n" + firstLines(end.lost)
	case end.deadlock != "" && !rescued(events) && len(faults) == 0:
		if strings.Contains(end.deadlock, "main bubble goroutine has exited") {
			faults = append(faults, leftAfterClose+leftOvers())
		} else {
			events = append(slices.Clone(events), Event{Kind: Rest, Arg: int(Bubble)})
			faults = append(faults, "a call of the subject never returns: "+inFlight(events))
		}
	}
	return events, faults
}

func (tb *plugTB) takeFaults() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return tb.faults
}

// inFlight names the operation that the driver's own thread was in.
func inFlight(events []Event) string {
	for i := len(events) - 1; i >= 0; i-- {
		switch e := events[i]; e.Kind {
		case Poll, Wake, WakeByRef, Drop, Fire, FutureDrop, Close, Spawn, Cancel:
			return e.Kind.String()
		}
	}
	return "mk or Cleanup"
}

// firstLines cuts a stack dump to what fits into a reason.
func firstLines(dump string) string {
	const most = 1200
	if len(dump) > most {
		dump = dump[:most] + "…"
	}
	return dump
}

// twice runs a scripted scenario again: the same must happen to each task. Not
// so for a future or a combinator: one with a goroutine of its own may or may not
// be ready by the end of a poll, and children have no order; nor for a primitive,
// which may choose among those that wait; nor for what hangs or polls one task
// twice at a time.
func (c *campaign) twice(sc Scenario) {
	if slices.Contains([]Door{FutureDoor, CombinatorDoor, PrimitiveDoor}, c.plug.door) || c.facts.Busy {
		return
	}
	sc = calm(sc)
	events, _ := c.play(sc)
	first := perTask(events)
	if c.unknown != "" || rescued(events) {
		return
	}
	events, _ = c.play(sc)
	if second := perTask(events); c.unknown == "" && !rescued(events) && c.found["E6"] == nil && !reflect.DeepEqual(first, second) {
		c.fault("not deterministic: the same scenario, run twice, gave different traces; want mk and its subject to depend on nothing else; " + difference(first, second))
	}
}

// difference says where two runs part.
func difference(a, b map[int][]Event) string {
	for _, task := range slices.Sorted(maps.Keys(a)) {
		for i, e := range a[task] {
			if i >= len(b[task]) {
				return fmt.Sprintf("only one shows, of %d: %s", task, e)
			} else if e != b[task][i] {
				return fmt.Sprintf("of %d one shows: %s; the other: %s", task, e, b[task][i])
			}
		}
	}
	return "one shows more than the other"
}

// perTask is what happened to each task of a run, without handle numbers and
// without who did it.
func perTask(events []Event) map[int][]Event {
	m := make(map[int][]Event)
	for _, e := range events {
		switch e.Kind {
		case Rescue:
			return m
		case Poll, Pending, Ready, Panicked, Joined, Wakes, Live:
			m[e.Task] = append(m[e.Task], Event{Kind: e.Kind, Arg: e.Arg, Note: e.Note})
		}
	}
	return m
}

// report turns what was found into a verdict on every selected law.
func (c *campaign) report() Report {
	r := Report{Subject: c.name, Door: c.plug.door, Scenarios: c.count, Seed: c.options.seed}
	if len(c.faults) > 0 {
		plug := Result{Law: "Plug", Verdict: Violated, At: -1, Reason: strings.Join(c.faults, "\n")}
		if c.faulty != nil {
			plug.Scenario, plug.Trace = &c.faulty.scenario, c.faulty.events
		}
		r.Results = append(r.Results, plug)
	}
	for _, law := range Laws() {
		if !slices.Contains(law.Doors, c.plug.door) || !c.options.selects(law.ID) {
			continue
		}
		if law.binds(c.facts.Profile) {
			r.Results = append(r.Results, c.result(law.ID))
		} else if len(c.options.laws) > 0 { // it was asked for
			r.Results = append(r.Results, Result{Law: law.ID, Verdict: Skipped, At: -1,
				Reason: "a convention of the profiles " + strings.Join(law.Profiles, " and ") + ", and the subject declares none of them"})
		}
	}
	return r
}

func (c *campaign) result(law string) Result {
	known, isKnown := c.facts.Known[law]
	f := c.found[law]
	switch {
	case f != nil:
		res := f.breach.result(law)
		res.Trace, res.Scenario, res.Tries = f.events, &f.scenario, f.tries
		if isKnown {
			res.Verdict, res.Reason = Known, known+" ("+res.Reason+")"
		}
		return res
	case c.facts.Lacks[law] != "":
		return Result{Law: law, Verdict: Skipped, At: -1, Reason: c.facts.Lacks[law] + c.said.about(law)}
	case c.unknown != "":
		return Result{Law: law, Verdict: Unknown, At: -1, Reason: c.unknown}
	case c.clean == 0:
		return Result{Law: law, Verdict: Unknown, At: -1, Reason: "no scenario ran without a fault of the plug"}
	case c.lacking[law] != "":
		return Result{Law: law, Verdict: Skipped, At: -1, Reason: "no scenario had an occasion: " + c.lacking[law]}
	case isKnown && c.showsAlike(known):
		return Result{Law: law, Verdict: Known, At: -1, Reason: known + " (not shown by these scenarios)"}
	case isKnown && c.whole:
		return Result{Law: law, Verdict: Violated, At: -1, Reason: "declared Known (" + known + "), and kept in every run; remove the note from Claims.Known"}
	}
	return Result{Law: law, Verdict: Kept, At: -1, Evidence: c.means(law)}
}

// showsAlike reports whether a law was violated that is declared Known for the
// same reason.
func (c *campaign) showsAlike(reason string) bool {
	for law := range c.found {
		if c.facts.Known[law] == reason {
			return true
		}
	}
	return false
}

// means is how it is known that a law was kept.
func (c *campaign) means(law string) Evidence {
	switch {
	case !decidedAtRest[law] || c.facts.Busy:
		return Observed
	case c.facts.Opaque:
		return States
	}
	return Bubble
}
