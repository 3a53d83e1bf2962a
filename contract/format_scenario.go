package contract

import (
	"fmt"
	"strings"
)

// FormatScenario is the text of a scenario, a line for each task and each
// operation.
func FormatScenario(sc Scenario) string {
	var b strings.Builder
	if sc.Subjects > 1 {
		fmt.Fprintf(&b, "  %d subjects side by side\n", sc.Subjects)
	}
	for i, s := range sc.Scripts {
		fmt.Fprintf(&b, "  %s:", sc.scriptName(i))
		for _, t := range s.Turns {
			var ops []string
			for _, op := range t.Ops {
				ops = append(ops, op.inTurn(sc.Door))
			}
			fmt.Fprintf(&b, " pending%s,", bracketed(ops))
		}
		if i%2 == 0 {
			b.WriteString(" wakes itself,")
		}
		b.WriteString(" ready")
		if len(s.Drop) > 0 {
			var ops []string
			for _, op := range s.Drop {
				ops = append(ops, op.inTurn(sc.Door))
			}
			b.WriteString("; when dropped" + bracketed(ops))
		}
		b.WriteString("\n")
	}
	for _, f := range sc.Faults {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	if sc.Raced {
		b.WriteString("  all threads at once:\n")
	}
	for _, op := range sc.Ops {
		if thread := sc.threadOf(op); thread > 0 {
			fmt.Fprintf(&b, "  thread %d: %s\n", thread, op.at(sc.Door))
		} else {
			fmt.Fprintf(&b, "  %s\n", op.at(sc.Door))
		}
	}
	fmt.Fprintf(&b, "  then %s\n", ends[sc.Door])
	return b.String()
}

// threadOf is the thread that does op, as the trace numbers it; 0: the driver. Of a
// future, one fires, one wakes earlier wakers, and the others poll.
func (sc *Scenario) threadOf(op Op) int {
	if sc.Door != FutureDoor || op.Thread == 0 {
		return op.Thread
	}
	switch {
	case op.Do == DoFire:
		return 1
	case op.Do == DoStale:
		return 2
	case op.Do == DoPoll && sc.Raced:
		return firstPoller
	case op.Do == DoPoll:
		return firstPoller + (op.Thread-1)%pollers
	}
	return op.Thread
}

// ends says how each door's driver brings a scenario to its end.
var ends = map[Door]string{
	WakerDoor:    "every handle that is left is dropped",
	ParkerDoor:   "it is unparked as long as it is parked",
	FutureDoor:   "it is fired, if it has a Fire, and polled whenever it is woken, until it is ready",
	ExecutorDoor: "thread 1 spawns what is not spawned and wakes what has not ended, until all has",

	CombinatorDoor: "it is polled whenever it is woken, and thread 1 wakes one child after the other, until it is ready",
	PrimitiveDoor:  "each operation that may wait is begun once more, and what was taken is given back, until nothing waits",
}

// called is an operation of a primitive with its argument; 0 is none.
func called(name string, arg int) string {
	if arg == 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, arg)
}

func bracketed(ops []string) string {
	if len(ops) == 0 {
		return ""
	}
	return " (" + strings.Join(ops, "; ") + ")"
}

func (op Op) inTurn(door Door) string {
	switch op.Do {
	case DoClone:
		return "clones its waker and drops the clone"
	case DoSpin:
		return fmt.Sprintf("wakes itself in every poll, during %d of the combinator", max(op.N, 1))
	case DoSelf:
		return "wakes itself" + times(op.N)
	case DoLinger:
		return fmt.Sprintf("lingers for %v", op.For)
	case DoNest:
		if door == CombinatorDoor && op.Task > 0 {
			return fmt.Sprintf("blocks on a fresh combinator inside, during which child %d is woken", op.Task)
		}
		return "runs a fresh subject inside"
	case DoPanic:
		return "panics"
	case DoForget:
		return "drops its handles"
	case DoTimer:
		return fmt.Sprintf("sets the executor's timer for %v", op.For)
	}
	return op.at(door)
}

// String says what op does, without its thread.
func (op Op) String() string {
	var s strings.Builder
	s.WriteString(string(op.Do))
	switch op.Do {
	case DoClone, DoWake, DoWakeByRef, DoDrop:
		if op.Do == DoDrop && op.Task > 0 { // of a primitive
			return fmt.Sprintf("give up waiter %d", op.Task)
		}
		if op.Task == 0 && op.Do != DoDrop {
			s.WriteString(op.liveHandle())
		}
	case DoCompare:
		fmt.Fprintf(&s, " handle %d with handle %d", op.Handle, op.With)
	case DoReplace:
		fmt.Fprintf(&s, " handle %d onto handle %d", op.With, op.Handle)
	case DoAdd, DoAssert, DoClear:
		return fmt.Sprintf("%s waker %d", op.Do, op.Handle+1)
	case DoFetch:
		if op.N > 0 {
			return "fetch, and wait"
		}
	case DoTryPark:
		return "park with a timeout of zero"
	case DoElsewhere:
		return "wait elsewhere, or come back from there"
	case DoExit:
		return "end the goroutine that parks"
	case DoNear:
		return fmt.Sprintf("near: waker %d has room for %d clones more", op.Handle%2+1, op.N)
	case DoInject, DoReenter:
		what := map[Do]string{DoInject: "panics", DoReenter: "calls the future"}[op.Do]
		return fmt.Sprintf("%s: %s %d of waker %d from now %s", op.Do, [...]string{"clone", "wake", "drop"}[op.With%slots], max(op.N, 1), op.Handle+1, what)
	case DoPoll:
		if op.Task > 0 {
			fmt.Fprintf(&s, " waiter %d", op.Task)
		}
		fmt.Fprintf(&s, " with waker %d", op.Handle+1)
		if op.Task == 0 && op.With > 0 {
			fmt.Fprintf(&s, " (%s)", wakerKinds[op.With%len(wakerKinds)])
		}
		return s.String()
	case DoBegin, DoMake:
		s.WriteString(" " + called(op.Name, op.N))
		if op.Handle > 0 { // else the first one, if it takes a waker at all
			fmt.Fprintf(&s, " with waker %d", op.Handle+1)
		}
		return s.String()
	}
	if op.Task > 0 {
		fmt.Fprintf(&s, " task %d", op.Task)
	}
	s.WriteString(times(op.N))
	if op.For > 0 {
		fmt.Fprintf(&s, " for %v", op.For)
	}
	return s.String()
}

// liveHandle names the handle of a waker that op is done to.
func (op Op) liveHandle() string {
	return fmt.Sprintf(" a live handle (number %d of them)", op.Handle+1)
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(", %d times", n)
}
