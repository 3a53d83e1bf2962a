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
