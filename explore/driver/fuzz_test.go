package driver_test

import (
	"flag"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/driver"
)

// A counting Explorer counts the executions.
type counting struct {
	driver.Explorer
	executions int
}

func (c *counting) Explore(plan contract.Plan, play func(contract.Stage) []contract.Event, ended func(contract.Played) bool) (contract.Coverage, error) {
	x, err := c.Explorer.Explore(plan, play, ended)
	c.executions += x.Executions
	return x, err
}

// The inputs of a fuzz target are explored, like what a campaign draws.
func FuzzEvent(f *testing.F) {
	c := new(counting)
	contract.RegisterExplorer(c)
	f.Cleanup(func() {
		contract.RegisterExplorer(driver.Explorer{})
		if fuzzing := flag.Lookup("test.fuzz").Value.String() != ""; c.executions == 0 && !fuzzing { // else other processes run the inputs
			f.Error("no input was explored")
		}
	})
	contract.FuzzFuture(f, func(tb testing.TB) contract.FutureSubject[int] { return new(event).subject(tb) })
}
