package contract

import (
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// BenchmarkScenario plays and judges scenarios of eight operations for each
// kind of subject; they are drawn before.
func BenchmarkScenario(b *testing.B) {
	for _, k := range []struct {
		name string
		plug plug
	}{
		{"waker", wakerPlug(func(testing.TB) Subject {
			var c wakers.Counting
			return Subject{Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
		})},
		{"parker", parkerPlug(func(testing.TB) ParkerSubject {
			var p wakers.Parker
			return ParkerSubject{Park: p.Park, Unpark: p.Unpark, ParkTimeout: p.ParkTimeout}
		})},
		{"future", futurePlug(func(testing.TB) FutureSubject[struct{}] {
			var e futures.Event
			return FutureSubject[struct{}]{Future: e.Wait(), Fire: e.Fire}
		})},
	} {
		b.Run(k.name, func(b *testing.B) {
			c := newCampaign(k.plug, b.Name(), options{seed: 1}, nil)
			defer c.bubbles.close()
			if !c.inspect() {
				b.Fatal(c.faults)
			}
			var scenarios []Scenario
			for n := 0; len(scenarios) < 256; n++ {
				if sc := c.scenario(n); len(sc.Ops) == opsDrawn && !sc.Raced {
					scenarios = append(scenarios, sc)
				}
			}
			n := 0
			for b.Loop() {
				n = c.tryBatch(n, n+batch, func(n int) Scenario { return scenarios[n%len(scenarios)] })
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "scenarios/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/scenario")
		})
	}
}
