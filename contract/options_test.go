package contract_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
