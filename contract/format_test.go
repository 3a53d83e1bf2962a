package contract

import (
	"strings"
	"testing"
)

// A long trace is shown from both ends: how it began, and the event that matters.
func TestLongTracesAreCut(t *testing.T) {
	events := make([]Event, 0, 3000)
	for n := range cap(events) / 2 {
		events = append(events, Event{Kind: Poll, Thread: -1, Task: 1, Poll: n + 1}, Event{Kind: Pending, Thread: -1, Task: 1, Poll: n + 1})
	}
	text := FormatTrace(events, 2000)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != longTrace+2 {
		t.Errorf("%d lines, want a head, %d events and a gap", len(lines), longTrace)
	}
	for _, want := range []string{"   0 poll 1 of 1", "… events 60 to 1955 are left out", "> 2000 poll 1001 of 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
	if short := FormatTrace(events[:longTrace], 3); strings.Contains(short, "left out") || strings.Count(short, "\n") != longTrace+1 {
		t.Errorf("%d events are cut:\n%s", longTrace, short)
	}
}

// What a scenario does is said in the words of its door.
func TestOperationsAreNamed(t *testing.T) {
	for _, c := range []struct {
		door Door
		op   Op
		want string
	}{
		{WakerDoor, Op{Do: DoDrop, Handle: 2}, "drop a live handle (number 3 of them)"},
		{WakerDoor, Op{Do: DoWake}, "wake a live handle (number 1 of them)"},
		{FutureDoor, Op{Do: DoDrop}, "drop"},
		{PrimitiveDoor, Op{Do: DoBegin, Name: "acquire", N: 2, Handle: 1}, "begin acquire(2) with waker 2"},
		{PrimitiveDoor, Op{Do: DoBegin, Name: "close"}, "begin close"},
		{PrimitiveDoor, Op{Do: DoPoll, Task: 2}, "poll waiter 2 with waker 1"},
		{PrimitiveDoor, Op{Do: DoDrop, Task: 2}, "give up waiter 2"},
	} {
		if got := c.op.at(c.door); got != c.want {
			t.Errorf("%s: %q, want %q", c.door, got, c.want)
		}
	}
}
