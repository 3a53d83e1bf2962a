package sync_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// Two deposits under a lock: none is lost, whichever comes first.
func Example() {
	r, err := explore.Check(func(x *explore.X) {
		var mu sync.Mutex
		var done sync.WaitGroup
		balance := 0
		done.Add(2)
		for range 2 {
			x.Go("deposit", func() {
				defer done.Done()
				mu.Lock()
				defer mu.Unlock()
				balance++
			})
		}
		done.Wait()
		x.Assert(balance == 2)
	})
	fmt.Println(r, err)
	// Output:
	// proved: no schedule fails (2 executions, 14 steps, which stand for all; no bound) <nil>
}
