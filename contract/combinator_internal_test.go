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
