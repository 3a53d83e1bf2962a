package driver_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
)

// raced says that the checks of this process do not explore, but run scenarios on
// goroutines, as they do where the driver is not imported.
var raced = os.Getenv("WAKECHECK_RACED") != ""

func init() {
	if raced {
		contract.RegisterExplorer(nil)
	}
}

// What scenarios on goroutines notice of the mistakes that the explorer always
// finds. It proves nothing and is no test: it is for the comparison. One scenario in
// six is raced, and a check is five of them.
//
//	WAKECHECK_RACED=1 RAPID_CHECKS=12000 go test -run '^TestRacedScenarios$' -v ./explore/driver
func TestRacedScenarios(t *testing.T) {
	if !raced {
		t.Skip("set WAKECHECK_RACED=1 to see what goroutines notice")
	}
	for _, m := range mistakes {
		r := m.check(m.mistake)
		var noticed, missed []string
		for _, law := range strings.Fields(m.must) {
			if slices.Contains(r.Violated(), law) {
				noticed = append(noticed, law)
			} else {
				missed = append(missed, law)
			}
		}
		t.Logf("%s: of %d scenarios: noticed %v, missed %v; in all: %v", m.mistake, r.Scenarios, noticed, missed, r.Violated())
	}
}
