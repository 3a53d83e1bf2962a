package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// How a campaign runs scenarios: many in one bubble, or one in a bubble of its own.

// batch is how many scenarios share a bubble, one after the other, each with
// subjects of its own: to start a bubble costs as much as a short scenario.
const batch = 32

// stuckRuns is how many runs that stick where testing/synctest cannot see it, or
// whose goroutines are ended by the subject, end a campaign.
const stuckRuns = 3

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
	var threads threads
	end := c.bubbles.run(func(inner testing.TB) {
		defer threads.end()
		for n, ok := from, true; ok && n < to; n++ {
			began := looks.Load()
			sc := scenario(n)
			var r *run
			if !mine(func() {
				if c.before != nil {
					c.before(n)
				}
				r = c.newRun(&sc, &looks, &threads)
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

// newRun is a run of sc on threads, with a recorder that is empty. It takes the memory of
// the recorder before, which is closed: what a subject does late is not kept.
func (c *campaign) newRun(sc *Scenario, looks *atomic.Int64, threads *threads) *run {
	c.events = &recorder{events: c.events.close()[:0], precise: c.facts.Profile != ""}
	return &run{recorder: c.events, tb: &plugTB{name: c.name}, sc: sc, looks: looks, opaque: c.facts.Opaque, facts: &c.facts, threads: threads}
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

// leftAfterClose begins the fault of a subject that leaves goroutines.
const leftAfterClose = "goroutines are left after Close and Cleanup: "

// play runs one scenario in a bubble. It returns the trace, valid until the
// next play, and the faults of the plug that it showed.
func (c *campaign) play(sc Scenario) (events []Event, faults []string) {
	var looks atomic.Int64
	var threads threads
	r := c.newRun(&sc, &looks, &threads)
	end := c.bubbles.run(func(inner testing.TB) {
		defer threads.end()
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
		faults = append(faults, "a call of the subject"+endedGoroutine)
	case end.stuck && rescued(events): // it hangs, as is known, and cannot be freed
		c.events, c.slow = new(recorder), c.slow+slowHangs/5
	case end.stuck:
		c.events = new(recorder) // its goroutines may still write to the old one
		events = append(slices.Clone(events), Event{Kind: Rest, Arg: int(States)})
		if reentering(events) {
			break // F13 says what it waits for
		}
		faults = append(faults, "the run stuck where testing/synctest cannot see it; "+ifOpaque(c.plug.door, "declare Opaque, or ")+"see where it waits:\n"+firstLines(end.lost))
		if c.stuck++; c.stuck == stuckRuns {
			c.unknown = "runs stick where testing/synctest cannot see it"
		}
	case end.lost != "":
		c.events = new(recorder)
		c.unknown = unsettled(end)
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

// unsettled says of a bubble that was given up what it was doing.
func unsettled(end ending) string {
	return "a run did not settle: " + end.why + "\nit was doing:\n" + firstLines(end.lost)
}

// ifOpaque is advice to declare Opaque, for the doors whose subjects can.
func ifOpaque(door Door, advice string) string {
	if slices.Contains([]Door{ExecutorDoor, ParkerDoor, PrimitiveDoor}, door) {
		return advice
	}
	return ""
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

// firstLines cuts a stack dump, at the end of a line, to what fits into a reason.
func firstLines(dump string) string {
	const most = 1200
	if len(dump) <= most {
		return dump
	}
	whole := strings.LastIndexByte(dump[:most], '\n')
	if whole < 0 {
		whole = most
	}
	return strings.ToValidUTF8(dump[:whole], "") + "\n…"
}
