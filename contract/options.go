package contract

import (
	"flag"
	"fmt"
	"hash/maphash"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	_ "pgregory.net/rapid" // its flags -rapid.seed and -rapid.checks are ours too
)

// strictVar is what WAKECHECK_STRICT says; false if that is no bool, which errStrict
// tells to the first door.
var strictVar, errStrict = boolVar("WAKECHECK_STRICT")

func boolVar(name string) (bool, error) {
	text := os.Getenv(name)
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%s=%s: want true or false, or 1 or 0", name, text)
	}
	return on, nil
}

var (
	lawsFlag    = flag.String("contract.laws", os.Getenv("WAKECHECK_LAWS"), "wakecheck: judge only these laws, as E2,E4")
	profileFlag = flag.String("contract.profile", os.Getenv("WAKECHECK_PROFILE"), "wakecheck: hold every subject to this profile, whatever it declares: "+profileNames())
	strictFlag  = flag.Bool("contract.strict", strictVar, "wakecheck: an unknown verdict fails the test")
	replayFlag  = flag.String("contract.replay", os.Getenv("WAKECHECK_REPLAY"), "wakecheck: run the scenario of this file, and no other")
	outFlag     = flag.String("contract.out", os.Getenv("WAKECHECK_OUT"), "wakecheck: write counterexamples into this directory (default: wakecheck-UID among the temporary files)")
)

// environment names the variables that the flags above, and rapid's, have their
// defaults from.
var environment = [...]string{
	"WAKECHECK_LAWS", "WAKECHECK_PROFILE", "WAKECHECK_STRICT", "WAKECHECK_REPLAY", "WAKECHECK_OUT", "RAPID_SEED", "RAPID_CHECKS",
}

// options are the choices of one campaign.
type options struct {
	laws    []string // IDs; empty: all
	profile string   // "": what the subject declares
	checks  int      // scenarios
	seed    uint64
}

// scenariosPerCheck is how many scenarios one of rapid's checks stands for: a
// scenario takes microseconds, and rapid's default is 100.
const scenariosPerCheck = 5

// suiteSeed is the seed of this process when none is given.
var suiteSeed = sync.OnceValue(func() uint64 { return new(maphash.Hash).Sum64() })

// currentOptions reads the flags: rapid's for the seed and the number of
// checks, which RAPID_SEED and RAPID_CHECKS set for a whole suite.
//
// It reads the environment once more: go test takes a result out of its cache
// unless a variable has changed that was read while tests ran, and the defaults
// of flags are read before.
func currentOptions() options {
	for _, name := range environment {
		os.Getenv(name)
	}
	o := options{checks: 100 * scenariosPerCheck, profile: *profileFlag}
	if n, err := strconv.Atoi(flagValue("rapid.checks")); err == nil && n > 0 {
		o.checks = n * scenariosPerCheck
	}
	if flag.Parsed() && testing.Testing() && testing.Short() {
		o.checks = max(o.checks/5, 1)
	}
	if seed, err := strconv.ParseUint(flagValue("rapid.seed"), 0, 64); err == nil {
		o.seed = seed
	}
	if o.seed == 0 {
		o.seed = suiteSeed()
	}
	o.laws = strings.FieldsFunc(strings.ToUpper(*lawsFlag), func(r rune) bool { return r == ',' || r == ' ' })
	return o
}

func flagValue(name string) string {
	if f := flag.Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// selects reports whether a law is to be judged.
func (o options) selects(law string) bool {
	if len(o.laws) == 0 {
		return true
	}
	for _, id := range o.laws {
		if id == law {
			return true
		}
	}
	return false
}

// unknownLaws returns the selected IDs that no law has.
func (o options) unknownLaws() []string {
	var unknown []string
next:
	for _, id := range o.laws {
		for _, law := range Laws() {
			if law.ID == id {
				continue next
			}
		}
		unknown = append(unknown, id)
	}
	return unknown
}
