package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
	"github.com/wakecheck/wakecheck/wakers"
)

// traced writes a trace as a file.
func traced(t *testing.T, events []contract.Event) string {
	t.Helper()
	var b bytes.Buffer
	if err := contract.WriteTrace(&b, events); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// violating records a run of a waker whose wake by reference ends the handle.
func violating(t *testing.T) []contract.Event {
	t.Helper()
	found := contract.CheckWaker(func(testing.TB) contract.Subject {
		c, vt := new(wakers.Counting), wakers.CountingVTable()
		vt.WakeByRef = vt.Wake
		c.Raw()
		return contract.Subject{Raw: vt.Raw(c), Wakes: c.Wakes, Live: c.Live}
	})
	r, ok := found.Result("W5")
	if !ok || r.Verdict != contract.Violated || len(r.Trace) == 0 {
		t.Fatalf("the campaign gave no trace that breaks W5: %+v", r)
	}
	return r.Trace
}

func TestJudgeViolated(t *testing.T) {
	file := traced(t, violating(t))
	newTrial(t).want(t, exitViolated, []string{"judge", file}, "W5 violated", "WakeByRefDoesNotConsume", "trace:", "driver", "blame: waker")
	newTrial(t).want(t, exitKept, []string{"judge", "-laws=W2", file}, "W2 kept", "1 law.")

	tr := newTrial(t)
	tr.want(t, exitViolated, []string{"judge", "-json", "-laws=W5", file})
	var j report.Judgement
	if err := json.Unmarshal(tr.out.Bytes(), &j); err != nil {
		t.Fatal(err)
	}
	if j.Version != report.Version || j.Exit != exitViolated || len(j.Results) != 1 || len(j.Trace) == 0 || j.Results[0].At < 0 {
		t.Errorf("the document is\n%s", tr.out.String())
	}
}

func TestJudgeStdin(t *testing.T) {
	file, err := os.Open(traced(t, []contract.Event{
		{Kind: contract.Poll, Task: 1, Poll: 1, Handle: 1},
		{Kind: contract.WakeByRef, Task: 1, Poll: 1, Handle: 1},
		{Kind: contract.Return, Task: 1, Poll: 1},
		{Kind: contract.Pending, Task: 1, Poll: 1},
		{Kind: contract.Poll, Task: 1, Poll: 2, Handle: 1},
		{Kind: contract.Ready, Task: 1, Poll: 2},
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tr := newTrial(t)
	tr.stdin = file
	tr.want(t, exitKept, []string{"judge", "-"}, "F1 kept", "6 events")
}

func TestJudgeBadInput(t *testing.T) {
	good, err := os.ReadFile(traced(t, []contract.Event{{Kind: contract.Poll, Task: 1, Poll: 1, Handle: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"no header":    {"nonsense\n", ":1:1:"},
		"empty":        {"", ""},
		"no events":    {strings.SplitAfter(string(good), "\n")[0], "has no events"},
		"no such kind": {string(good) + `{"kind":"conjure","thread":0}` + "\n", ":3:9:"},
		"cut off":      {string(good)[:len(good)-5], ":2:"},
		"steers":       {string(good) + "{\"\x1b[2J\":1}\n", ":3:"},
	} {
		file := filepath.Join(t.TempDir(), "trace")
		if err := os.WriteFile(file, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		tr := newTrial(t)
		tr.want(t, exitBroken, []string{"judge", file}, c.want)
		if strings.ContainsRune(tr.err.String(), '\x1b') {
			t.Errorf("%s: the error has an escape: %q", name, tr.err.String())
		}
		if testing.Verbose() {
			t.Logf("%s: %s", name, tr.err.String())
		}
	}
	newTrial(t).want(t, exitBroken, []string{"judge", filepath.Join(t.TempDir(), "none")}, "the trace cannot be opened")
}
