package sync_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// What an execution costs with three threads that take a lock six times each,
// and so on. None of it allocates but what the body makes.
func BenchmarkExecution(b *testing.B) {
	var (
		mu   sync.Mutex
		rw   sync.RWMutex
		wg   sync.WaitGroup
		once sync.Once
		pool sync.Pool
		cond = sync.NewCond(&mu)
	)
	value := any("value")
	nothing := func() {}
	cases := []struct {
		name string
		f    func()
	}{
		{"Mutex", func() { mu.Lock(); defer mu.Unlock() }},
		{"RWMutex.RLock", func() { rw.RLock(); defer rw.RUnlock() }},
		{"RWMutex.Lock", func() { rw.Lock(); defer rw.Unlock() }},
		{"WaitGroup", func() { wg.Add(1); wg.Done(); wg.Wait() }},
		{"Once", func() { once.Do(nothing) }},
		{"Pool", func() { pool.Put(value); pool.Get() }},
		{"Cond", cond.Broadcast},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			thread := func() {
				for range 6 {
					c.f()
				}
			}
			r, err := engine.Explore(engine.Program{
				Algorithm: engine.Random,
				Limits:    engine.Limits{Executions: b.N},
				Body: func(e *engine.Engine) {
					for range 3 {
						e.Go("thread", thread, engine.Worker)
					}
				},
			})
			if err != nil || r.Failure != nil {
				b.Fatal(r.Failure, err)
			}
		})
	}
}
