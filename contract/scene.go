package contract

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

// Scenes are the scenarios that a campaign explores, one by one: for whoever looks
// at an Explorer itself.
type Scenes struct{ c *campaign }

// NewScenes makes the Scenes of mk, which is what TestExecutor or another door
// takes. It makes subjects to see what they can do, and blocks until that is done.
func NewScenes(mk any) (*Scenes, error) {
	p, err := plugOf(mk)
	if err != nil {
		return nil, err
	}
	c := newCampaign(p, "Scenes", options{}, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		return nil, fmt.Errorf("scenes: %s: %s", c.unknown, c.faults)
	}
	return &Scenes{c}, nil
}

// Draw returns the n-th scenario that a campaign with this seed explores.
func (s *Scenes) Draw(seed uint64, n int) *Scene {
	s.c.options.seed = seed
	return &Scene{c: s.c, scenario: s.c.explorable(n)}
}

// A Scene is one scenario, to be played again and again on Stages.
type Scene struct {
	c        *campaign
	scenario Scenario
	run      *run
	events   []Event // nil: it has not been played to its end
}

// Play plays the scenario on a fresh subject. The body of an execution calls it.
func (s *Scene) Play(stage Stage) {
	s.events = nil
	s.run = s.c.newStaged(&s.scenario, stage)
	s.c.plug.play(s.run)
	s.events = s.run.close()
}

// Trace returns what Play has recorded, as far as it came. The slice is the
// caller's.
func (s *Scene) Trace() []Event {
	if s.events == nil {
		return slices.Clone(s.run.close())
	}
	return slices.Clone(s.events)
}

// Violated returns the laws that the trace of Play breaks, of those that bind the
// subject.
func (s *Scene) Violated() (laws []string) {
	s.c.history.reset(s.Trace())
	for n, law := range s.c.laws {
		if s.c.monitors[n](&s.c.history) != nil {
			laws = append(laws, law)
		}
	}
	return laws
}

// plugOf is the plug of a door's mk.
func plugOf(mk any) (plug, error) {
	switch mk := mk.(type) {
	case func(testing.TB) Executor:
		return executorPlug(mk), nil
	case func(testing.TB) ParkerSubject:
		return parkerPlug(mk), nil
	case func(testing.TB) Subject:
		return wakerPlug(mk), nil
	case func(testing.TB) Primitive:
		return primitivePlug(mk), nil
	case func(testing.TB) FutureSubject[int]:
		return futurePlug(mk), nil
	case func(testing.TB, ...futures.Future[int]) futures.Future[[]int]:
		return combinatorPlug(mk), nil
	}
	return plug{}, fmt.Errorf("scenes: expected what a door takes, got %T", mk)
}
