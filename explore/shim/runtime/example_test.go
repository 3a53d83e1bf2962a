package runtime_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
)

// A waker that unparks before it says that there is something to do is not
// heard.
func ExampleToken() {
	r, err := explore.Check(func(x *explore.X) {
		var token runtime.Token
		var ready atomic.Bool
		x.Go("waker", func() {
			token.Unpark()
			ready.Store(true)
		})
		x.Go("parker", func() {
			for !ready.Load() {
				token.Park()
			}
		})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Failure.Fault)
	for _, s := range r.Failure.Stuck {
		fmt.Println(s)
	}
	// Output:
	// deadlock
	// parker waits to be unparked by token at example_test.go:23, since step 4
}
