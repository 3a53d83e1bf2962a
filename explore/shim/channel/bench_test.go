package channel_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// BenchmarkWithoutEngine compares the operations with Go's.
func BenchmarkWithoutEngine(b *testing.B) {
	c, d := make(chan int, 1), make(chan int)
	b.Run("go", func(b *testing.B) {
		for b.Loop() {
			c <- 1
			<-c
		}
	})
	b.Run("shim", func(b *testing.B) {
		for b.Loop() {
			channel.Send(c, 1)
			channel.Recv(c)
		}
	})
	b.Run("select/go", func(b *testing.B) {
		for b.Loop() {
			select {
			case c <- 1:
			case <-d:
			}
			<-c
		}
	})
	b.Run("select/shim", func(b *testing.B) {
		for b.Loop() {
			channel.Select(false, channel.SendCase(c, 1), channel.RecvCase(d, nil, nil))
			channel.Recv(c)
		}
	})
}

// BenchmarkExplore tells what an execution costs, of 3 threads of 6 operations.
func BenchmarkExplore(b *testing.B) {
	for _, kind := range []struct {
		name string
		size int
		sel  bool
	}{{"buffered", 1, false}, {"unbuffered", 0, false}, {"select", 0, true}} {
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			_, r := enginetest.Run(b, func(e *engine.Engine) func() string {
				c, d := make(chan int, kind.size), make(chan int, kind.size)
				threads(e, func() {
					for range 6 {
						channel.Send(c, 1)
					}
				}, func() {
					for range 6 {
						channel.Send(d, 2)
					}
				}, func() {
					var v int
					for i := range 12 {
						switch {
						case kind.sel:
							channel.Select(false, channel.RecvCase(c, &v, nil), channel.RecvCase(d, &v, nil))
						case i < 6:
							channel.Recv(c)
						default:
							channel.Recv(d)
						}
					}
				})
				return nil
			}, engine.Random, engine.Limits{Executions: b.N})
			b.ReportMetric(float64(r.Steps)/float64(r.Executions), "steps/op")
		})
	}
}
