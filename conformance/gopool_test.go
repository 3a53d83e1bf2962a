package conformance

import (
	"testing"

	"github.com/bytedance/gopkg/util/gopool"

	"github.com/wakecheck/wakecheck/contract"
)

// goPool plugs in a pool of github.com/bytedance/gopkg/util/gopool with two workers.
// Go appends the closure to a list, under a mutex that is held for no longer than that,
// and starts a worker if there is none or the list is long and there may be more. It
// never blocks. A worker ends when it finds the list empty, so an idle pool owns no
// goroutine and has no Close.
func goPool(testing.TB) contract.Executor {
	pool := gopool.NewPool("wakecheck", poolWorkers, gopool.NewConfig())
	return contract.Executor{
		Spawn:   spawner(func(f func()) error { pool.Go(f); return nil }),
		Threads: poolWorkers,
	}
}

func TestGoPool(t *testing.T) { contract.TestExecutor(t, goPool) }
