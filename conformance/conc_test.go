package conformance

import (
	"testing"

	"github.com/sourcegraph/conc/pool"

	"github.com/wakecheck/wakecheck/contract"
)

// concPool plugs in a pool of github.com/sourcegraph/conc without a limit. Go hands the
// closure to an idle worker through a channel, or starts a worker; Wait ends them.
//
// With a limit, Go blocks while all workers are busy, and a wake must not block: see
// the README.
func concPool(testing.TB) contract.Executor {
	p := pool.New()
	return contract.Executor{
		Spawn:   spawner(func(f func()) error { p.Go(f); return nil }),
		Close:   p.Wait,
		Threads: turnsAtOnce,
	}
}

func TestConc(t *testing.T) { contract.TestExecutor(t, concPool) }
