package contract

import (
	"fmt"
	"strings"
)

// scriptName says whose script i is, and how its future comes in.
func (sc Scenario) scriptName(i int) string {
	by := sc.Scripts[i].By
	if sc.Door == CombinatorDoor {
		return fmt.Sprintf("child %d", i+1) + map[string]string{"op": " (pushed by an operation)"}[by]
	}
	return fmt.Sprintf("task %d", i+1) + map[string]string{
		"op": " (spawned by an operation)", "poll": " (spawned in the first poll of the task before)",
	}[by]
}

// at says what op does at a door, without its thread.
func (op Op) at(door Door) string {
	if door == WakerDoor && op.Do == DoDrop {
		return "drop" + op.liveHandle()
	}
	if door != CombinatorDoor {
		return op.String()
	}
	switch op.Do {
	case DoPoll:
		return "poll with " + parentName(op.Handle%(maxShared*perHandle)+1)
	case DoDrop:
		return fmt.Sprintf("drop handle %d on the combinator", op.Handle%maxShared+1)
	case DoLeave:
		return fmt.Sprintf("poll handle %d no more", op.Handle%maxShared+1)
	case DoCollect:
		return "collect garbage"
	}
	return strings.Replace(op.String(), fmt.Sprintf(" task %d", op.Task), fmt.Sprintf(" child %d", op.Task), 1)
}

// parentName is the name of the waker of a task that polls the combinator.
func parentName(task int) string {
	if task <= perHandle {
		return fmt.Sprintf("waker %d", task)
	}
	return fmt.Sprintf("waker %d of handle %d", (task-1)%perHandle+1, (task-1)/perHandle+1)
}

// ofChild puts the name of a child, or of a waker of the combinator's tasks, in
// the place of the task in what e.String says.
func (e Event) ofChild(text string) string {
	name := ""
	switch {
	case e.Task >= firstChild:
		name = fmt.Sprintf("child %d", e.Task-firstChild+1)
	case e.Task > 0:
		name = parentName(e.Task)
	default:
		return text
	}
	switch e.Kind {
	case FutureDrop, Leave:
		if e.Task < firstChild {
			name = fmt.Sprintf("handle %d", (e.Task-1)/perHandle+1)
		}
	case Ready:
		if e.Task < firstChild {
			return "ready of " + name
		}
	case Panicked:
		return strings.Replace(text, "panics: ", "panics ("+name+"): ", 1)
	}
	return strings.Replace(text, fmt.Sprintf(" of %d", e.Task), " of "+name, 1)
}
