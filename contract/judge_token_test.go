package contract

import (
	"testing"

	"pgregory.net/rapid"
)

// P8 must say of any history of parks and unparks what trying every order of
// them says.
func TestTotalOrderIsFoundByTryingAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := drawHistory(t)
		var h history
		h.reset(events)
		got, want := totalOrder(&h) == nil, explained(h.parks())
		if got != want {
			t.Fatalf("an order is found: %t; want %t\n%s", got, want, FormatTrace(events, -1))
		}
	})
}

// drawHistory draws a trace of one owner and two who unpark, which ends at rest.
func drawHistory(t *rapid.T) []Event {
	var events []Event
	busy := map[int]bool{}
	for range rapid.IntRange(1, 14).Draw(t, "events") {
		thread := rapid.IntRange(1, 3).Draw(t, "thread")
		e := Event{Kind: Unpark, Thread: thread}
		switch {
		case busy[thread] && thread == owner:
			e = Event{Kind: Return, Thread: thread, Arg: 1}
		case busy[thread]:
			e.Kind = Return
		case thread == owner:
			e.Kind = Park
		}
		busy[thread] = !busy[thread]
		events = append(events, e)
	}
	for thread := 2; thread <= 3; thread++ {
		if busy[thread] {
			events = append(events, Event{Kind: Return, Thread: thread})
		}
	}
	return append(events, Event{Kind: Rest, Arg: int(Bubble)})
}

// explained tries every order of the parks and unparks that real time allows.
func explained(p *parks) bool {
	type op struct {
		span
		park bool
	}
	var ops []op
	open := false
	for _, s := range p.parks {
		if s.end < 0 {
			open = true // it takes no token: none may be left
			continue
		}
		ops = append(ops, op{s, true})
	}
	for _, s := range p.unparks {
		ops = append(ops, op{s, false})
	}
	type state struct {
		done  uint
		token bool
	}
	seen := map[state]bool{}
	var try func(s state) bool
	try = func(s state) bool {
		if s.done == 1<<len(ops)-1 {
			return !open || !s.token
		}
		if seen[s] {
			return false
		}
		seen[s] = true
		first := len(p.parks) + 1<<20 // the earliest end of what is left
		for n, o := range ops {
			if s.done&(1<<n) == 0 {
				first = min(first, o.end)
			}
		}
		for n, o := range ops {
			if s.done&(1<<n) != 0 || o.begin > first || o.park && !s.token {
				continue
			}
			if try(state{s.done | 1<<n, !o.park}) {
				return true
			}
		}
		return false
	}
	return try(state{})
}
