package explore

import (
	"flag"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
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

// command runs a schedule of body in t again.
func command(t testing.TB, body any, schedule string) string {
	parts := strings.Split(t.Name(), "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	// A function is named import/path.TestName.func1.
	name := runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name()
	dir, base := "", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, base = name[:i+1], name[i+1:]
	}
	pkg, _, _ := strings.Cut(base, ".")
	pkg = strings.TrimSuffix(dir+pkg, "_test")
	return fmt.Sprintf("go test %s -run '%s' -explore.replay=%s", pkg, strings.Join(parts, "/"), schedule)
}
