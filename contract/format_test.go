package contract

import (
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
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

// The scenario of a future names threads, wakers and answers as its trace does.
func TestAFuturesScenarioAndTraceAgree(t *testing.T) {
	report := CheckFuture(func(testing.TB) FutureSubject[string] {
		polls := 0
		return FutureSubject[string]{Want: "right", Future: futures.Func[string](func(cx *futures.Context) (string, bool) {
			polls++
			cx.Waker().WakeByRef()
			return "wrong", polls == 2
		})}
	})
	if r, _ := report.Result(plugFault); !strings.Contains(FormatTrace(r.Trace, -1), "ready of 1: wrong; want right") {
		t.Errorf("the trace does not say the wrong answer:\n%s", FormatResult(r))
	}

	sc := Scenario{Door: FutureDoor, Subjects: 1, Ops: []Op{{Do: DoPoll, Thread: 2, With: tableWaker}, {Do: DoFire, Thread: 3}}}
	run := newCampaign(futurePlug(func(testing.TB) FutureSubject[struct{}] {
		e := new(futures.Event)
		return FutureSubject[struct{}]{Future: e.Wait(), Fire: e.Fire}
	}), t.Name(), options{seed: 1}, nil)
	defer run.bubbles.close()
	if !run.inspect() {
		t.Fatal(run.faults)
	}
	events, faults := run.play(sc)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	text, trace := FormatScenario(sc), FormatTrace(events, -1)
	for _, want := range []string{"thread 4: poll with waker 1 (a VTable)", "thread 1: fire"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
	for _, want := range []string{"thread 4", "poll 1 of 1, lent h0 (a VTable)", "ready of 1\n"} {
		if !strings.Contains(trace, want) {
			t.Errorf("%q is missing from\n%s", want, trace)
		}
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

// An operation of a primitive that has no argument is named without one.
func TestCallsWithoutAnArgument(t *testing.T) {
	for want, e := range map[string]Event{
		"start 1: wait":      {Kind: Start, Task: 1, Note: "wait"},
		"call 2: release(1)": {Kind: Call, Task: 2, Note: "release", Arg: 1},
	} {
		if got := e.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
