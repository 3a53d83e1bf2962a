package conformance

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
)

// spawner makes an executor's Spawn of a submit function.
func spawner(submit func(func()) error) func(futures.Future[int]) contract.Task {
	s := executor.Submit(submit)
	return func(f futures.Future[int]) contract.Task { return executor.Spawn(s, f) }
}

// goroutines plugs in the go statement: every turn of a task is a goroutine of
// its own, which ends with the turn. There is nothing to close.
func goroutines(testing.TB) contract.Executor {
	return contract.Executor{
		Spawn:   spawner(func(f func()) error { go f(); return nil }),
		Threads: turnsAtOnce,
	}
}

// turnsAtOnce is how many tasks an executor without a limit of its own may poll
// at the same time: more than a scenario has.
const turnsAtOnce = 64

// poolWorkers is how many workers a pool has that takes any number of closures: fewer
// than a scenario has tasks.
const poolWorkers = 2

func TestGoroutines(t *testing.T) { contract.TestExecutor(t, goroutines) }
