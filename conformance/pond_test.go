package conformance

import (
	"context"
	"testing"

	"github.com/alitto/pond/v2"

	"github.com/wakecheck/wakecheck/contract"
)

// pondPool plugs in a pool of github.com/alitto/pond/v2 with two workers and its
// default queue, which has no limit: Go starts a worker or appends to the queue,
// under a mutex that is held for no longer than that, and never blocks. A worker
// ends when it finds the queue empty; between bursts a pool owns no goroutine.
//
// Close cancels the pool's context. The usual end of a pool, StopAndWait, works in
// one bubble per process at most: it waits on a worker of the package's default
// pool, and the context and the WaitGroup of that one belong to the first bubble
// that used them ("receive on synctest channel from outside bubble",
// "WaitGroup.Add called from multiple synctest bubbles").
func pondPool(t testing.TB) contract.Executor {
	ctx, cancel := context.WithCancel(context.Background())
	pool := pond.NewPool(poolWorkers, pond.WithContext(ctx))
	return contract.Executor{
		Spawn:   spawner(pool.Go),
		Close:   cancel,
		Threads: poolWorkers,
	}
}

func TestPond(t *testing.T) { contract.TestExecutor(t, pondPool) }
