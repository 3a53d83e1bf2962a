package contract

import (
	"fmt"
	"iter"
	"slices"
)

// A breach is where a trace breaks a law.
type breach struct {
	at       int // index of the event that breaks it
	evidence Evidence
	blame    string
	reason   string // got and want
}

// A monitor reads a history and returns the first breach of its law, or nil.
// It knows nothing of the driver that recorded the trace.
type monitor func(*history) *breach

// monitors holds the monitor of every law that a single trace can break. W18
// compares two traces; see metamorphic.go.
var monitors = map[string]monitor{
	"W2": wakesItsOwn, "W4": wakeConsumes, "W5": wakeByRefKeeps, "W6": dropReleases,
	"W7": balance, "W8": callAfterFree, "W14": wakeFromAnyThread,
	"W1": cloneRetains, "W3": clonesUnbounded, "W9": leakFree, "W10": atDoor(ExecutorDoor, comparesSound, willWakeSound), "W11": willWakeUseful,
	"W15": threadSafe, "W22": panicContained, "W25": cloneFromReplaces,
	"P1": tokenAbsent, "P2": unparkThenPark, "P3": tokenBinary, "P4": parkConsumes, "P6": unparkNotLost,
	"P8": totalOrder, "P10": noUnwind, "P11": unparkAfterExit, "P12": timeoutBound, "P13": timeoutOrToken,
	"P15": unparkAnswers, "P16": zeroTimeout, "P17": unparkElsewhere, "P18": sleeperOfMany,
	"F1": atDoor(CombinatorDoor, owing("F1"), waiterArmed), "F2": perWaiter(latestWaker), "F4": perWaiter(staleReleased), "F7": atDoor(CombinatorDoor, combinatorSpurious, perWaiter(spuriousPoll)),
	"F3": staleHarmless, "F9": pollReturns, "F10": inertUntilPolled, "F13": atDoor(PrimitiveDoor, underLock, noForeignCodeUnderLock), "F14": atDoor(PrimitiveDoor, panicSurvived, wakerPanicSurvived),
	"F15": wakerOpaque, "F18": noWakeOnReady, "F20": mayMigrate, "F21": atDoor(PrimitiveDoor, resultsExplained, outputOnce),
	"F11": perWaiter(dropCancels), "F16": atDoor(CombinatorDoor, combinatorBorrows, perWaiter(contextBorrowed)), "F17": perWaiter(noSelfWakeSpin),
	"F12": cancelledWinner, "F23": allOwedWoken, "F24": servedInOrder,
	"W13": wakeAfterEnd, "W17": burst, "W19": noInlinePoll,
	"E1": firstPoll, "E2": everyWakePolled, "E3": wakeDuringPoll, "E4": wakeBeforePark,
	"E5": noPollAfterReady, "E6": exclusivePoll, "E7": pollEconomy, "E8": idleSleeps,
	"P5": spuriousParks, "E14": lentWaker, "E15": staleWakeBounded, "E16": stableWaker, "E20": idleMeansIdle, "E21": boundedStarvation,
	"E22": yieldIsAWake, "E23": timersGoOn, "E24": joinTold, "E25": joinGivenUp, "E26": cancelEnds, "E27": dropsAtHome,
	"E28": pollPanicContained, "E29": dropPanicContained, "E32": noNeedlessUnpark, "E33": callsReenter,
	"E34": closeDropsAll, "E35": wakersOutlive, "E36": closeReturns, "E37": unreachableFreed,
	"W12": identityKept, "W20": dropsInsideWake, "W27": wakeReturns,
	"C1": either(owing("C1"), subWakerWorks(false)), "C2": owing("C2"), "C3": owing("C3"), "C4": owing("C4"),
	"C5": subWakerWorks(true), "C6": noChildPollAfterReady, "C7": childPollExclusive,
	"C8": selectivePolling, "C9": boundedWork, "C10": owing("C10"), "C11": dropsChildren, "C12": finishedReleased,
	"C13": either(childPanics, owing("C13")), "C14": fairToChildren, "C15": subWakerStable,
	"C16": noAmplification, "C17": either(emptyAnswers, owing("C17")), "C18": owing("C18"), "W24": owing("W24"),
	"W21": wakeSeen, "E12": wakeSeen, "E13": pollSeen, "E31": pollSeen, "P7": unparkSeen, "F22": fireSeen,
	"F5": registerBeforeCheck, "F6": publishBeforeWake, "E18": exactlyOnce, "E30": handedOver,
	"E9": tokenIsolation, "E10": nestedRun, "E11": returnOnReady, "E17": isolation, "E19": spawnVisible,
}

// decidedAtRest holds the laws that promise that something will happen. They
// are decided when nothing will happen any more, so that they are kept is known
// by the same means as that they are violated.
var decidedAtRest = map[string]bool{
	"C1": true, "C2": true, "C3": true, "C4": true, "C10": true, "C18": true, "W24": true,
	"W14": true, "P2": true, "P6": true, "P8": true, "P11": true, "P13": true, "P17": true, "P18": true,
	"F1": true, "F2": true, "F9": true, "F13": true, "F14": true, "F15": true, "F20": true,
	"F12": true, "F23": true,
	"E1": true, "E2": true, "E3": true, "E4": true, "E9": true, "E10": true, "E11": true, "E17": true, "E19": true,
	"F5": true, "F6": true, "E18": true, "E30": true,
	"E22": true, "E23": true, "E24": true, "E26": true, "E28": true, "E29": true, "E33": true, "E34": true, "E35": true, "E36": true, "E37": true, "W27": true,
}

// Judge reads a trace and returns the verdict on each of the given laws, or, if
// none is given, on every law that binds all and that such a trace can break:
// Kept, Violated with the event that breaks it, Skipped for a law that it has no
// occasion to show, or Unknown if the trace ends before that is decided. What the
// trace is of, an executor, a parker, a waker or a future, is seen from its
// events. It may come from any driver, or from somebody else's program.
func Judge(trace iter.Seq[Event], laws ...string) []Result {
	events := slices.Collect(trace)
	door := doorOf(events)
	judged := slices.DeleteFunc(monitored(door), func(id string) bool { return slices.Contains(comparedRuns, id) })
	if len(laws) == 0 {
		laws = slices.DeleteFunc(slices.Clone(judged), func(id string) bool { return !binds(id, "") })
	}
	beyond := slices.IndexFunc(events, func(e Event) bool { return e.Task > maxTask })
	var h history
	h.reset(events)
	resting := ifAtRest(events)
	results := make([]Result, 0, len(laws))
	for _, id := range laws {
		res := Result{Law: id, At: -1}
		if beyond >= 0 {
			res.Verdict, res.Reason = Unknown, fmt.Sprintf("event %d is of task %d; tasks are judged up to %d", beyond, events[beyond].Task, maxTask)
		} else if !slices.Contains(judged, id) {
			res.Verdict, res.Reason = Skipped, fmt.Sprintf("one trace of %s cannot show it", article(door))
		} else if b := monitors[id](&h); b != nil {
			res = b.result(id)
			res.Trace = events
		} else if reason := undecided(id, resting); reason != "" {
			res.Verdict, res.Reason = Unknown, "the trace ends before everything rests; if nothing more happened: "+reason
		} else if lacks := missing[id]; lacks != nil && lacks(&h) != "" {
			res.Verdict, res.Reason = Skipped, lacks(&h)
		}
		results = append(results, res)
	}
	return results
}

// monitored returns the laws of a door that one trace can break, those of
// profiles as well.
func monitored(door Door) []string {
	var ids []string
	for _, law := range Laws() {
		if monitors[law.ID] != nil && slices.Contains(law.Doors, door) {
			ids = append(ids, law.ID)
		}
	}
	return ids
}

// doorOf says what a trace is of.
func doorOf(events []Event) Door {
	for _, e := range events {
		switch e.Kind {
		case Declare:
			if e.Note == "children" {
				return CombinatorDoor
			}
		case Spawn:
			return ExecutorDoor
		case Park, Unpark, Fetch, Assert:
			return ParkerDoor
		case Wakes, Live, Freed:
			return WakerDoor
		case Call, Start, Block:
			return PrimitiveDoor
		}
	}
	return FutureDoor
}

func article(d Door) string {
	if d == ExecutorDoor {
		return "an executor"
	}
	return "a " + string(d)
}

func (b *breach) result(law string) Result {
	return Result{Law: law, Verdict: Violated, Evidence: b.evidence, Blame: b.blame, Reason: b.reason, At: b.at}
}
