package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a golden file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s\ngo test ./cmd/wakecheck -update writes it anew; look at the difference", file, got, want)
	}
}

// A trial is a run of the command that did not leave the test process.
type trial struct {
	env
	out, err bytes.Buffer
}

func newTrial(t *testing.T) *trial {
	tr := new(trial)
	tr.env = env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &tr.out, stderr: &tr.err, getenv: func(string) string { return "" }}
	return tr
}

// want fails t unless the command ends with the status and each text stands in
// what it wrote, lines folded or not.
func (tr *trial) want(t *testing.T, status int, args []string, texts ...string) {
	t.Helper()
	got := tr.run(args)
	all := tr.out.String() + tr.err.String()
	if got != status {
		t.Errorf("wakecheck %s: exit status %d, want %d; it wrote\n%s", strings.Join(args, " "), got, status, all)
	}
	folded := strings.Join(strings.Fields(all), " ")
	for _, text := range texts {
		if !strings.Contains(folded, strings.Join(strings.Fields(text), " ")) {
			t.Errorf("wakecheck %s: want the text %q in what it wrote:\n%s", strings.Join(args, " "), text, all)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		text   string
	}{
		{nil, 2, "Usage: wakecheck <command>"},
		{[]string{"--"}, 2, "wakecheck -h shows the usage"},
		{[]string{"-h"}, 0, "Exit status: 0"},
		{[]string{"--help"}, 0, "Exit status: 0"},
		{[]string{"check", "-h"}, 0, "-laws=ID"},
		{[]string{"conjure"}, 2, `unexpected argument conjure; wakecheck -h`},
		{[]string{"check", "-conjure"}, 2, "unknown flag -conjure; wakecheck -h"},
		{[]string{"check", "-seed=x"}, 2, "seed"},
		{[]string{"tour", "--", "-race"}, 2, "only wakecheck check runs it"},
		{[]string{"judge"}, 2, `expected "<FILE>"`},
		{[]string{"check", "-laws=E2,E2x"}, 2, `there is no law "E2x". Did you mean E2?`},
		{[]string{"check", "-laws=E12"}, 2, "law E12 is not checked"},
	} {
		newTrial(t).want(t, c.status, c.args, c.text)
	}
}

// Without a command the usage is a complaint, as the go command's is: whoever reads
// what a command prints is not given it for a result.
func TestUsageWithoutACommandGoesToStderr(t *testing.T) {
	tr := newTrial(t)
	tr.want(t, exitBroken, nil, "Usage: wakecheck <command>")
	if tr.out.Len() > 0 {
		t.Errorf("the standard output has\n%s", tr.out.String())
	}
}

func TestHelpGolden(t *testing.T) {
	var all strings.Builder
	for _, args := range [][]string{{"-h"}, {"check", "-h"}, {"laws", "-h"}, {"judge", "-h"}, {"tour", "-h"}} {
		tr := newTrial(t)
		tr.want(t, 0, args)
		all.WriteString("$ wakecheck " + strings.Join(args, " ") + "\n" + tr.out.String() + "\n")
	}
	golden(t, "help.txt", all.String())
}
