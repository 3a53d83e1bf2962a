package explore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The test in this package's README fails and passes as it says, in a
// module of its own: a new user's first steps.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	readme := file(t, ".", "README.md")
	_, section, ok := strings.Cut(readme, "\n## A first test\n")
	blocks := regexp.MustCompile("(?s)```(?:go)?\n(.*?)```\n").FindAllStringSubmatch(section, 2)
	if !ok || len(blocks) != 2 {
		t.Fatalf("README.md has no test and report under %q", "## A first test")
	}
	code, report := blocks[0][1], blocks[1][1]

	dir := t.TempDir()
	write(t, dir, "go.sum", file(t, root, "go.sum"))
	write(t, dir, "go.mod", "module example.com/ticket\n\ngo 1.25\n\n"+
		"require github.com/wakecheck/wakecheck v0.0.0\n\n"+
		"replace github.com/wakecheck/wakecheck => "+root+"\n")
	write(t, dir, "ticket_test.go", `package ticket

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

`+code)

	out, pass := goTest(t, dir)
	shown := regexp.MustCompile(`(?m)^ {1,4}| +$`).ReplaceAllString(out, "") // without go test's indentation
	if pass || !strings.Contains(shown, report) {
		t.Errorf("pass = %v; it wrote\n%s\nwant a failure with\n%s", pass, out, report)
	}
	run := regexp.MustCompile(`run it again: go test example.com/ticket -run '(\S+)' (\S+)`).FindStringSubmatch(out)
	if run == nil {
		t.Fatalf("no command in\n%s", out)
	}
	if out, pass := goTest(t, dir, "example.com/ticket", "-run", run[1], run[2]); pass || !strings.Contains(out, "assertion failed in ann") {
		t.Errorf("the command that it prints: pass = %v; it wrote\n%s", pass, out)
	}

	mended := strings.NewReplacer("if !sold.Load()", "if sold.CompareAndSwap(false, true)", "\t\t\t\tsold.Store(true)\n", "")
	write(t, dir, "ticket_test.go", mended.Replace(file(t, dir, "ticket_test.go")))
	if out, pass := goTest(t, dir, "-v"); !pass || !strings.Contains(out, "proved: no schedule fails") {
		t.Errorf("mended: pass = %v; it wrote\n%s", pass, out)
	}
}

// goTest runs go test in dir, as a module of its own.
func goTest(t *testing.T, dir string, args ...string) (output string, pass bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"test"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return string(out), err == nil
}

func file(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
