package contract

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

func joinSubject(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
	c := Combinator{Future: futures.Join(fs...)}
	c.Profile = "rust"
	return c
}

func TestJudgeAgreesWithCampaignsOnCombinators(t *testing.T) {
	judgeAgrees(t, combinatorPlug(joinSubject))
}

// The scenarios of a combinator hold what its laws need, and can be written and
// read back.
func TestCombinatorScenariosHoldWhatLawsNeed(t *testing.T) {
	seen := map[Do]int{}
	raced, empty, dropPanics := 0, 0, 0
	f := facts{Door: CombinatorDoor, Profile: "rust", Most: maxChildren, Push: true, Share: true, Drop: true}
	f.plan()
	for n := range 500 {
		sc := draw(randomDraws(1, n), f)
		var text bytes.Buffer
		if err := WriteScenario(&text, sc); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadScenario(&text); err != nil || !reflect.DeepEqual(again, sc) {
			t.Fatalf("scenario %d is not read back: %v", n, err)
		}
		if !f.fits(sc) {
			t.Errorf("scenario %d does not fit the facts that it was drawn for", n)
		}
		raced += btoi(sc.Raced)
		empty += btoi(len(sc.Scripts) == 0)
		for _, op := range sc.Ops {
			seen[op.Do]++
		}
		for _, s := range sc.Scripts {
			dropPanics += len(s.Drop)
			for _, turn := range s.Turns {
				for _, op := range turn.Ops {
					seen[op.Do]++
				}
			}
		}
	}
	for _, do := range slices.Concat(outsideDo[CombinatorDoor], turnDo[CombinatorDoor]) {
		if seen[do] == 0 {
			t.Errorf("%s was never drawn", do)
		}
	}
	if raced == 0 || empty == 0 || dropPanics == 0 {
		t.Errorf("%d raced, %d without children, %d whose drop panics; want some of each", raced, empty, dropPanics)
	}
}

// A child that nobody is held to survive is not drawn.
func TestChildrenPanicOnlyWhereThatIsJudged(t *testing.T) {
	f := facts{Door: CombinatorDoor, Most: maxChildren, Drop: true}
	f.plan()
	for n := range 500 {
		for _, s := range draw(randomDraws(1, n), f).Scripts {
			for _, turn := range s.Turns {
				if len(s.Drop) > 0 || slices.ContainsFunc(turn.Ops, func(op Op) bool { return op.Do == DoPanic }) {
					t.Fatalf("scenario %d has a child that panics", n)
				}
			}
		}
	}
}

// What a wake did that came before the latest poll of its child is not put down
// to the wakes after it: here the child was woken in its own poll, and that is lost.
func TestAnEarlierWakeOfAChildHidesNoLaterOne(t *testing.T) {
	const poller, other, child, clone = 1, 2, firstChild, 5
	polled := func(waker, poll int, inside ...Event) []Event {
		events := []Event{{Kind: Poll, Thread: poller, Task: waker, Poll: poll, Handle: 10 * poll}}
		if poll == 1 { // it keeps a clone
			inside = append(inside, Event{Kind: Poll, Thread: poller, Task: child, Poll: 1, Handle: 4},
				Event{Kind: Clone, Thread: poller, Task: child, Handle: 4, Arg: clone}, Event{Kind: Pending, Thread: poller, Task: child, Poll: 1})
		}
		events = append(events, inside...)
		return append(events, Event{Kind: Clone, Thread: poller, Task: waker, Handle: 10 * poll, Arg: 10*poll + 1},
			Event{Kind: Pending, Thread: poller, Task: waker, Poll: poll})
	}
	events := slices.Concat(
		[]Event{{Kind: Declare, Note: "children", Arg: 1}, {Kind: Declare, Note: "handle", Arg: 1}},
		polled(1, 1), polled(2, 2),
		polled(1, 3,
			Event{Kind: Wake, Thread: other, Task: child, Poll: 1, Handle: clone},
			Event{Kind: Poll, Thread: poller, Task: child, Poll: 2, Handle: 6},
			Event{Kind: WakeByRef, Thread: poller, Task: child, Poll: 2, Handle: 6},
			Event{Kind: Wake, Thread: other, Task: 2, Handle: 21}, // of the poll before
			Event{Kind: Return, Thread: other, Task: 2}, Event{Kind: Return, Thread: other, Task: child},
			Event{Kind: Return, Thread: poller, Task: child},
			Event{Kind: Pending, Thread: poller, Task: child, Poll: 2},
		),
		[]Event{{Kind: Rest, Arg: int(Bubble)}},
	)
	for _, r := range Judge(slices.Values(events)) {
		if want := r.Law == "C4"; want != (r.Verdict == Violated) {
			t.Errorf("%s: %s: %s", r.Law, r.Verdict, r.Reason)
		}
	}
	if t.Failed() {
		t.Logf("\n%s", FormatTrace(events, -1))
	}
}
