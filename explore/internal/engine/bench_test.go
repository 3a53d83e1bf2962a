package engine

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// BenchmarkExecutions is how many complete executions a second each algorithm
// makes of 3 threads of 6 operations.
func BenchmarkExecutions(b *testing.B) {
	for _, c := range []struct {
		name string
		make func() strategy
	}{
		{"source", func() strategy { return newSource() }},
		{"optimal", func() strategy { return &optimal{} }},
		{"naive", func() strategy { return newNaive(0, nil) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			body := shape(3, 6, 2)
			done := 0
			for b.Loop() {
				done += search(body, c.make(), Limits{Executions: 80_026}).Executions
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "executions/s")
		})
	}
}

// BenchmarkSteps is how many steps a second the strategies by chance make of
// the same program.
func BenchmarkSteps(b *testing.B) {
	const n = 100_000
	for _, c := range []struct {
		name string
		make func() strategy
	}{
		{"pct", func() strategy { return &pct{random: random{rng: rand.NewPCG(1, 0), executions: n}} }},
		{"random", func() strategy { return &random{rng: rand.NewPCG(1, 0), executions: n} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			body := shape(3, 6, 2)
			steps := int64(0)
			for b.Loop() {
				steps += search(body, c.make(), Limits{}).Steps
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

// BenchmarkPrograms explores the programs of the field to their ends.
func BenchmarkPrograms(b *testing.B) {
	for _, c := range []struct {
		name string
		body func(*Engine)
		make func() strategy
	}{
		{"lastzero(15)/optimal", lastzero(15), func() strategy { return &optimal{} }},
		{"readers(13)/source", readers(13), func() strategy { return newSource() }},
		{"readers(13)/optimal", readers(13), func() strategy { return &optimal{} }},
		{"indexer(15)/source", indexer(15), func() strategy { return newSource() }},
		{"indexer(15)/optimal", indexer(15), func() strategy { return &optimal{} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				search(c.body, c.make(), Limits{})
			}
		})
	}
}

func newSource() *source { return &source{trace: trace{casReads: true}} }

// meter counts what is allocated from some execution of a search on to a later
// one.
type meter struct {
	strategy
	from, to, n      int
	mallocs, inUse   uint64
	mallocs0, inUse0 uint64
}

func (s *meter) begin(e *Engine) bool {
	switch s.n {
	case s.from:
		s.mallocs0, s.inUse0 = memory()
	case s.to:
		mallocs, inUse := memory()
		s.mallocs, s.inUse = mallocs-s.mallocs0, inUse-min(inUse, s.inUse0)
	}
	s.n++
	return s.strategy.begin(e)
}

func memory() (mallocs, inUse uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs, m.HeapInuse + m.StackInuse
}

// TestSteadyState shows that an execution allocates nothing, and so that the
// memory of a search does not grow with their number.
func TestSteadyState(t *testing.T) {
	const from, to = 10_000, 60_000
	for _, c := range []struct {
		name string
		s    strategy
	}{
		{"source", newSource()},
		{"naive", newNaive(0, nil)},
		{"pct", &pct{random: random{rng: rand.NewPCG(1, 0), executions: to + 1}}},
		{"random", &random{rng: rand.NewPCG(1, 0), executions: to + 1}},
	} {
		m := &meter{strategy: c.s, from: from, to: to}
		search(shape(3, 6, 2), m, Limits{Executions: to + 1})
		if m.n <= to {
			t.Fatalf("%s: only %d executions", c.name, m.n)
		}
		// The runtime itself, as in ReadMemStats, allocates now and then.
		if m.mallocs > 100 {
			t.Errorf("%s: %d allocations in %d executions, want none", c.name, m.mallocs, to-from)
		}
		if m.inUse > 256<<10 {
			t.Errorf("%s: %d bytes more in use after %d executions", c.name, m.inUse, to-from)
		}
	}
}
