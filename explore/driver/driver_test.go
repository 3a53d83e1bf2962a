package driver_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wakecheck/wakecheck/contract"
	_ "github.com/wakecheck/wakecheck/explore/driver"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
)

func TestMain(m *testing.M) {
	if raced {
		os.Exit(m.Run()) // what hangs on goroutines stays
	}
	goleak.VerifyTestMain(m)
}

func checkParker(mistake string) contract.Report {
	return contract.CheckParker(func(tb testing.TB) contract.ParkerSubject { return newParker(mistake).subject(tb) })
}

func checkEvent(mistake string) contract.Report {
	return contract.CheckFuture(func(tb testing.TB) contract.FutureSubject[int] {
		return (&event{mistake: mistake}).subject(tb)
	})
}

func checkPool(mistake string) contract.Report {
	return contract.CheckExecutor(func(tb testing.TB) contract.Executor { return newPool(mistake).subject(tb) })
}

// mistakes are what can be wrong with the subjects. Each says which laws must be
// broken by it, and which others may be: what follows from a mistake depends on the
// scenarios that are drawn.
var mistakes = []struct {
	mistake   string
	check     func(mistake string) contract.Report
	must, may string
}{
	{"looks, then sleeps", checkParker, "P6", "P2 P7 P8"},
	{"takes the token by a store", checkParker, "P7", ""},
	{"unpark only looks if the token is there", checkParker, "P7", ""},
	{"looks, then registers", checkEvent, "F1 F5", "F2 F4"},
	{"wakes, then publishes", checkEvent, "F1 F6", "F2 F4 F5"},
	{"looks without synchronization", checkEvent, "F22", ""},
	{"a wake only looks if the task is woken", checkPool, "E12 W21", ""},
	{"keeps the state of a task in a plain variable", checkPool, "E13 E31", "E12 W21"},
	{"queues a task twice when somebody sleeps", checkPool, "E18", "*"},
	{"goes to sleep after it has let go of the queue", checkPool, "E18 E30", "*"},
}

func TestEachMistakeIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short a campaign tries a fifth of the schedules: too few to find every mistake")
	}
	if enginetest.RaceDetector {
		t.Skip("with the race detector this takes minutes, and no two threads of an exploration run at a time; the correct subjects are explored with it")
	}
	for _, m := range mistakes {
		t.Run(m.mistake, func(t *testing.T) {
			r := m.check(m.mistake)
			broken := r.Violated()
			for _, law := range strings.Fields(m.must) {
				if !slices.Contains(broken, law) {
					t.Errorf("%s is not noticed; noticed are %v", law, broken)
				}
			}
			allowed := strings.Fields(m.must + " " + m.may)
			for _, law := range broken {
				if m.may != "*" && !slices.Contains(allowed, law) {
					res, _ := r.Result(law)
					t.Errorf("noticed is %s, too:\n%s", law, contract.FormatResult(res))
				}
			}
		})
	}
}

// A park that may return without a token need not see what came before an unpark;
// nor does it have to return by the clock, which goes on while a thread could.
func TestParkersThatMayReturnEarlyAreNotAccused(t *testing.T) {
	unexplored := []string{"P7", "P12"}
	r := contract.CheckParker(func(testing.TB) contract.ParkerSubject {
		return contract.ParkerSubject{
			Park: func() {}, Unpark: func() {}, Spurious: true,
			ParkTimeout: func(time.Duration) bool { return false },
		}
	})
	for _, res := range r.Results {
		if res.Verdict == contract.Violated || res.Verdict == contract.Unknown {
			t.Error(contract.FormatResult(res))
		}
		if slices.Contains(unexplored, res.Law) && res.Verdict != contract.Skipped {
			t.Errorf("%s is %v; want it skipped", res.Law, res.Verdict)
		}
	}
}

// The real clock is not that of an explored run: on a machine that is busy a park with
// a timeout of zero may take any time.
func TestParksOnASlowMachineAreNotAccused(t *testing.T) {
	setFlag(t, "rapid.seed", "1") // the reduction gives up executions that it need not finish: not all that are slow
	slow := 20
	r := contract.CheckParker(func(tb testing.TB) contract.ParkerSubject {
		p := newParker("")
		s := p.subject(tb)
		s.Profile = "go-pool"
		s.ParkTimeout = func(timeout time.Duration) bool {
			if timeout == 0 && slow > 0 {
				slow--
				time.Sleep(15 * time.Millisecond) // more than the check allows where time is virtual
			}
			return p.state.CompareAndSwap(notified, empty)
		}
		return s
	})
	if slow > 0 {
		t.Errorf("%d parks were to be slow, and never came", slow)
	}
	if p16, _ := r.Result("P16"); p16.Verdict != contract.Kept {
		t.Error(contract.FormatResult(p16))
	}
}

// A mutex that testing/synctest cannot see is one that an explorer does see.
func TestOpaqueSubjectsAreExplored(t *testing.T) {
	r := contract.CheckParker(func(tb testing.TB) contract.ParkerSubject {
		s := newParker("looks, then sleeps").subject(tb)
		s.Opaque = true
		return s
	})
	if !slices.Contains(r.Violated(), "P6") {
		t.Errorf("P6 is not noticed of a parker declared Opaque; noticed are %v", r.Violated())
	}
}

// A program that is too large for the explorer is not the subject's fault.
func TestTooManyThreadsAreNoFault(t *testing.T) {
	r := contract.CheckFuture(func(tb testing.TB) contract.FutureSubject[int] {
		for range 100 {
			runtime.Go(func() {})
		}
		return (&event{}).subject(tb)
	})
	if v := r.Violated(); len(v) > 0 {
		t.Errorf("violated are %v; want none", v)
	}
	if f1, _ := r.Result("F1"); f1.Verdict != contract.Unknown || !strings.Contains(f1.Reason, "threads") {
		t.Errorf("F1 is %v: %q; want it unknown, since there are too many threads", f1.Verdict, f1.Reason)
	}
}

// Where some scenarios are too large, a law that is kept in the others says so.
func TestWhatIsTooLargeIsSaid(t *testing.T) {
	setFlag(t, "rapid.seed", "1")
	r := contract.CheckParker(func(tb testing.TB) contract.ParkerSubject {
		s := newParker("").subject(tb)
		var unparks atomic.Int32
		unpark := s.Unpark
		s.Unpark = func() {
			if unparks.Add(1) == 3 {
				for range 100 {
					runtime.Go(func() {})
				}
			}
			unpark()
		}
		return s
	})
	if p2, _ := r.Result("P2"); p2.Verdict != contract.Kept || !strings.Contains(p2.Reason, "threads") {
		t.Errorf("P2 is %v: %q; want it kept, and that some scenarios have too many threads", p2.Verdict, p2.Reason)
	}
}

func TestCorrectSubjectsAreNotAccused(t *testing.T) {
	for name, check := range map[string]func(string) contract.Report{"parker": checkParker, "event": checkEvent, "pool": checkPool} {
		t.Run(name, func(t *testing.T) {
			r := check("")
			for _, res := range r.Results {
				if res.Verdict == contract.Violated || res.Verdict == contract.Unknown {
					t.Error(contract.FormatResult(res))
				}
				if slices.Contains([]string{"W18", "W28"}, res.Law) && res.Verdict != contract.Skipped {
					t.Errorf("%s compares runs, and is %v where none are compared", res.Law, res.Verdict)
				}
				if res.Verdict == contract.Kept && !strings.Contains(res.Reason, "schedules") {
					t.Errorf("%s is kept, and the reason does not say under which schedules: %q", res.Law, res.Reason)
				}
			}
		})
	}
}

// A panic that some schedules lead to is shown with one of them, of a small scenario.
func TestAPanicHasItsSchedule(t *testing.T) {
	r := contract.CheckParker(func(tb testing.TB) contract.ParkerSubject {
		s := newParker("").subject(tb)
		var unparking atomic.Int32
		unpark := s.Unpark
		s.Unpark = func() {
			if unparking.Add(1) == 2 {
				panic("two at a time")
			}
			unpark()
			unparking.Add(-1)
		}
		return s
	})
	res, _ := r.Result("Plug")
	if !strings.Contains(res.Reason, "two at a time") || res.Schedule == "" || res.Scenario == nil || len(res.Scenario.Ops) != 2 {
		t.Errorf("want a panic that two operations show, and a schedule; got\n%s", contract.FormatResult(res))
	}
}

// What is reported of a law that is kept are the schedules that it was judged under,
// and not those that other laws' scenarios were made small with.
func TestSchedulesOfShrinkingAreNotCounted(t *testing.T) {
	setFlag(t, "rapid.seed", "1")
	setFlag(t, "rapid.checks", "20")
	r := checkEvent("looks, then registers")
	kept, _ := r.Result("F3")
	scenarios, schedules := 0, 0
	if _, err := fmt.Sscanf(kept.Reason, "%d scenarios under %d schedules", &scenarios, &schedules); err != nil || len(r.Violated()) == 0 {
		t.Fatalf("violated are %v; F3 is %v: %q: %v", r.Violated(), kept.Verdict, kept.Reason, err)
	}
	if most := 20*5*50 + 600; schedules > most { // five scenarios a check, fifty schedules a scenario, and those of the last scenario
		t.Errorf("%d scenarios under %d schedules; want at most %d", scenarios, schedules, most)
	}
}
