package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSourceAgreesWithOptimal compares what source and optimal complete. It is
// no proof, as they share the traces, but it is so much faster than trying every
// schedule that it reaches far more scripts, and larger ones.
func TestSourceAgreesWithOptimal(t *testing.T) {
	n := uint64(20_000)
	switch {
	case raceDetector:
		n = 500
	case long:
		n = 400_000
	}
	for seed := range n {
		s := drawFamily(rand.New(rand.NewPCG(seed, 1)), families[seed%uint64(len(families))])
		if s.has(awaitAny) { // see newView
			continue
		}
		if disagree(s) {
			least := s.shrink(disagree)
			t.Fatalf("seed %d:\n%vthe least of its kind:\n%vsource completes %v, optimal %v", seed, s, least,
				completes(least, &source{}), completes(least, &optimal{}))
		}
	}
}

func completes(s script, st strategy) Result {
	const most = 3000
	return search(newWorld(s).body, st, Limits{Executions: most})
}

func disagree(s script) bool {
	o := completes(s, &optimal{})
	r := completes(s, &source{}) // with failing CompareAndSwaps as writes, as optimal has it
	return r.Failure != nil || o.Failure != nil || o.Blocked > 0 || r.Executions != o.Executions
}

// drawFamily draws a script of short threads that use one kind of
// synchronization, and at times another.
func drawFamily(rng *rand.Rand, ops []opcode) script {
	ops = slices.Clone(ops)
	if rng.IntN(2) == 0 {
		ops = append(ops, families[rng.IntN(len(families))]...)
	}
	if rng.IntN(3) == 0 {
		ops = append(ops, skip)
	}
	s := script{threads: make([][]instr, 3+rng.IntN(3))}
	for range 5 + rng.IntN(7) {
		id := 1 + rng.IntN(len(s.threads)-1)
		s.threads[id] = append(s.threads[id], instr{
			op: ops[rng.IntN(len(ops))],
			x:  rng.IntN(3), y: rng.IntN(3),
			k: rng.IntN(3), l: rng.IntN(3),
		})
	}
	s.repair()
	return s
}
