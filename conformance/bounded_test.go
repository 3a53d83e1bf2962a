package conformance

import (
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/wakecheck/wakecheck/contract"
)

// errgroupBounded plugs in golang.org/x/sync/errgroup with a limit of one. While its
// goroutine is in a poll, Go waits for it to end: so does a wake of another task in
// that poll, and so does the end of a turn whose task was woken. Both wait for
// themselves. A pool whose limit on workers limits Go as well does not go with wakes.
func errgroupBounded(testing.TB) contract.Executor {
	var g errgroup.Group
	g.SetLimit(1)
	known := map[string]string{}
	for _, law := range []string{"W14", "W27", "E1", "E2", "E3", "E4", "E11", "E19", "E22", "E26", "E28", "E33"} {
		known[law] = "Go waits for a free goroutine, also in the one that is not free"
	}
	return contract.Executor{
		Claims: contract.Claims{Profile: "go-pool", Known: known},
		Spawn:  spawner(func(f func()) error { g.Go(func() error { f(); return nil }); return nil }),
	}
}

func TestErrgroupBounded(t *testing.T) { contract.TestExecutor(t, errgroupBounded) }
