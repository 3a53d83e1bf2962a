package conformance

import (
	"testing"

	"github.com/panjf2000/ants/v2"

	"github.com/wakecheck/wakecheck/contract"
)

// antsPool plugs in a pool of github.com/panjf2000/ants/v2. Submit hands the
// closure to an idle worker through the worker's channel, or starts a worker. When
// all of them are busy, Submit blocks until one is free, in a sync.Cond; and a
// wake must not block. So the pool has more than twice as many workers as a scenario
// has tasks: a task can hold two, the one whose turn ends and the one of its next.
//
// A pool runs two tickers of its own, the clock and the purge of idle workers, so
// a bubble with a pool never comes to rest by itself: a lost wake is shown by the
// horizon. Release stops them and the workers without waiting for their ends.
func antsPool(t testing.TB) contract.Executor {
	pool, err := ants.NewPool(turnsAtOnce)
	if err != nil {
		t.Fatal(err)
	}
	return contract.Executor{
		Spawn:   spawner(pool.Submit),
		Close:   pool.Release,
		Threads: turnsAtOnce,
	}
}

func TestAnts(t *testing.T) { contract.TestExecutor(t, antsPool) }
