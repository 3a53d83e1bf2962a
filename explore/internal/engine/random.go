package engine

import (
	"math/bits"
	"math/rand/v2"
)

// random picks any thread that can go on, with equal chances.
type random struct {
	rng        *rand.PCG
	executions int // how many to run
}

func (s *random) begin(*Engine) bool {
	s.executions--
	return s.executions >= 0
}

func (s *random) next(_ *Engine, enabled uint64) int {
	if enabled&(enabled-1) == 0 {
		return bits.TrailingZeros64(enabled)
	}
	for k := s.below(bits.OnesCount64(enabled)); k > 0; k-- {
		enabled &= enabled - 1
	}
	return bits.TrailingZeros64(enabled)
}

func (s *random) choose(_ *Engine, n int) int { return s.below(n) }
func (s *random) step(*Engine, *Thread)       {}
func (s *random) end(*Engine)                 {}

// below returns a number below n; for the small n here the bias does not count.
func (s *random) below(n int) int {
	hi, _ := bits.Mul64(s.rng.Uint64(), uint64(n))
	return int(hi)
}
