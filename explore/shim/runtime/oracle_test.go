package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
)

// A tokenStep is what a thread of a random program does: park on a token, unpark it,
// or look at what has been done so far.
type tokenStep struct {
	Token int
	Do    string
}

// TestTokensAgreeWithAllSchedules compares random programs, in which a token may
// have several parkers, with all their schedules.
func TestTokensAgreeWithAllSchedules(t *testing.T) {
	t.Run("parks take a token", func(t *testing.T) { tokensAgree(t, 0, 100) })
	t.Run("parks may return early", func(t *testing.T) { tokensAgree(t, 1, 0) }) // a choice, which optimal DPOR cannot follow
}

func tokensAgree(t *testing.T, spurious, fit int) {
	limits := engine.Limits{Spurious: spurious, Executions: 20_000}
	enginetest.Oracle(t, 200, 100, fit, limits, func(rng *rand.Rand) enginetest.Threads {
		program := make([][]tokenStep, 2+rng.IntN(2))
		for i := range program {
			for range 1 + rng.IntN(3) {
				do := []string{"park", "park", "unpark", "count", "look"}[rng.IntN(5)]
				program[i] = append(program[i], tokenStep{rng.IntN(2), do})
			}
		}
		return enginetest.Threads{Drawn: program, Start: func() [][]func() string {
			var tokens [2]runtime.Token
			var counts [2]atomic.Int32
			if fit > 0 { // optimal DPOR wants the body to touch all
				for i := range tokens {
					tokens[i].Unpark()
					tokens[i].Park()
					counts[i].Load()
				}
			}
			threads := make([][]func() string, len(program))
			for i, steps := range program {
				for _, s := range steps {
					threads[i] = append(threads[i], func() string {
						switch s.Do {
						case "park":
							tokens[s.Token].Park()
						case "unpark":
							tokens[s.Token].Unpark()
						case "count":
							counts[s.Token].Add(1)
						case "look":
							return fmt.Sprint(counts[s.Token].Load())
						}
						return s.Do
					})
				}
			}
			return threads
		}}
	})
}
