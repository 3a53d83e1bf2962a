package conformance

import (
	"testing"

	"github.com/gammazero/workerpool"

	"github.com/wakecheck/wakecheck/contract"
)

// workerPool plugs in a pool of github.com/gammazero/workerpool with two workers. Do
// passes the closure through a channel to the pool's dispatcher, a goroutine that
// never waits for a worker: it gives the closure to one, starts one, or puts it into a
// queue without a limit. So few workers are enough for any number of tasks, and a wake
// waits no longer than the dispatcher takes to come round.
//
// The dispatcher ends an idle worker every two seconds and looks again for ever, so a
// bubble with a pool never comes to rest by itself: a lost wake is shown by the
// horizon. Stop waits for the workers.
func workerPool(testing.TB) contract.Executor {
	pool := workerpool.New(poolWorkers)
	return contract.Executor{
		Spawn:   spawner(pool.Do),
		Close:   pool.Stop,
		Threads: poolWorkers,
	}
}

func TestWorkerPool(t *testing.T) { contract.TestExecutor(t, workerPool) }
