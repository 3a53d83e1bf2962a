package contract_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
)

// A primitive is a table of operations. This one is a lock made of a channel:
// lock waits on its goroutine and is given up by its context, and unlock gives
// back what a lock has taken.
func ExampleCheckPrimitive() {
	report := contract.CheckPrimitive(func(testing.TB) contract.Primitive {
		locked := make(chan struct{}, 1)
		return contract.Primitive{
			Model: contract.NewModel(false, func(locked bool, o contract.Operation) (bool, int, bool) {
				if o.Op == "lock" {
					return true, 0, !locked
				}
				return false, 0, true
			}),
			Ops: []contract.PrimitiveOp{
				{Name: "lock", Block: func(ctx context.Context, _ int) (int, error) {
					select {
					case locked <- struct{}{}:
						return 0, nil
					case <-ctx.Done():
						return 0, ctx.Err()
					}
				}},
				{Name: "unlock", Undoes: "lock", Do: func(int) int { <-locked; return 0 }},
			},
		}
	})
	for _, r := range report.Results {
		if r.Verdict == contract.Kept {
			fmt.Println(r.Law, r.Verdict)
		}
	}
	// Output:
	// F1 kept
	// F21 kept
}

// A semaphore whose release forgets to wake: the model says who could go on.
func ExampleTestPrimitive() {
	mk := func(testing.TB) contract.Primitive {
		s := newSemaphore(func(s *semaphore) { s.wake = func([]*acquire) {} })
		return contract.Primitive{
			Model: semaphoreModel,
			Ops: []contract.PrimitiveOp{
				{Name: "acquire", Args: 2, Start: s.acquire}, // gives a future
				{Name: "try-acquire", Args: 2, Try: s.tryAcquire},
				{Name: "release", Undoes: "acquire", Do: s.release},
				{Name: "release-tried", Undoes: "try-acquire", Do: s.release},
			},
		}
	}
	// func TestSemaphore(t *testing.T) { contract.TestPrimitive(t, mk) }
	fmt.Println(contract.CheckPrimitive(mk).Violated())
	// Output: [F1]
}
