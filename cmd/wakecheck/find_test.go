package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
)

// parsed writes test files and finds the tests in them that call doors.
func parsed(t *testing.T, files ...string) []doorTest {
	t.Helper()
	p := &pkg{ImportPath: "example.test/p", Dir: t.TempDir()}
	for i, src := range files {
		name := string(rune('a'+i)) + "_test.go"
		if err := os.WriteFile(filepath.Join(p.Dir, name), []byte("package p\n"+src), 0o666); err != nil {
			t.Fatal(err)
		}
		p.TestGoFiles = append(p.TestGoFiles, name)
	}
	tests, err := newSources().doorTests(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		slices.Sort(test.doors)
	}
	return tests
}

const header = `import ("testing"; "github.com/wakecheck/wakecheck/contract")
`

func TestDoorTests(t *testing.T) {
	const (
		w, p, f, e = contract.WakerDoor, contract.ParkerDoor, contract.FutureDoor, contract.ExecutorDoor
	)
	for _, c := range []struct {
		name  string
		files []string
		want  []doorTest
	}{
		{"called", []string{header + `func TestA(t *testing.T) { contract.TestWaker(t, nil) }
			func TestB(t *testing.T) { t.Log(contract.Laws()) }`},
			[]doorTest{{"TestA", []contract.Door{w}}}},
		{"a primitive", []string{header + `func TestA(t *testing.T) { contract.TestPrimitive(t, nil) }`},
			[]doorTest{{"TestA", []contract.Door{contract.PrimitiveDoor}}}},
		{"in a subtest, generic, twice", []string{header + `func TestA(t *testing.T) {
			t.Run("x", func(t *testing.T) { contract.TestFuture[int](t, nil); contract.TestParker(t, nil) }) }`},
			[]doorTest{{"TestA", []contract.Door{f, p}}}},
		{"through wrappers in another file", []string{header + `func check(t *testing.T) { deeper(t) }
			func deeper(t *testing.T) { check(nil); contract.TestExecutor(t, nil) }`,
			`import "testing"
			func TestA(t *testing.T) { check(t) }
			func TestB(t *testing.T) { unrelated(t) }
			func unrelated(t *testing.T) {}`},
			[]doorTest{{"TestA", []contract.Door{e}}}},
		{"through a table", []string{header + `var cases = map[string]func(*testing.T){"x": inner}
			func inner(t *testing.T) { contract.TestWaker(t, nil) }
			func TestA(t *testing.T) { for n, f := range cases { t.Run(n, f) } }`},
			[]doorTest{{"TestA", []contract.Door{w}}}},
		{"through a method", []string{header + `type suite struct{}
			func (suite) run(t *testing.T) { contract.TestWaker(t, nil) }
			func TestA(t *testing.T) { suite{}.run(t) }`},
			[]doorTest{{"TestA", []contract.Door{w}}}},
		{"renamed import", []string{`import ("testing"; laws "github.com/wakecheck/wakecheck/contract")
			func TestA(t *testing.T) { laws.TestWaker(t, nil) }`},
			[]doorTest{{"TestA", []contract.Door{w}}}},
		{"dot import", []string{`import ("testing"; . "github.com/wakecheck/wakecheck/contract")
			func TestA(t *testing.T) { TestWaker(t, nil) }
			func TestB(t *testing.T) { TestOther(t) }
			func TestOther(t *testing.T) {}`},
			[]doorTest{{"TestA", []contract.Door{w}}}},
		{"another package of that name", []string{`import ("testing"; "example.test/contract")
			func TestA(t *testing.T) { contract.TestWaker(t, nil) }`}, nil},
		{"the twins that return a report", []string{header + `func TestA(t *testing.T) { contract.CheckWaker(nil) }`}, nil},
		{"no tests", []string{header + `func Testa(t *testing.T) { contract.TestWaker(t, nil) }
			func TestB(t *testing.T, n int) { contract.TestWaker(t, nil) }
			func TestC(t testing.TB) { contract.TestWaker(t, nil) }
			func FuzzD(f *testing.F) { f.Fuzz(func(t *testing.T) { contract.TestWaker(t, nil) }) }
			func BenchmarkE(b *testing.B) {}`}, nil},
	} {
		if got := parsed(t, c.files...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDoorTestsOfNonsense(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a_test.go"), []byte("package p\nfunc {"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := newSources().doorTests(&pkg{Dir: dir, TestGoFiles: []string{"a_test.go"}})
	if err == nil || !strings.Contains(err.Error(), "a_test.go:2:6") {
		t.Errorf("error %v, want one with a_test.go:2:6", err)
	}
}

func TestExpect(t *testing.T) {
	wakers := 0
	for _, law := range contract.Laws() {
		if law.Status == contract.Checked && slices.Contains(law.Doors, contract.WakerDoor) {
			wakers++
		}
	}
	targets := []target{{tests: []doorTest{{"TestA", []contract.Door{contract.WakerDoor, contract.WakerDoor}}}}}
	if got := expect(targets, nil); got != 2*wakers {
		t.Errorf("%d verdicts are expected of two wakers, want %d", got, 2*wakers)
	}
	if got := expect(targets, []string{"W2", "E2"}); got != 2 {
		t.Errorf("%d verdicts on W2 and E2 are expected of two wakers, want 2", got)
	}
}

func TestArgs(t *testing.T) {
	targets := []target{{"p/a", []doorTest{{name: "TestA"}, {name: "TestB"}}}, {"p/b", []doorTest{{name: "TestA"}}}}
	c := checkCmd{Race: true, goArgs: []string{"-cpu=1,2", "-tags=x", "-args", "-rapid.v", "-race"}}
	want := "test -json -count=1 -run ^(TestA|TestB)$ -race p/a p/b -cpu=1,2 -tags=x -args -rapid.v -race"
	if got := strings.Join(c.args(targets), " "); got != want {
		t.Errorf("go %s, want go %s", got, want)
	}
	if got, want := strings.Join(c.buildFlags(), " "), "-race -tags=x"; got != want {
		t.Errorf("go list %s, want go list %s", got, want)
	}
}
