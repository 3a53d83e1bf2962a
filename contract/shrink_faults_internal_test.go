package contract

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// A counterexample says what is needed to break a law and nothing else: wakers that
// call back although the law breaks without them are left out, also where a scenario
// has no scripts.
func TestFaultsThatAreNotNeededAreLeftOut(t *testing.T) {
	p := primitivePlug(func(testing.TB) Primitive {
		s := primitives.NewSemaphore(1)
		return Primitive{
			Model: NewModel(1, func(free int, o Operation) (int, int, bool) {
				if o.Op == "release" {
					return free + 1, 0, true
				}
				return free - 1, 0, free > 0
			}),
			Ops: []PrimitiveOp{
				{Name: "acquire", Start: func(int) futures.Future[int] { return zeroError{s.Acquire(1)} }},
				{Name: "release", Undoes: "acquire", Do: func(int) int { return 0 }}, // releases nothing
			},
		}
	})
	c := newCampaign(p, t.Name(), options{seed: 1}, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		t.Fatal(c.faults)
	}
	acquire := Op{Do: DoBegin, Name: "acquire", Thread: 1}
	found := c.breaks("F1", Scenario{
		Version: scenarioVersion, Door: PrimitiveDoor, Subjects: 1,
		Ops: []Op{acquire, acquire, {Do: DoBegin, Name: "release", Thread: 1}},
		Faults: []Fault{
			{Slot: DoClone, Call: 1, Op: &Op{Do: DoPoll, Task: 3}},
			{Slot: DoWake, Op: &Op{Do: DoRun}},
		},
	}, 1)
	if found == nil {
		t.Fatal("F1 is not broken by a release that releases nothing")
	}
	if small := c.shrink("F1", found).scenario; len(small.Faults) > 0 {
		t.Errorf("F1 is shown with %v, which it does not need", small.Faults)
	}
}

// Every fault of a scenario is tried without, at every door.
func TestEveryFaultIsTriedWithout(t *testing.T) {
	faults := []Fault{{Slot: DoClone, Panic: true}, {Slot: DoDrop, Op: &Op{Do: DoRun}}}
	for _, scripts := range [][]Script{nil, {{}}, {{}, {}}} {
		sc := Scenario{Door: PrimitiveDoor, Scripts: scripts, Faults: faults}
		for n := range faults {
			kept := faults[1-n]
			if !slices.ContainsFunc(reductions(sc), func(s Scenario) bool { return len(s.Faults) == 1 && s.Faults[0].Slot == kept.Slot }) {
				t.Errorf("with %d scripts no reduction leaves out %v", len(scripts), faults[n])
			}
		}
	}
}

// A zeroError is the future of an error as one of a number.
type zeroError struct{ futures.Future[error] }

func (z zeroError) Poll(cx *futures.Context) (int, bool) {
	err, ready := z.Future.Poll(cx)
	if err != nil {
		return -1, ready
	}
	return 0, ready
}

func (z zeroError) Drop() { futures.Drop(z.Future) }
