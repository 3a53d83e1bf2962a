package contract_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/wakers"
)

// wakesNobody makes a waker whose wake by reference is lost.
func wakesNobody(testing.TB) contract.Subject {
	c := newCounter(func(c *counter) { c.vt.WakeByRef = func(*wakers.Counting) {} })
	return contract.Subject{Raw: c.vt.Raw(&c.Counting), Wakes: c.Wakes, Live: c.Live}
}

// replayFrom sets -contract.replay until the test ends.
func replayFrom(t *testing.T, file string) {
	t.Helper()
	f := flag.Lookup("contract.replay")
	before := f.Value.String()
	t.Cleanup(func() {
		if err := f.Value.Set(before); err != nil {
			t.Error(err)
		}
	})
	if err := f.Value.Set(file); err != nil {
		t.Fatal(err)
	}
}

// The file of a report runs its scenario again: for the same door in the same
// function, and for no other call.
func TestTheFileOfAReportIsReplayed(t *testing.T) {
	check := func() contract.Report { return contract.CheckWaker(wakesNobody) }
	found, other := check(), check()
	if found.File == "" || other.File == "" || found.File == other.File {
		t.Fatalf("the files are %q and %q; want two", found.File, other.File)
	}
	law := found.Violated()[0]
	want, _ := found.Result(law)

	replayFrom(t, found.File)
	again := check()
	got, _ := again.Result(law)
	if again.Scenarios != 1 || again.File != found.File || got.Verdict != contract.Violated ||
		contract.FormatScenario(*got.Scenario) != contract.FormatScenario(*want.Scenario) {
		t.Errorf("%d scenarios, file %q; want the one of %s, and %s violated as in\n%s\ngot\n%s",
			again.Scenarios, again.File, found.File, law, contract.FormatResult(want), contract.FormatResult(got))
	}
	if r := contract.CheckWaker(wakesNobody); r.Scenarios == 1 {
		t.Error("a call in another function ran one scenario; want it to run all of its own")
	}
}

func TestAReportOfAKeptContractHasNoFile(t *testing.T) {
	if r := contract.CheckWaker(func(testing.TB) contract.Subject {
		c := new(wakers.Counting)
		return contract.Subject{Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live}
	}); r.File != "" || r.Err() != nil {
		t.Errorf("file %q, %v; want neither", r.File, r.Err())
	}
}

func TestAReplayFileThatIsNotThereIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.json")
	replayFrom(t, missing)
	res, _ := contract.CheckWaker(wakesNobody).Result(plug)
	if res.Verdict != contract.Violated || !strings.Contains(res.Reason, missing) {
		t.Errorf("got %s %q; want a fault that names %s", res.Verdict, res.Reason, missing)
	}
}
