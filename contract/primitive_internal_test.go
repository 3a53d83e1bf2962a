package contract

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// What a waker begins while everything is given up is given up, too, and not left to
// be freed while wakers call back.
func TestWhatWakersBeginAtTheEndIsGivenUp(t *testing.T) {
	p := primitivePlug(func(testing.TB) Primitive {
		var n primitives.Notify
		return Primitive{Ops: []PrimitiveOp{
			{Name: "wait", Start: func(int) futures.Future[int] {
				return zero{n.Wait()}
			}},
		}}
	})
	c := newCampaign(p, t.Name(), options{seed: 1}, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		t.Fatal(c.faults)
	}
	wait := Op{Do: DoBegin, Name: "wait", Thread: 1, Handle: 1}
	events, faults := c.play(Scenario{
		Version: scenarioVersion, Door: PrimitiveDoor, Subjects: 1,
		Ops:    []Op{wait, wait},
		Faults: []Fault{{Slot: DoDrop, Op: &wait}},
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	started, dropped, left := 0, 0, 0
	for _, e := range events {
		started += btoi(e.Kind == Start)
		dropped += btoi(e.Kind == FutureDrop)
		left += btoi(e.Kind == Drop && e.Thread == -1)
	}
	if started <= 3 || dropped != started || left > 0 || slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rescue }) {
		t.Errorf("%d started, %d given up, %d handles dropped by nobody; want all given up, some of them begun by wakers\n%s", started, dropped, left, FormatTrace(events, -1))
	}
}

// A zero is a future that answers 0.
type zero struct{ futures.Future[struct{}] }

func (z zero) Poll(cx *futures.Context) (int, bool) {
	_, ready := z.Future.Poll(cx)
	return 0, ready
}

func (z zero) Drop() { futures.Drop(z.Future) }
