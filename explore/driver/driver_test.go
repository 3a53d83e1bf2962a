package driver_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	_ "github.com/wakecheck/wakecheck/explore/driver"
)

func TestX(t *testing.T) {
	for _, row := range []struct {
		mistake string
		report  func(mistake string) contract.Report
	}{
		{"", checkParker}, {"looks, then sleeps", checkParker}, {"takes the token by a store", checkParker}, {"unpark only looks if the token is there", checkParker},
		{"", checkEvent}, {"looks without synchronization", checkEvent}, {"looks, then registers", checkEvent}, {"wakes, then publishes", checkEvent},
		{"", checkPool}, {"queues a task twice when somebody sleeps", checkPool}, {"goes to sleep after it has let go of the queue", checkPool},
		{"keeps the state of a task in a plain variable", checkPool}, {"a wake only looks if the task is woken", checkPool},
	} {
		t.Run(row.mistake, func(t *testing.T) {
			r := row.report(row.mistake)
			var broken []string
			for _, x := range r.Results {
				if x.Verdict == contract.Violated {
					broken = append(broken, x.Law)
					if x.Law == "Plug" || row.mistake == "" {
						t.Log(contract.FormatResult(x))
					}
				}
				if x.Verdict == contract.Unknown {
					t.Log(x)
				}
			}
			slices.Sort(broken)
			k := slices.IndexFunc(r.Results, func(x contract.Result) bool { return x.Verdict == contract.Kept })
			t.Log(row.mistake, "→", strings.Join(broken, " "), r.Results[max(k, 0)].Reason)
		})
	}
}

func checkParker(m string) contract.Report {
	return contract.CheckParker(func(tb testing.TB) contract.ParkerSubject { return newParker(m).subject(tb) })
}

func checkEvent(m string) contract.Report {
	return contract.CheckFuture(func(tb testing.TB) contract.FutureSubject[int] { return (&event{mistake: m}).subject(tb) })
}

func checkPool(m string) contract.Report {
	return contract.CheckExecutor(func(tb testing.TB) contract.Executor { return newPool(m).subject(tb) })
}
