package contract_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
)

// What chooses scenarios and laws is part of what go test caches a result by: it
// is in the log of what a test has read.
func TestCachedResultsDependOnTheEnvironment(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestGauntletIsNeverAccused$/^parker$/^never_blocks,_X5$", "-rapid.checks=1", "-test.testlogfile="+log)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	read := strings.Split(string(text), "\n")
	for _, name := range strings.Fields("WAKECHECK_LAWS WAKECHECK_PROFILE WAKECHECK_STRICT WAKECHECK_REPLAY WAKECHECK_OUT RAPID_SEED RAPID_CHECKS") {
		if !slices.Contains(read, "getenv "+name) {
			t.Errorf("%s is not among what the test has read", name)
		}
	}
}

// What is not decided fails a test if WAKECHECK_STRICT says so, as strconv.ParseBool
// reads it; what is neither true nor false is refused.
func TestStrictIsABool(t *testing.T) {
	if os.Getenv(asChild) != "" {
		contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: futures.Func[int](func(cx *futures.Context) (int, bool) {
				cx.Waker().WakeByRef() // for ever: whether it will answer is not decided
				return 0, false
			})}
		})
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ value, says string }{
		{"", "PASS"}, {"false", "PASS"}, {"0", "PASS"}, {"F", "PASS"},
		{"1", "-contract.strict is on"}, {"true", "-contract.strict is on"},
		{"yes", "WAKECHECK_STRICT=yes: want true or false"},
	} {
		child := exec.Command(self, "-test.run=^"+t.Name()+"$", "-contract.laws=F4", "-rapid.checks=1")
		child.Env = append(os.Environ(), asChild+"=1", "WAKECHECK_STRICT="+c.value)
		out, err := child.CombinedOutput()
		if passed := c.says == "PASS"; passed != (err == nil) || !strings.Contains(string(out), c.says) {
			t.Errorf("WAKECHECK_STRICT=%s: %v\n%s\nwant %s", c.value, err, out, c.says)
		}
	}
}
