package atomic_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// A load and a store are not an add: one of two deposits may be lost.
func Example() {
	r, err := explore.Check(func(x *explore.X) {
		var balance atomic.Int64
		var done sync.WaitGroup
		done.Add(2)
		for _, amount := range []int64{100, 200} {
			x.Go(fmt.Sprintf("deposit %d", amount), func() {
				balance.Store(balance.Load() + amount)
				done.Done()
			})
		}
		done.Wait()
		x.Assert(balance.Load() == 300)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range r.Failure.Steps {
		fmt.Printf("%s: %s (%s)\n", s.Thread, s.Kind, s.Note)
	}
	// Output:
	// deposit 100: load (= 0)
	// deposit 200: load (= 0)
	// deposit 200: store (200)
	// deposit 200: done (-1 = 1)
	// deposit 100: store (100)
	// deposit 100: done (-1 = 0)
	// main: wait ()
	// main: load (= 100)
}
