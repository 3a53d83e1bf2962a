package contract

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// test is every Test door: it runs the campaign, and reports each law as a
// subtest of t, on the line of the door's caller.
func test(t *testing.T, p plug) {
	t.Helper()
	pkg := callerPackage()
	o := currentOptions()
	if errStrict != nil {
		t.Fatal(errStrict)
	}
	if unknown := o.unknownLaws(); len(unknown) > 0 {
		t.Fatalf("-contract.laws: there is no law %s; wakecheck laws lists them", strings.Join(unknown, ", "))
	}
	if p := o.profile; p != "" && !isProfile(p) {
		t.Fatalf("-contract.profile: there is no profile %q; want one of %s", p, profileNames())
	}
	var r Report
	call := doorCall(t)
	switch id := fmt.Sprintf("%s#%d", t.Name(), call); {
	case *replayFlag != "":
		var ok bool
		if r, ok = replay(t, call, p, o); !ok {
			return
		}
	case asked() != "":
		if asked() == id {
			serveCampaign(p, t.Name(), o) // does not return
		}
		return
	case strings.HasPrefix(t.Name(), "Test"):
		r = runInWorker(t, p, id, o)
		if testing.CoverMode() != "" && len(r.Violated()) == 0 {
			runCampaign(p, t.Name(), o, nil) // what ran in the worker does not count as covered
		}
	default:
		r = runCampaign(p, t.Name(), o, nil)
	}
	r.Call = call
	told := make(map[string]string) // scenario and trace → the law that showed them
	for _, res := range r.Results {
		t.Run(subtestName(res.Law), func(t *testing.T) {
			t.Helper()
			r.tell(t, pkg, res, told)
		})
	}
}

// subtestName is the name of a law's subtest.
func subtestName(id string) string {
	if law, ok := lawOf(id); ok {
		return law.ID + "_" + law.Name
	}
	return id
}

var doorCalls struct {
	sync.Mutex
	n map[*testing.T]int
}

// doorCall returns the number of this call of a door among those of the test
// that makes it, from 1.
func doorCall(t *testing.T) int {
	doorCalls.Lock()
	defer doorCalls.Unlock()
	if doorCalls.n == nil {
		doorCalls.n = make(map[*testing.T]int)
	}
	doorCalls.n[t]++
	if doorCalls.n[t] == 1 {
		t.Cleanup(func() { // with -count=2 the next t has the same name
			doorCalls.Lock()
			defer doorCalls.Unlock()
			delete(doorCalls.n, t)
		})
	}
	return doorCalls.n[t]
}

// callerPackage is the import path of the package whose test called a door.
func callerPackage() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		frame, more := frames.Next()
		dir, name := "", frame.Function
		if i := strings.LastIndex(name, "/"); i >= 0 {
			dir, name = name[:i+1], name[i+1:]
		}
		if !strings.HasPrefix(name, "contract.Test") || !strings.HasSuffix(dir, "wakecheck/") {
			pkg, _, _ := strings.Cut(name, ".")
			return dir + strings.TrimSuffix(pkg, "_test")
		}
		if !more {
			return "."
		}
	}
}

// tell reports the verdict on one law to its subtest.
func (r Report) tell(t *testing.T, pkg string, res Result, told map[string]string) {
	t.Helper()
	attr := Attr{
		Subject: r.Subject, Door: r.Door, Law: res.Law, Verdict: res.Verdict, Evidence: res.Evidence,
		Blame: res.Blame, Reason: res.Reason, Scenarios: r.Scenarios, Seed: r.Seed,
	}
	file, err := "", error(nil)
	if res.Scenario != nil && (res.Verdict == Violated || res.Verdict == Known) {
		if file, err = writeReplay(r, pkg, res); err != nil {
			t.Logf("the counterexample could not be written: %v", err)
		}
		attr.File = file
	}
	t.Attr(attrKey, attr.value())
	switch res.Verdict {
	case Violated:
		t.Error(failure(r, pkg, res.shared(told), file))
	case Known, Skipped:
		t.Skipf("%s: %s", res.Verdict, res.Reason)
	case Unknown:
		if *strictFlag {
			t.Errorf("unknown, and -contract.strict is on: %s", res.Reason)
		} else {
			t.Skipf("unknown: %s", res.Reason)
		}
	}
}

// shared is res without its scenario and trace if another law has shown them
// already: one mistake often breaks several laws at the same event.
func (res Result) shared(told map[string]string) Result {
	if res.Scenario == nil {
		return res
	}
	picture := fmt.Sprint(res.At) + FormatScenario(*res.Scenario) + FormatTrace(res.Trace, res.At)
	if law, ok := told[picture]; ok {
		res.Scenario, res.Trace = nil, nil
		res.Reason += "\n(scenario, trace and breaking event are those shown for " + law + ")"
		return res
	}
	told[picture] = res.Law
	return res
}

// failure is the text of a violated law, with the command that shows it again.
func failure(r Report, pkg string, res Result, file string) string {
	var b strings.Builder
	b.WriteString("\n")
	b.WriteString(FormatResult(res))
	subtest := strings.Split(r.Subject, "/")
	for i, name := range subtest {
		subtest[i] = "^" + regexp.QuoteMeta(name) + "$"
	}
	run := strings.Join(subtest, "/") + "/^" + res.Law
	if res.Law == plugFault {
		run += "$"
	} else {
		run += "_"
	}
	again := fmt.Sprintf("-rapid.seed=%d", r.Seed)
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() != checks.DefValue {
		again += " -rapid.checks=" + checks.Value.String()
	}
	if testing.Short() {
		again += " -short"
	}
	fmt.Fprintf(&b, "\nseed %d; the same campaign again:\n  go test %s -run %s %s\n", r.Seed, tagged(pkg), quoted(run), again)
	if file != "" {
		fmt.Fprintf(&b, "this scenario alone:\n  go test %s -run %s -contract.replay=%s\n", tagged(pkg), quoted(run), quoted(file))
	}
	return b.String()
}

// tagged is the package with the build tags that this test was built with before it.
func tagged(pkg string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return pkg
	}
	for _, s := range info.Settings {
		if s.Key == "-tags" {
			return "-tags=" + s.Value + " " + pkg
		}
	}
	return pkg
}

// quoted is s as a shell takes it for one word.
func quoted(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-=#:", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// outDir is where counterexamples go: -contract.out, or a directory of this
// user's among those for temporary files.
var outDir = sync.OnceValues(func() (string, error) {
	if *outFlag == "" {
		return filepath.Join(os.TempDir(), fmt.Sprintf("wakecheck-%d", os.Getuid())), nil
	}
	return filepath.Abs(*outFlag)
})
