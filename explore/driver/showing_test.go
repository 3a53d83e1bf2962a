package driver_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
)

// ordered are the kinds of events whose order laws depend on. What they say of
// handles and lanes are names, and no law depends on them.
var ordered = []contract.Kind{
	contract.Poll, contract.Pending, contract.Ready, contract.Panicked, contract.Wake, contract.WakeByRef,
	contract.Cancel, contract.FutureDrop, contract.Fire, contract.Park, contract.Unpark, contract.Start, contract.Call, contract.Block,
	contract.Unseen, contract.Joined, contract.Watch, contract.Told, contract.Unwatch, contract.Push, contract.Spawn,
}

// ending are those that a Run's return has an order with.
var ending = []contract.Kind{contract.Spawn, contract.Cancel, contract.Ready, contract.Panicked, contract.FutureDrop}

// A showing is what the trace of an execution shows: the events of one task after
// the other for an executor, since its laws are about one task at a time; for what
// is one thing, all events.
type showing struct {
	door  contract.Door
	tasks map[int]*strings.Builder
	idle  map[int]bool // threads that are in an Idle
	over  bool         // a Run has returned
	polls map[int]bool // if one thread polls: the tasks that it polls
	live  int          // clones
}

func (s *showing) add(e contract.Event) {
	text := fmt.Sprintf(" %s/%d/%s", e.Kind, max(e.Thread, -1), e.Note)
	if e.Kind != contract.Poll { // there it is the kind of waker
		text += fmt.Sprintf("/%d", e.Arg)
	}
	if s.door != contract.ExecutorDoor {
		if e.Kind == contract.Pending || e.Kind == contract.Return {
			text += fmt.Sprintf("/live %d", s.live)
		}
		s.of(0).WriteString(fmt.Sprintf("%s/%d", text, e.Task))
	} else if e.Task != 0 {
		if k := e.Kind; k == contract.Wake || k == contract.WakeByRef {
			text += fmt.Sprint(s.polls)
		}
		if s.over && slices.Contains(ending, e.Kind) {
			text += "/after Run"
		}
		s.of(e.Task).WriteString(text)
	} else {
		for task := range 3 {
			s.of(task).WriteString(text)
		}
	}
}

func (s *showing) of(task int) *strings.Builder {
	if s.tasks[task] == nil {
		s.tasks[task] = new(strings.Builder)
	}
	return s.tasks[task]
}

func (s *showing) event(e contract.Event) {
	counts := s.door != contract.ExecutorDoor && (s.door != contract.CombinatorDoor || e.Task < 11) // the children come after
	switch k := e.Kind; {
	case k == contract.Declare && e.Note == "single":
		s.polls = map[int]bool{}
	case s.polls == nil:
	case k == contract.Poll:
		s.polls[e.Task] = true
	case e.Poll > 0 && (k == contract.Pending || k == contract.Ready || k == contract.Panicked):
		delete(s.polls, e.Task)
	}
	switch k := e.Kind; {
	case counts && k == contract.Clone:
		s.live++
	case counts && k == contract.Drop:
		s.live--
	case k == contract.Idle:
		s.idle[e.Thread] = true
		s.add(e)
	case k == contract.Return && e.Task == 0 && s.door == contract.ExecutorDoor:
		if s.over = s.over || e.Thread >= 100; s.idle[e.Thread] { // thread 100 is that of the first Run
			delete(s.idle, e.Thread)
			s.add(e)
		}
	case k == contract.Return && e.Task == 0 && s.door == contract.PrimitiveDoor: // of a cancel
	case k == contract.Return && e.Task == 0:
		s.add(e)
	case k == contract.Return && s.door == contract.PrimitiveDoor, slices.Contains(ordered, k):
		if k == contract.Wake && counts {
			s.live--
		}
		s.add(e)
	}
}

// shown is what the trace of an execution shows.
func (c *comparison) shown(trace []contract.Event) string {
	s := showing{door: c.door, tasks: map[int]*strings.Builder{}, idle: map[int]bool{}}
	for _, e := range trace {
		s.event(e)
	}
	var text strings.Builder
	for _, r := range contract.Judge(slices.Values(trace), c.laws...) {
		if r.Verdict == contract.Violated {
			text.WriteString(r.Law + " ")
		}
	}
	for _, task := range slices.Sorted(maps.Keys(s.tasks)) {
		fmt.Fprintf(&text, "\n%d:%s", task, s.tasks[task])
	}
	return text.String()
}
