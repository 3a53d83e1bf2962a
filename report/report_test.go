package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/wakecheck/wakecheck/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a golden file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s\ngo test ./report -update writes it anew; look at the difference", file, got, want)
	}
}

// verdicts makes one verdict on each law named.
func verdicts(v contract.Verdict, e contract.Evidence, reason string, laws ...string) []*Verdict {
	var all []*Verdict
	for _, law := range laws {
		all = append(all, &Verdict{Law: law, Verdict: v, Evidence: e, Reason: reason, Scenarios: 1200, Seed: 7, Test: "Test/" + law})
	}
	return all
}

// sample has every verdict, and each thing that the text treats apart.
func sample() *Check {
	broken := &Verdict{
		Law: "E2", Verdict: contract.Violated, Evidence: contract.Bubble, Blame: "executor", Scenarios: 17, Seed: 7,
		Reason: "task 1 was woken and not polled again", Test: "TestForgetful/E2_EveryWakeIsPolled", Failed: true,
		File: "/tmp/E2.json",
		Output: "=== RUN   TestForgetful/E2_EveryWakeIsPolled\n" +
			"=== ATTR  TestForgetful/E2_EveryWakeIsPolled wakecheck {}\n" +
			"    lost_test.go:9: E2 EveryWakeIsPolled: every wake is followed by a poll\n" +
			"        got:  no poll\n\n" +
			"        want: a poll \x1b[31mafter\x1b[0m the wake\n" +
			"--- FAIL: TestForgetful/E2_EveryWakeIsPolled (0.01s)\n",
	}
	return &Check{
		Version:  Version,
		Complete: true,
		Subjects: []*Subject{
			{Package: "example.test/lost", Name: "TestForgetful", Door: contract.ExecutorDoor, Complete: true,
				Verdicts: append(append(verdicts(contract.Kept, contract.Observed, "", "E10", "E1", "W13"),
					verdicts(contract.Kept, contract.Bubble, "", "E3", "E4")...), broken)},
			{Package: "example.test/lost", Name: "TestNeverIdle", Door: contract.ExecutorDoor, Complete: true,
				Verdicts: append(append(append(
					verdicts(contract.Kept, contract.Observed, "", "E1", "E2", "E3"),
					verdicts(contract.Skipped, contract.Observed, "the executor is declared Busy: it polls without wakes", "E7", "E8")...),
					verdicts(contract.Known, contract.States, "nested runs share the parker", "E10")...),
					verdicts(contract.Unknown, contract.Observed, "the run did not settle, and a goroutine was running.\nstack", "E4")...)},
			{Package: "example.test/counting", Name: "TestCounting", Door: contract.WakerDoor, Complete: true,
				Verdicts: append(verdicts(contract.Kept, contract.Observed, "", "W2", "W4", "W17"),
					verdicts(contract.Skipped, contract.Observed, "the subject has no Freed", "W8")...)},
		},
	}
}

func TestCheckText(t *testing.T) {
	c := sample()
	c.Sort()
	var b bytes.Buffer
	if err := (Text{}).Check(&b, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "check.txt", b.Bytes())
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("a line has %d columns, want at most 100: %s", n, line)
		}
	}
	if strings.ContainsRune(b.String(), '\x1b') {
		t.Error("the text has an escape that a subject printed")
	}
}

// TestCheckColor also holds that colour changes nothing but colour.
func TestCheckColor(t *testing.T) {
	c := sample()
	c.Sort()
	var plain, colored bytes.Buffer
	if err := (Text{}).Check(&plain, c); err != nil {
		t.Fatal(err)
	}
	if err := (Text{Color: true}).Check(&colored, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "check.ansi", colored.Bytes())
	var stripped strings.Builder
	for rest := colored.String(); rest != ""; {
		before, after, found := strings.Cut(rest, "\x1b[")
		stripped.WriteString(before)
		if rest = ""; found {
			_, rest, _ = strings.Cut(after, "m")
		}
	}
	if stripped.String() != plain.String() {
		t.Errorf("without its colours the text is\n%s\nwant\n%s", stripped.String(), plain.String())
	}
}

func TestCheckIncomplete(t *testing.T) {
	c := &Check{
		Version: Version,
		Subjects: []*Subject{{Package: "example.test/a", Name: "TestCut", Door: contract.ParkerDoor,
			Verdicts: append(verdicts(contract.Kept, contract.Observed, "", "P1"),
				&Verdict{Law: "P2", Verdict: contract.Unknown, Reason: "strict", Failed: true, Scenarios: 3, Output: "    a_test.go:1: not decided\n"})}},
		Problems: []Problem{
			{Kind: Build, Package: "example.test/b", Says: "Package example.test/b does not build; correct it and run again.", Output: "b_test.go:3:1: nonsense\n"},
			{Kind: Died, Package: "example.test/a", Test: "TestCut", Says: strings.Repeat("The process ended half way. ", 6)},
		},
		Notes: []Problem{{Kind: NoVerdict, Says: "TestNothing of package example.test/a gave no verdict: it was skipped."}},
	}
	c.Exit = c.Status()
	var b bytes.Buffer
	if err := (Text{}).Check(&b, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "incomplete.txt", b.Bytes())
}

// TestMatrixManyLaws has more columns than fit, and names too long for theirs.
func TestMatrixManyLaws(t *testing.T) {
	var laws []string
	for i := range 40 {
		laws = append(laws, "E"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	c := &Check{Version: Version, Complete: true, Subjects: []*Subject{
		{Package: "example.test/" + strings.Repeat("long/", 30), Name: "Test" + strings.Repeat("Long", 30), Door: contract.ExecutorDoor, Complete: true,
			Verdicts: verdicts(contract.Kept, contract.Observed, "", laws...)},
		{Package: "example.test/b", Name: "TestShort\n\x07\u202e", Door: contract.ExecutorDoor, Complete: true,
			Verdicts: verdicts(contract.Kept, contract.Observed, "", laws[:3]...)},
	}}
	var b bytes.Buffer
	if err := (Text{}).Check(&b, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "wide.txt", b.Bytes())
}

func TestCheckJSON(t *testing.T) {
	c := sample()
	c.Subjects[0].Name += "\u009b31m\u202e"
	c.Sort()
	c.Exit = c.Status()
	var b bytes.Buffer
	if err := WriteJSON(&b, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "check.json", b.Bytes())
	var back Check
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, c) {
		t.Error("the document read back is not what was written")
	}
}

func TestStatus(t *testing.T) {
	subject := func(v contract.Verdict, failed bool) *Subject {
		return &Subject{Verdicts: []*Verdict{{Law: "E1", Verdict: v, Failed: failed}}}
	}
	problem := []Problem{{Kind: Died}}
	for _, c := range []struct {
		name string
		is   Check
		want int
	}{
		{"nothing", Check{}, 0},
		{"kept, skipped and known", Check{Subjects: []*Subject{subject(contract.Kept, false), subject(contract.Skipped, false), subject(contract.Known, false)}}, 0},
		{"violated", Check{Subjects: []*Subject{subject(contract.Violated, true)}}, 1},
		{"kept though known", Check{Subjects: []*Subject{subject(contract.Kept, true)}}, 1},
		{"unknown", Check{Subjects: []*Subject{subject(contract.Unknown, false)}}, 3},
		{"unknown in a strict run", Check{Subjects: []*Subject{subject(contract.Unknown, true)}}, 1},
		{"1 wins over 3", Check{Subjects: []*Subject{subject(contract.Unknown, false), subject(contract.Violated, true)}}, 1},
		{"2 wins over 1", Check{Subjects: []*Subject{subject(contract.Violated, true)}, Problems: problem}, 2},
		{"notes change nothing", Check{Notes: problem}, 0},
	} {
		if got := c.is.Status(); got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
	}
}

func TestSortLaws(t *testing.T) {
	ids := []string{"Plug", "E10", "E2", "", "W13", "C1", "W2", "P6", "F17", "F1", "E", "Ex"}
	SortLaws(ids)
	want := []string{"W2", "W13", "P6", "F1", "F17", "C1", "E2", "E10", "", "E", "Ex", "Plug"}
	if !reflect.DeepEqual(ids, want) {
		t.Errorf("sorted %q, want %q", ids, want)
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, line, text string }{
		{"plain ünïcode ✓", "plain ünïcode ✓", "plain ünïcode ✓"},
		{"a\x1b[2Jb", `a\x1b[2Jb`, `a\x1b[2Jb`},
		{"a\nb\tc\r\n", `a\nb\tc\r\n`, "a\nb\tc\\r\n"},
		{"\u009b1m\x7f", `\x9b1m\x7f`, `\x9b1m\x7f`},
		{"evil\u202etxt", `evil\u202etxt`, `evil\u202etxt`},
		{"cut\xff \uFFFD", "cut\\xff \uFFFD", "cut\\xff \uFFFD"},
	} {
		if got := Clean(c.in); got != c.line {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.line)
		}
		if got := CleanText(c.in); got != c.text {
			t.Errorf("CleanText(%q) = %q, want %q", c.in, got, c.text)
		}
	}
}

func TestCleanOutput(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"only noise", "=== RUN   TestA/W1\n    --- PASS: TestA/W1 (0.00s)\n", ""},
		{"one message", "=== RUN   TestA\n    a_test.go:5: \n        W2: law\n          deeper\n        \n        got\n    \n--- FAIL: TestA (0.00s)\n",
			"a_test.go:5:\nW2: law\n  deeper\n\ngot"},
		{"two messages", "    a_test.go:5: one\n        more\n    b_test.go:77: two\n", "a_test.go:5: one\nmore\nb_test.go:77: two"},
		{"a message and what the process says", "    a_test.go:5: hi\npanic: boo\n\ngoroutine 1:\n\tx.go:3\n", "    a_test.go:5: hi\npanic: boo\n\ngoroutine 1:\n\tx.go:3"},
	} {
		if got := CleanOutput(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestViolationWithoutOutput: a verdict whose subtest printed nothing is told by
// its reason.
func TestViolationWithoutOutput(t *testing.T) {
	c := &Check{Version: Version, Complete: true, Subjects: []*Subject{{Package: "p", Name: "TestA", Door: contract.WakerDoor, Complete: true,
		Verdicts: []*Verdict{{Law: "W5", Verdict: contract.Violated, Evidence: contract.Budget, Blame: "waker", Reason: "got 1, want 2"}}}}}
	var b bytes.Buffer
	if err := (Text{}).Check(&b, c); err != nil {
		t.Fatal(err)
	}
	if want := "evidence: budget; to blame: waker\ngot 1, want 2\n"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant it to have\n%s", b.String(), want)
	}
}

func TestColor(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      map[string]string
		want     bool
	}{
		{true, nil, true},
		{false, nil, false},
		{true, map[string]string{"NO_COLOR": "1"}, false},
		{true, map[string]string{"NO_COLOR": ""}, true},
		{true, map[string]string{"TERM": "dumb"}, false},
	} {
		if got := Color(c.terminal, func(key string) string { return c.env[key] }); got != c.want {
			t.Errorf("Color(%v, %v) = %v, want %v", c.terminal, c.env, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[2J\n\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range CleanText(s) {
			if steers(r) && r != '\n' && r != '\t' {
				t.Fatalf("CleanText(%q) = %q, which still has %q", s, CleanText(s), r)
			}
		}
		if strings.ContainsAny(Clean(s), "\n\t") {
			t.Fatalf("Clean(%q) has a line end or a tab", s)
		}
	})
}
