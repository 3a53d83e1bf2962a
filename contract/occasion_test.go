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
		"E5": {Skipped, "no task was ready"},
		"E7": {Kept, ""},
		"E3": {Skipped, "during its own poll"},
		"E9": {Skipped, "one subject"},
	} {
		r := Judge(slices.Values(woken), law)[0]
		if r.Verdict != want.verdict || !strings.Contains(r.Reason, want.reason) {
			t.Errorf("%s: %s: %q; want %s, %q", law, r.Verdict, r.Reason, want.verdict, want.reason)
		}
	}
}

// A subject of which nothing can be seen is not said to keep laws: a Run that never
// polls, and a future that is ready at once.
func TestNothingIsKeptWithoutAnOccasion(t *testing.T) {
	never := CheckExecutor(func(tb testing.TB) Executor {
		ex, end := queueSubject(tb), make(chan struct{})
		tb.Cleanup(func() { close(end) })
		ex.Run = func() { <-end }
		return ex
	})
	atOnce := CheckFuture(func(testing.TB) FutureSubject[int] {
		return FutureSubject[int]{Future: futures.Func[int](func(*futures.Context) (int, bool) { return 0, true })}
	})
	for law, want := range map[string]Verdict{
		"W14": Skipped, "W17": Skipped, "W18": Skipped, "E2": Skipped, "E3": Skipped, "E4": Skipped, "E5": Skipped,
		"E7": Skipped, "E9": Skipped, "E11": Skipped, "E22": Skipped, "E1": Violated,
	} {
		if r, ok := never.Result(law); !ok || r.Verdict != want {
			t.Errorf("an executor that never polls, %s: %s %s; want %s", law, r.Verdict, r.Reason, want)
		}
	}
	for law, want := range map[string]Verdict{
		"F1": Skipped, "F2": Skipped, "F3": Skipped, "F7": Skipped, "F17": Skipped, "F20": Skipped,
		"F4": Kept, "F9": Kept, "F16": Kept,
	} {
		if r, ok := atOnce.Result(law); !ok || r.Verdict != want {
			t.Errorf("a future that is ready at once, %s: %s %s; want %s", law, r.Verdict, r.Reason, want)
		}
	}
}
