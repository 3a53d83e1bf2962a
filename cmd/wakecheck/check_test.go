package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/report"
)

// A module makes a throw-away module that uses this one, with the files given by
// path, and returns a trial in it. Nothing is fetched: it requires what we do.
func module(t *testing.T, files map[string]string) *trial {
	t.Helper()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(repo, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	tr := newTrial(t)
	tr.dir = t.TempDir()
	tr.environ = []string{"GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "GOFLAGS=" + os.Getenv("GOFLAGS")}
	files["go.mod"] = strings.Replace(read("go.mod"), "module github.com/wakecheck/wakecheck", "module example.test", 1) +
		"\nrequire github.com/wakecheck/wakecheck v0.0.0\n\nreplace github.com/wakecheck/wakecheck => " + repo + "\n"
	files["go.sum"] = read("go.sum")
	for name, text := range files {
		name = filepath.Join(tr.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

// contractTest begins a test file with a waker that keeps the laws and one that
// does not: its wake by reference ends the handle.
const contractTest = `package p

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/wakers"
)

func counting(testing.TB) contract.Subject {
	c := new(wakers.Counting)
	return contract.Subject{Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
}

func broken(testing.TB) contract.Subject {
	c, vt := new(wakers.Counting), wakers.CountingVTable()
	vt.WakeByRef = vt.Wake
	c.Raw()
	return contract.Subject{Raw: vt.Raw(c), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
}

`

func TestCheckKept(t *testing.T) {
	tr := module(t, map[string]string{
		"kept/a_test.go": contractTest + `func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }
func TestUnrelated(t *testing.T) { t.Error("not a contract test: it must not run") }
`,
		"none/a_test.go": "package none\n",
	})
	tr.want(t, exitKept, []string{"check", "./..."}, "TestCounting", "✓", "Exit 0")
}

func TestCheckViolated(t *testing.T) {
	tr := module(t, map[string]string{"broken/a_test.go": contractTest +
		"func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }\nfunc TestBroken(t *testing.T) { contract.TestWaker(t, broken) }\n"})
	tr.want(t, exitViolated, []string{"check", "-json", "-laws=W5,W2", "-seed=3", "-checks=20"})
	var found report.Check
	if err := json.Unmarshal(tr.out.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	if found.Version != report.Version || found.Exit != exitViolated || !found.Complete || len(found.Subjects) != 2 {
		t.Fatalf("the document is\n%s", tr.out.String())
	}
	for _, sub := range found.Subjects {
		var bad []string
		for _, v := range sub.Verdicts {
			if v.Law != "W2" && v.Law != "W5" {
				t.Errorf("%s has a verdict on %s, which was not asked for", sub.Name, v.Law)
			}
			if v.Bad() {
				bad = append(bad, v.Law)
				if v.Output == "" || v.Seed != 3 {
					t.Errorf("%s, %s: seed %d, want 3; output %q, want the failure", sub.Name, v.Law, v.Seed, v.Output)
				}
			}
		}
		if got, broken := strings.Join(bad, " "), sub.Name == "TestBroken"; broken != (got == "W5") {
			t.Errorf("%s violates %q", sub.Name, got)
		}
	}
}

func TestCheckDoesNotBuild(t *testing.T) {
	tr := module(t, map[string]string{
		"good/a_test.go": contractTest + "func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }\n",
		"bad/a_test.go":  contractTest + "func TestCounting(t *testing.T) { contract.TestWaker(t, nonsense) }\n",
	})
	tr.want(t, exitBroken, []string{"check", "-laws=W4", "./..."},
		"TestCounting", "Package example.test/bad does not build", "undefined: nonsense", "INCOMPLETE", "Exit 2")
}

func TestCheckSyntaxError(t *testing.T) {
	tr := module(t, map[string]string{"bad/a_test.go": contractTest + "func {\n"})
	tr.want(t, exitBroken, []string{"check", "./..."}, "example.test/bad", "a_test.go:22:6", "INCOMPLETE")
}

func TestCheckNoContractTests(t *testing.T) {
	tr := module(t, map[string]string{"a/a_test.go": "package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n"})
	tr.want(t, exitBroken, []string{"check"}, "There are no contract tests in work: no test imports", "contract.TestWaker")

	tr = module(t, map[string]string{"a/a_test.go": contractTest})
	tr.want(t, exitBroken, []string{"check"}, "but no test function calls one of its doors, itself or through functions of other packages")

	tr = module(t, map[string]string{"a/a_test.go": contractTest + "func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }\n"})
	tr.want(t, exitBroken, []string{"check", "-laws=P1"}, "gave no verdict on P1")
}

// The test of a package may call its door in another package: in a function, in a
// method, through a third package, or in what is not a test of its own.
func TestCheckFollowsDoorsIntoOtherPackages(t *testing.T) {
	test := func(pkg, imports, name, body string) string {
		return "package " + pkg + "\n\nimport (\n\t\"testing\"\n\n\t" + imports + "\n)\n\nfunc " + name + "(t *testing.T) { " + body + " }\n"
	}
	const unrelated = "func TestUnrelated(t *testing.T) { t.Error(\"not a contract test: it must not run\") }\n"
	laws := strings.Replace(contractTest, "package p", "package laws", 1) + `func Check(t *testing.T) { t.Helper(); contract.TestWaker(t, counting) }
func Other(t *testing.T) {}

type Suite struct{}

func (Suite) All(t *testing.T) { Check(t) }
`
	tr := module(t, map[string]string{
		"laws/laws.go":      laws,
		"laws/laws_test.go": test("laws_test", `"example.test/laws"`, "TestOwn", "laws.Check(t)") + unrelated,
		"more/more.go":      test("more", `"example.test/laws"`, "All", "laws.Check(t)"),
		"a/a_test.go":       test("a", `"example.test/laws"`, "TestFunction", "laws.Check(t)") + unrelated,
		"b/b_test.go":       test("b", `named "example.test/laws"`, "TestMethod", "var s named.Suite; s.All(t)") + unrelated,
		"c/c_test.go":       test("c", `. "example.test/more"`, "TestThird", "All(t)") + unrelated,
	})
	tr.want(t, exitKept, []string{"check", "-laws=W4", "./..."}, "TestOwn", "TestFunction", "TestMethod", "TestThird", "Exit 0")

	tr = module(t, map[string]string{"laws/laws.go": laws, "a/a_test.go": test("a", `"example.test/laws"`, "TestOther", "laws.Other(t)")})
	tr.want(t, exitBroken, []string{"check"}, "but no test function calls one of its doors")
}

func TestCheckNoSuchPackage(t *testing.T) {
	tr := module(t, map[string]string{})
	tr.want(t, exitBroken, []string{"check", "./nowhere"}, "./nowhere", "directory not found")
	tr = module(t, map[string]string{})
	tr.want(t, exitBroken, []string{"check"}, "work names no packages here; run it inside a module")
}

func TestCheckFailureWithoutVerdict(t *testing.T) {
	tr := module(t, map[string]string{"a/a_test.go": contractTest + `func TestCounting(t *testing.T) {
	contract.TestWaker(t, counting)
	t.Run("extra", func(t *testing.T) { t.Error("a failure of another kind") })
}
`})
	tr.want(t, exitBroken, []string{"check", "-laws=W4"},
		"TestCounting/extra of package example.test/a failed without a verdict", "a failure of another kind", "Exit 2")
}

func TestCheckKilledHalfWay(t *testing.T) {
	tr := module(t, map[string]string{"a/a_test.go": contractTest + `func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }

func TestDies(t *testing.T) {
	contract.TestWaker(t, counting)
	boom := make(chan int)
	go func() { panic("nobody can catch this") }()
	<-boom
}
`})
	tr.want(t, exitBroken, []string{"check", "-laws=W4"},
		"TestDies", "ended half way, in TestDies", "panic: nobody can catch this", "INCOMPLETE", "Exit 2")
}

func TestCheckBadFlagForGoTest(t *testing.T) {
	tr := module(t, map[string]string{"a/a_test.go": contractTest + "func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }\n"})
	tr.want(t, exitBroken, []string{"check", "--", "-conjure"}, "flag provided but not defined: -conjure", "Exit 2")
}

// TestCheckInterrupted interrupts the check while a campaign runs: what was gathered
// is shown, and the process that ran the campaign is gone, with its files.
func TestCheckInterrupted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	tr := module(t, map[string]string{"a/a_test.go": strings.Replace(contractTest, `"testing"`, "\"io\"\n\t\"net\"\n\t\"os\"\n\t\"testing\"", 1) + `func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }

func TestWaits(t *testing.T) {
	contract.TestWaker(t, func(tb testing.TB) contract.Subject {
		conn, err := net.Dial("tcp", os.Getenv("WAITS_AT"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(conn)
		t.Fatal("nobody ended it", err)
		return contract.Subject{}
	})
}
`})
	tr.environ = append(tr.environ, "WAITS_AT="+l.Addr().String())
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	tr.ctx = ctx
	building, temporary := t.TempDir(), t.TempDir()
	tr.environ = append(tr.environ, "TMPDIR="+temporary)
	tr.getenv = func(key string) string { return map[string]string{"GOTMPDIR": building}[key] }
	gone := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		interrupt()
		if err == nil {
			defer conn.Close()
			_, err = io.ReadAll(conn) // until the process has ended
		}
		gone <- err
	}()
	// Whether the verdicts of TestWaits have come through go test by then is open;
	// recorded streams show how they are printed.
	tr.want(t, exitBroken, []string{"check", "-laws=W4"}, "INCOMPLETE: not everything was judged", "The run was interrupted", "Exit 2")
	if err := <-gone; err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error("the process of the test: ", err)
	}
	for _, dir := range []string{building, temporary} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
