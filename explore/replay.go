package explore

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

var replayFlag = flag.String("explore.replay", "", "run this schedule alone, as the report of a failure prints it")

// turns counts the explorations of each test, by its name, so that a schedule
// can say which of them it is of.
var turns sync.Map

// turn is the number of this exploration in t, from 1.
func turn(t testing.TB) int {
	v, seen := turns.LoadOrStore(t.Name(), new(int))
	if !seen {
		t.Cleanup(func() { turns.Delete(t.Name()) })
	}
	n := v.(*int)
	*n++
	return *n
}

// label tells the schedules of the second and later explorations of a test from
// those of the first: "2:".
func label(turn int) string {
	if turn == 1 {
		return ""
	}
	return fmt.Sprintf("%d:", turn)
}

// wanted is the schedule that the flag gives for this exploration, if the flag
// is set. Another exploration of the test than the one it is of is passed over.
func wanted(turn int) (schedule string, replay bool) {
	n, rest, labelled := strings.Cut(*replayFlag, ":")
	switch {
	case *replayFlag == "":
		return "", false
	case !labelled:
		n, rest = "1", n
	}
	if n != fmt.Sprint(turn) {
		return "", true
	}
	return rest, true
}

// command runs a schedule of a test again. It is called by the test.
func command(test, schedule string) string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + strings.ReplaceAll(regexp.QuoteMeta(p), "'", ".") + "$" // for the quotes of the shell
	}
	return fmt.Sprintf("go test %s%s -run '%s' -explore.replay=%s", tags(), testedPackage(), strings.Join(parts, "/"), schedule)
}

// tags is the flag for the build tags that this test was built with, if any, and
// a space.
func tags() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "-tags" {
				return "-tags=" + s.Value + " "
			}
		}
	}
	return ""
}

// testedPackage is the import path of the test that runs: of the function that
// package testing has called.
func testedPackage() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	test := ""
	for {
		f, more := frames.Next()
		if !more || strings.HasPrefix(f.Function, "testing.") {
			break
		}
		if !strings.HasPrefix(f.Function, "reflect.") { // by which a fuzz target is called
			test = f.Function
		}
	}
	// A function is named import/path.TestName.func1.
	i := strings.LastIndexByte(test, '/') + 1
	pkg, _, _ := strings.Cut(test[i:], ".")
	pkg = strings.ReplaceAll(pkg, "%2e", ".") // as the linker writes it
	return strings.TrimSuffix(test[:i]+pkg, "_test")
}
