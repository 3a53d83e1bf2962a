package conformance

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// The benchmarks run the adapters that the tests run, each beside ours and the
// naive rival: a channel with one slot, the go statement.

var parkers = []struct {
	name string
	mk   func(testing.TB) contract.ParkerSubject
}{
	{"wakers.Parker", func(testing.TB) contract.ParkerSubject {
		p := new(wakers.Parker)
		return contract.ParkerSubject{Park: p.Park, Unpark: p.Unpark}
	}},
	{"gvisor_sleep", gvisorSleeper},
	{"chan1", func(testing.TB) contract.ParkerSubject {
		c := make(chan struct{}, 1)
		return contract.ParkerSubject{
			Park: func() { <-c },
			Unpark: func() {
				select {
				case c <- struct{}{}:
				default:
				}
			},
		}
	}},
}

// BenchmarkParkToken is an unpark and then a park that takes the token.
func BenchmarkParkToken(b *testing.B) {
	for _, k := range parkers {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			p := k.mk(b)
			for b.Loop() {
				p.Unpark()
				p.Park()
			}
		})
	}
}

// BenchmarkParkRoundTrip is two goroutines that unpark each other in turn.
func BenchmarkParkRoundTrip(b *testing.B) {
	for _, k := range parkers {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			ping, pong := k.mk(b), k.mk(b)
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range b.N {
					ping.Park()
					pong.Unpark()
				}
			}()
			for range b.N {
				ping.Unpark()
				pong.Park()
			}
			<-done
		})
	}
}

var executors = []struct {
	name string
	mk   func(testing.TB) contract.Executor
}{
	{"executor.Pool", func(testing.TB) contract.Executor {
		p := executor.NewPool(poolWorkers)
		return contract.Executor{
			Spawn: func(f futures.Future[int]) contract.Task { return executor.Spawn(p, f) },
			Close: p.Close,
		}
	}},
	{"ants", antsPool},
	{"pond", pondPool},
	{"workerpool", workerPool},
	{"gopool", goPool},
	{"conc", concPool},
	{"goja", gojaLoop},
	{"goroutines", goroutines},
}

// BenchmarkPollAlone is one task that wakes itself and is polled again.
func BenchmarkPollAlone(b *testing.B) { benchmarkPoll(b, 1) }

// BenchmarkPollMany is as many such tasks at a time as an ants pool here has
// workers for.
func BenchmarkPollMany(b *testing.B) { benchmarkPoll(b, turnsAtOnce/2) }

func benchmarkPoll(b *testing.B, tasks int) {
	for _, k := range executors {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			x := k.mk(b)
			if x.Close != nil {
				b.Cleanup(x.Close)
			}
			running := make([]contract.Task, tasks)
			b.ResetTimer()
			for i := range running {
				running[i] = x.Spawn(futures.NewCountdown(b.N / tasks))
			}
			for _, t := range running {
				if _, err := t.Join(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
