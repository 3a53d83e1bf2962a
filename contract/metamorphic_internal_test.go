package contract

import (
	"strings"
	"testing"
)

// Of the tasks that differ in two runs the first is named, also one that only one of
// the runs shows.
func TestTheFirstTaskThatDiffersIsNamed(t *testing.T) {
	polled := func(tasks ...int) (events []Event) {
		for _, task := range tasks {
			events = append(events, Event{Kind: Poll, Task: task, Poll: 1})
		}
		return events
	}
	const says = "%s, task %d, %s"
	for _, c := range []struct {
		first, second []Event
		want          string // "": nothing differs
	}{
		{polled(1, 2, 3), polled(3, 1, 2), ""},
		{polled(1, 2, 3, 4), polled(1, 2, 2, 3, 3, 4, 4), "task 2"},
		{polled(1), polled(1, 2), "task 2"},
		{polled(1, 2), polled(1), "task 2"},
	} {
		b := differ(ExecutorDoor, says, c.first, c.second)
		switch {
		case c.want == "" && b != nil:
			t.Errorf("%s; want the same\n%s", b.reason, FormatTrace(c.first, -1))
		case c.want != "" && (b == nil || !strings.Contains(b.reason, c.want)):
			t.Errorf("got %+v; want %s named\n%s", b, c.want, FormatTrace(c.second, -1))
		}
	}
}
