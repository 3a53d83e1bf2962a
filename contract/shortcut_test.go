package contract

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestShortcutsHideNoBreach reads random traces with and without what spares
// monitors the reading of a trace, or of a stretch of it.
func TestShortcutsHideNoBreach(t *testing.T) {
	const traces = 20_000
	broken := map[string]int{}
	for n := range traces {
		draws := rand.New(rand.NewPCG(1, uint64(n)))
		door, kinds := FutureDoor, futureEvents
		if n%2 == 0 {
			door, kinds = WakerDoor, wakerEvents
		}
		events := randomTrace(draws, door, kinds)
		if doorOf(events) != door {
			continue
		}
		var short, whole history
		short.reset(events)
		whole.reset(events)
		whole.watch.signs = signs{read: true, ill: true, spun: true, kept: true, dropped: true}
		w := whole.stretches()
		w.late, w.miscounted = true, w.miscounted[:0]
		for i := range w.list {
			w.miscounted = append(w.miscounted, i)
		}
		for kind := range whole.seen {
			whole.seen[kind] = true
		}
		for _, law := range monitored(door) {
			got, want := monitorOf(law)(&short), monitors[law](&whole)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("trace %d, %s: got %+v, want %+v, in\n%+v", n, law, got, want, events)
			}
			if want != nil {
				broken[law]++
			}
		}
	}
	for _, law := range []string{"W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W14", "W15", "W22", "W25", "F1", "F2", "F3", "F4", "F7", "F11", "F14", "F15", "F17", "F18", "F20"} {
		if broken[law] == 0 {
			t.Errorf("none of %d traces breaks %s; want some", traces, law)
		}
	}
}

var (
	futureEvents = []Kind{Poll, Poll, Pending, Pending, Ready, Panicked, Clone, Clone, Wake, WakeByRef, WakeByRef, Drop,
		Return, Fire, FutureDrop, Settle, Settle, Rest, Held, Declare}
	wakerEvents = []Kind{Clone, Clone, Wake, WakeByRef, Drop, Replace, Return, Wakes, Live, Wakes, Live,
		Settle, Settle, Settle, Settle, Freed, Panicked, Inject, Near, Compare, Rest}
)

// randomTrace returns a trace of a door in which numbers mostly mean something.
func randomTrace(draws *rand.Rand, door Door, of []Kind) []Event {
	var events []Event
	held, wakes := [3]int{0, 1, 1}, [3]int{}
	if door == WakerDoor {
		events = append(events, Event{Kind: Declare, Task: 1, Note: "freed", Arg: 1}, Event{Kind: Wakes, Task: 1}, Event{Kind: Live, Task: 1, Arg: 1})
	}
	handles, poll := 1, 0
	wrong := draws.IntN(3) // how often counts are
	for range 3 + draws.IntN(40) {
		e := Event{Kind: of[draws.IntN(len(of))], Thread: draws.IntN(4) - 1, Task: 1 + draws.IntN(2)}
		switch e.Kind {
		case Rest, Near, Inject:
			if draws.IntN(8) > 0 {
				continue
			}
			e.Arg = int(Bubble)
		case Declare:
			e.Note, e.Arg = []string{"fire", "never"}[draws.IntN(2)], 1
		case Poll:
			poll, handles = poll+1, handles+1
			e.Poll, e.Handle, e.Arg = poll, handles, draws.IntN(4)
		case Pending, Ready:
			e.Poll = poll
		case Panicked:
			e.Poll, e.Note = poll*draws.IntN(2), []string{injected, "a panic"}[draws.IntN(2)]
		case Clone:
			handles++
			e.Poll, e.Handle, e.Arg = poll, draws.IntN(handles), handles
			held[e.Task]++
		case Wake, WakeByRef, Drop:
			e.Poll, e.Handle = poll, 1+draws.IntN(handles)
			if e.Kind != Drop {
				wakes[e.Task]++
			}
			if e.Kind != WakeByRef {
				held[e.Task]--
			}
		case Replace, Compare:
			e.Handle, e.Arg, e.Note = 1+draws.IntN(handles), 1+draws.IntN(handles), []string{"yes", "no"}[draws.IntN(2)]
		case Wakes, Live:
			if e.Arg = wakes[e.Task]; e.Kind == Live {
				e.Arg = held[e.Task]
			}
			if draws.IntN(8) < wrong {
				e.Arg += draws.IntN(3) - 1
			}
		case Held:
			e.Arg = draws.IntN(2)
		}
		events = append(events, e)
	}
	return events
}
