package contract

import (
	"slices"
	"testing"
)

// A campaign that could not go on is unknown for the laws that nothing has broken by
// then, however much is tried afterwards to make the scenarios of others small.
func TestWhatWasNotDecidedIsNotKept(t *testing.T) {
	p := parkerPlug(func(testing.TB) ParkerSubject {
		return ParkerSubject{Park: func() {}, Unpark: func() {}} // waits for nothing
	})
	c := newCampaign(p, t.Name(), options{seed: 1, checks: 50}, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		t.Fatal(c.faults)
	}
	c.tryAll()
	if len(c.found) < 2 || c.found["P2"] != nil {
		t.Fatalf("broken are %v; want several laws, and not P2", c.found)
	}
	c.unknown = "a run did not settle"
	c.shrinkAll()
	if r, _ := c.report().Result("P2"); r.Verdict != Unknown {
		t.Errorf("%s: %s; want it unknown: %s", r.Verdict, r.Reason, c.unknown)
	}
}

// A task is taken out together with an operation, too: where tasks take turns neither
// can be missed alone.
func TestReductionsTakeOutATaskAndItsTurn(t *testing.T) {
	poll := Op{Do: DoPoll}
	sc := Scenario{Version: scenarioVersion, Door: CombinatorDoor, Subjects: 1, Scripts: make([]Script, 2), Ops: []Op{poll, poll, poll}}
	if !slices.ContainsFunc(reductions(sc), func(s Scenario) bool { return len(s.Scripts) == 1 && len(s.Ops) == 2 }) {
		t.Error("no reduction takes out a task and an operation")
	}
}
