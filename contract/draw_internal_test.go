package contract

import "testing"

// Batches have limits: a subject that does its work in batches of 32 is given more than
// that now and then, at every door whose subjects have many to serve.
func TestThrongsAreDrawn(t *testing.T) {
	for _, f := range []facts{
		{Door: ExecutorDoor},
		{Door: CombinatorDoor, Most: maxChildren},
		{Door: PrimitiveDoor, Ops: []opFact{{Name: "wait", Start: true}, {Name: "notify"}}},
	} {
		const drawn = 500 // as a campaign has
		throngs := 0
		for n := range drawn {
			sc := draw(randomDraws(1, n), f)
			if err := sc.validate(); err != nil {
				t.Fatalf("%s: scenario %d: %v", f.Door, n, err)
			}
			throngs += btoi(max(len(sc.Scripts), len(sc.Ops)) >= leastThrong)
		}
		if throngs < drawn/(4*rareThrong) || throngs > drawn/4 {
			t.Errorf("%s: %d of %d scenarios have a throng, want about one in %d", f.Door, throngs, drawn, rareThrong)
		}
	}
}

// One task is no throng, and a combinator of few children is given few.
func TestThrongsFit(t *testing.T) {
	for _, f := range []facts{{Door: ExecutorDoor, Tasks: 1}, {Door: CombinatorDoor, Most: 3}} {
		for n := range 500 {
			if sc := draw(randomDraws(1, n), f); !f.fits(sc) {
				t.Fatalf("%s: scenario %d has %d scripts", f.Door, n, len(sc.Scripts))
			}
		}
	}
}
