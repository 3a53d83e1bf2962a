package contract

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// A scripted scenario, run twice, must give the same trace.

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
		c.strays = true
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
