package engine

import (
	"math/rand/v2"
	"testing"
)

// last keeps the schedule of the last execution.
type last struct {
	strategy
	path []choice
}

func (s *last) end(e *Engine) {
	s.path = append(s.path[:0], e.path...)
	s.strategy.end(e)
}

// TestOracleBelowPrefixes checks that source completes each trace of those
// schedules that begin with a given prefix once.
func TestOracleBelowPrefixes(t *testing.T) {
	n := uint64(500)
	if raceDetector {
		n = 50
	}
	for seed := range n {
		tr := drawn(t, seed)
		rng := rand.New(rand.NewPCG(seed, 1))
		one := &last{strategy: &random{rng: rand.NewPCG(seed, 2), executions: 1}}
		watched(tr.script, one, 1)
		if len(one.path) == 0 {
			continue
		}
		prefix := one.path[:1+rng.IntN(len(one.path))]

		want, got := newView(tr.script, true), newView(tr.script, true)
		watched(tr.script, newNaive(0, prefix), 0, want)
		s := newSource()
		s.prefix = prefix
		r := watched(tr.script, s, 0, got)
		if err := got.differs(want); err != nil || r.Failure != nil || !r.Spent {
			t.Fatalf("seed %d, below %v: %v, %v\n%v", seed, prefix, err, r.Failure, tr.script)
		}
	}
}
