package engine

import "math/bits"

// pct gives each thread a random priority and lets the highest that can go on
// run; at d-1 random steps it drops the running thread below all others
// (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with
// probabilistic guarantees of finding bugs", ASPLOS 2010). A bug that needs d
// ordering constraints among n threads and k steps shows in an execution with a
// chance of at least 1/(n·k^(d-1)). The depth goes 2, 3, 4 in turn; k is the
// length of the longest execution so far.
type pct struct {
	random
	depth    int
	priority [MaxThreads]uint64 // higher runs first; 0: not given yet
	change   [3]int             // the steps at which the running thread drops
	steps    int
	low      uint64 // the next priority to drop to: below all random ones
}

const lowest = 1 << 32 // random priorities lie above it, dropped ones below

func (s *pct) begin(e *Engine) bool {
	s.depth = 2 + (s.depth+2)%3
	clear(s.priority[:e.nids])
	s.low = lowest - 1
	s.steps = 0
	for i := range s.change[:s.depth-1] {
		s.change[i] = s.below(max(e.Stats.Longest, 1))
	}
	return s.random.begin(e)
}

func (s *pct) next(e *Engine, enabled uint64) int {
	best := s.highest(enabled)
	for _, at := range s.change[:s.depth-1] {
		if at == s.steps {
			s.priority[best] = s.low
			s.low--
			best = s.highest(enabled)
		}
	}
	s.steps++
	return best
}

func (s *pct) highest(enabled uint64) int {
	best := -1
	for m := enabled; m != 0; m &= m - 1 {
		id := bits.TrailingZeros64(m)
		if s.priority[id] == 0 {
			s.priority[id] = lowest + s.rng.Uint64()>>1
		}
		if best < 0 || s.priority[id] > s.priority[best] {
			best = id
		}
	}
	return best
}
