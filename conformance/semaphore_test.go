package conformance

import (
	"context"
	"testing"

	"golang.org/x/sync/semaphore"

	"github.com/wakecheck/wakecheck/contract"
)

// xSyncSemaphore plugs in golang.org/x/sync/semaphore: a fair semaphore that blocks
// its caller, who gives up by a context.
func xSyncSemaphore(testing.TB) contract.Primitive {
	const size = 3
	s := semaphore.NewWeighted(size)
	release := func(n int) int { s.Release(int64(n)); return 0 }
	return contract.Primitive{
		Claims: contract.Claims{Profile: "go-pool"},
		FIFO:   true,
		Model: contract.NewModel(size, func(free int, o contract.Operation) (int, int, bool) {
			if o.Op == "release" || o.Op == "release-tried" {
				return free + o.Arg, 0, true
			}
			return free - o.Arg, 0, o.Arg <= free
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "acquire", Args: size, Block: func(ctx context.Context, n int) (int, error) { return 0, s.Acquire(ctx, int64(n)) }},
			{Name: "try-acquire", Args: size, Try: func(n int) (int, bool) { return 0, s.TryAcquire(int64(n)) }},
			{Name: "release", Undoes: "acquire", Do: release},
			{Name: "release-tried", Undoes: "try-acquire", Do: release},
		},
	}
}

func TestXSyncSemaphore(t *testing.T) { contract.TestPrimitive(t, xSyncSemaphore) }
