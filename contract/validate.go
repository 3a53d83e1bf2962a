package contract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of a scenario.
const (
	maxScripts  = 48
	maxTurns    = 32  // of one script
	maxOps      = 64  // of the outside, and of one turn
	maxThread   = 8   // outside threads
	maxHandle   = 255 // drivers take it modulo the handles that there are
	maxRepeat   = 64
	maxDuration = 24 * time.Hour
)

// outsideDo is what the outside threads and the driver may do at each door.
var outsideDo = map[Door][]Do{
	WakerDoor:    {DoClone, DoWake, DoWakeByRef, DoDrop, DoLoop, DoCompare, DoReplace, DoNear, DoInject},
	ParkerDoor:   {DoPark, DoUnpark, DoAdvance, DoTryPark, DoElsewhere, DoExit, DoAdd, DoAssert, DoClear, DoFetch, DoDone},
	FutureDoor:   {DoPoll, DoFire, DoDrop, DoAdvance, DoStale, DoInject, DoReenter},
	ExecutorDoor: {DoWake, DoWakeByRef, DoStale, DoSpawn, DoCancel, DoAdvance, DoWatch, DoUnwatch, DoIdle, DoClose},

	PrimitiveDoor:  {DoBegin, DoMake, DoPoll, DoRun, DoDrop, DoAdvance},
	CombinatorDoor: {DoPoll, DoWake, DoWakeByRef, DoStale, DoDrop, DoPush, DoLeave, DoCollect},
}

// turnDo is what a turn may do.
var turnDo = map[Door][]Do{
	ExecutorDoor:   {DoSelf, DoLinger, DoNest, DoWake, DoWakeByRef, DoStale, DoSpawn, DoCancel, DoPanic, DoForget, DoTimer},
	CombinatorDoor: {DoSelf, DoLinger, DoNest, DoWake, DoWakeByRef, DoStale, DoClone, DoSpin, DoPanic},
}

// dropDo is what the drop of a future may do.
var dropDo = map[Door][]Do{
	ExecutorDoor:   {DoWake, DoWakeByRef, DoStale, DoSpawn, DoCancel, DoPanic},
	CombinatorDoor: {DoPanic},
}

// toOwner is what only the owner of a parker does.
var toOwner = []Do{DoPark, DoTryPark, DoElsewhere, DoExit, DoAdd, DoFetch, DoDone}

// toTask is what is done to a task of an executor, or to a child.
var toTask = []Do{DoWake, DoWakeByRef, DoStale, DoSpawn, DoCancel, DoWatch, DoUnwatch, DoPush}

// An invalidError names a place in a scenario that is not valid.
type invalidError struct {
	place     string // as ops[3].task
	want, got string
}

func (e *invalidError) Error() string {
	return fmt.Sprintf("%s: expected %s, got %s", e.place, e.want, e.got)
}

// A validation keeps the first thing that is not valid.
type validation struct {
	*Scenario
	err error
}

func (v *validation) fail(place, want string, got any) {
	if v.err == nil {
		v.err = &invalidError{place, want, fmt.Sprint(got)}
	}
}

func (v *validation) within(n, low, high int, place string) {
	if n < low || n > high {
		v.fail(place, between(int64(low), int64(high)), n)
	}
}

func (v *validation) atMost(n, most int, place, what string) {
	if n > most {
		v.fail(place, fmt.Sprintf("at most %d %s", most, what), n)
	}
}

// validate returns an error that names the first place in s that no driver
// runs, or nil.
func (s Scenario) validate() error {
	v := &validation{Scenario: &s}
	if s.Version != scenarioVersion {
		v.fail("version", fmt.Sprint(scenarioVersion), s.Version)
	}
	may := outsideDo[s.Door]
	if may == nil {
		v.fail("door", fmt.Sprintf("one of %s, %s, %s, %s, %s, %s", WakerDoor, ParkerDoor, FutureDoor, CombinatorDoor, ExecutorDoor, PrimitiveDoor), strconv.Quote(string(s.Door)))
	}
	v.within(s.Subjects, 1, 2, "subjects")
	v.atMost(len(s.Scripts), maxScripts, "scripts", "scripts")
	if len(s.Scripts) > 0 && turnDo[s.Door] == nil {
		v.fail("scripts", "none at the door "+string(s.Door), len(s.Scripts))
	}
	for i, script := range s.Scripts {
		v.script(script, i)
	}
	v.ops(s.Ops, "ops", may, false)
	v.atMost(len(s.Faults), maxWakerFaults, "faults", "faults")
	if len(s.Faults) > 0 && s.Door != PrimitiveDoor {
		v.fail("faults", "none at the door "+string(s.Door), len(s.Faults))
	}
	for i, fault := range s.Faults {
		v.fault(fault, fmt.Sprintf("faults[%d]", i))
	}
	return v.err
}

func (v *validation) script(s Script, i int) {
	place := fmt.Sprintf("scripts[%d]", i)
	switch {
	case s.By != "" && s.By != "op" && s.By != "poll":
		v.fail(place+".by", `"op", "poll" or nothing`, strconv.Quote(s.By))
	case s.By == "poll" && v.Door == CombinatorDoor:
		v.fail(place+".by", `"op" or nothing`, `"poll"`)
	case s.By == "poll" && i == 0:
		v.fail(place+".by", `"op" or nothing, since no task comes before the first`, `"poll"`)
	}
	v.atMost(len(s.Turns), maxTurns, place+".turns", "turns")
	v.ops(s.Drop, place+".drop", dropDo[v.Door], true)
	for n, turn := range s.Turns {
		v.ops(turn.Ops, fmt.Sprintf("%s.turns[%d].ops", place, n), turnDo[v.Door], true)
	}
}

func (v *validation) ops(ops []Op, place string, may []Do, inTurn bool) {
	v.atMost(len(ops), maxOps, place, "operations")
	for i, op := range ops {
		if v.err != nil {
			return
		}
		v.op(op, fmt.Sprintf("%s[%d]", place, i), may, inTurn)
	}
}

func (v *validation) op(op Op, place string, may []Do, inTurn bool) {
	if !slices.Contains(may, op.Do) {
		v.fail(place+".do", "one of "+list(may), strconv.Quote(string(op.Do)))
	}
	v.thread(op, place+".thread", inTurn)
	v.task(op, place+".task")
	v.within(op.Handle, 0, maxHandle, place+".handle")
	v.within(op.With, 0, maxHandle, place+".with")
	v.within(op.N, 0, maxRepeat, place+".n")
	if named := op.Do == DoBegin || op.Do == DoMake; named && op.Name == "" {
		v.fail(place+".name", "the name of an operation of the subject", "none")
	} else if !named && op.Name != "" {
		v.fail(place+".name", "none, since it is no operation of the subject", strconv.Quote(op.Name))
	}
	if op.For < 0 || op.For > maxDuration {
		v.fail(place+".for", fmt.Sprintf("0 to %v in nanoseconds", maxDuration), int64(op.For))
	}
}

func (v *validation) thread(op Op, place string, inTurn bool) {
	switch {
	case slices.Contains(toOwner, op.Do) && op.Thread != owner:
		v.fail(place, fmt.Sprintf("%d, the one that parks", owner), op.Thread)
	case inTurn && op.Thread != 0:
		v.fail(place, "none in a turn", op.Thread)
	default:
		v.within(op.Thread, 0, maxThread, place)
	}
}

func (v *validation) task(op Op, place string) {
	first, last := 0, v.Subjects
	if v.Door == PrimitiveDoor {
		last = maxHandle
	}
	if turnDo[v.Door] != nil {
		last = len(v.Scripts)
		if slices.Contains(toTask, op.Do) {
			first = 1
		}
	}
	if first > last {
		v.fail(place, "no operation on a task, since there are no scripts", string(op.Do))
		return
	}
	v.within(op.Task, first, last, place)
}

// list puts commas between the names of what may be done.
func list(may []Do) string {
	names := make([]string, len(may))
	for i, do := range may {
		names[i] = string(do)
	}
	return strings.Join(names, ", ")
}
