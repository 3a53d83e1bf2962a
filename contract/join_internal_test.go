package contract

import (
	"slices"
	"testing"
)

// Of a join that is given up when its task has ended, the wakers that were on their
// way to be woken are not held against the drop: only those that nobody has woken.
func TestAWakerOnItsWayIsNotForgottenByTheDropOfAJoin(t *testing.T) {
	const joiner, worker = 2, -1
	told := func(n int) (events []Event) {
		for handle := range n {
			events = append(events, Event{Kind: Told, Thread: worker, Task: 1, Handle: 10 + handle}, Event{Kind: Return, Thread: worker, Task: 1})
		}
		return events
	}
	ready := []Event{{Kind: Ready, Thread: worker, Task: 1, Poll: 1, Arg: 101}}
	for _, c := range []struct {
		name          string
		before, after []Event // the join is given up
		live          int
		violated      bool
	}{
		{"one on its way", ready, told(1), 1, false},
		{"all dropped", ready, nil, 0, false},
		{"one forgotten", ready, nil, 1, true},
		{"one on its way, one forgotten", ready, told(1), 2, true},
		{"woken before, and not dropped", slices.Concat(ready, told(1)), nil, 1, true},
		{"the task has not ended", nil, slices.Concat(ready, told(1)), 1, true},
	} {
		events := slices.Concat(
			[]Event{
				{Kind: Spawn, Thread: 1, Task: 1, Arg: 1}, {Kind: Return, Thread: 1, Task: 1},
				{Kind: Poll, Thread: worker, Task: 1, Poll: 1, Handle: 1},
				{Kind: Watch, Thread: joiner, Task: 1, Handle: 10},
				{Kind: Return, Thread: joiner, Task: 1, Note: "pending"},
			},
			c.before,
			[]Event{{Kind: Unwatch, Thread: joiner, Task: 1, Arg: c.live}},
			c.after,
			[]Event{{Kind: Settle}},
		)
		if r := Judge(slices.Values(events), "E25")[0]; c.violated != (r.Verdict == Violated) {
			t.Errorf("%s: %s: %s\n%s", c.name, r.Verdict, r.Reason, FormatTrace(events, -1))
		}
	}
}
