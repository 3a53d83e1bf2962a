package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
)

// queueSubject is an executor that keeps the laws.
func queueSubject(testing.TB) Executor {
	var q executor.Queue
	return Executor{
		Spawn: func(f futures.Future[int]) Task { return executor.Spawn(&q, f) },
		Run:   q.Run, Close: q.Close, Threads: 1, Fair: 2, Stable: true,
	}
}

func TestJudgeAgreesWithCampaigns(t *testing.T) { judgeAgrees(t, executorPlug(queueSubject)) }

// judgeAgrees tests that what a campaign finds nothing wrong with, Judge calls
// kept, or skipped because this one trace has no occasion; it leaves nothing open.
func judgeAgrees(t *testing.T, p plug) {
	t.Helper()
	c := newCampaign(p, t.Name(), options{seed: 1}, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		t.Fatal(c.faults)
	}
	kept := map[string]int{}
	for n := range 200 {
		events, faults := c.play(c.scenario(n))
		if len(faults) > 0 {
			t.Fatalf("scenario %d: %v", n, faults)
		}
		for _, r := range Judge(slices.Values(events)) {
			switch r.Verdict {
			case Kept:
				kept[r.Law]++
			case Skipped:
			default:
				t.Fatalf("scenario %d, %s: %s: %s\n%s", n, r.Law, r.Verdict, r.Reason, FormatTrace(events, -1))
			}
		}
	}
	for _, law := range monitored(p.door) {
		if binds(law, "") && c.facts.Lacks[law] == "" && kept[law] == 0 {
			t.Errorf("%s was kept by none of the traces", law)
		}
	}
}

func TestJudgeSaysWhatATraceLeavesOpen(t *testing.T) {
	woken := []Event{
		{Kind: Spawn, Thread: 1, Task: 1, Arg: 1}, {Kind: Return, Thread: 1, Task: 1},
		{Kind: Poll, Thread: -1, Task: 1, Poll: 1, Handle: 1}, {Kind: Pending, Thread: -1, Task: 1, Poll: 1},
		{Kind: WakeByRef, Thread: 1, Task: 1, Handle: 1}, {Kind: Return, Thread: 1, Task: 1},
	}
	for law, want := range map[string]struct {
		verdict Verdict
		reason  string
	}{
		"E2": {Unknown, "never polled again"},
		"E5": {Kept, ""},
		"E9": {Skipped, "one subject"},
	} {
		r := Judge(slices.Values(woken), law)[0]
		if r.Verdict != want.verdict || !strings.Contains(r.Reason, want.reason) {
			t.Errorf("%s: %s: %q; want %s, %q", law, r.Verdict, r.Reason, want.verdict, want.reason)
		}
	}
}
