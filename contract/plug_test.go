package contract_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// plug is the result that says what is wrong with the plug itself.
const plug = "Plug"

// A badPlug is a subject that is not to be judged as it is, and how its report
// names it: the law, and a part of the reason.
type badPlug struct {
	name   string
	check  func() contract.Report
	law    string
	reason string
}

func TestBadPlugsAreNamedAsWhatTheyAre(t *testing.T) {
	for _, b := range badPlugs() {
		t.Run(b.name, func(t *testing.T) {
			if b.name == notDeterministic && testing.Short() {
				t.Skip("only some scenarios are run twice: with -short too few")
			}
			report := b.check()
			r, judged := report.Result(b.law)
			if !judged || r.Verdict != contract.Violated || !strings.Contains(r.Reason, b.reason) {
				t.Errorf("%s: %s %q; want it violated, with a reason that says %q; violated are %v", b.law, r.Verdict, r.Reason, b.reason, report.Violated())
			}
			if others := report.Violated(); b.law == plug && len(others) > 1 {
				t.Errorf("violated are %v; want no law that is accused of what is wrong with the plug", others)
			}
		})
	}
}

func badPlugs() []badPlug {
	waker := func(name string, mk func(testing.TB) contract.Subject, reason string) badPlug {
		return badPlug{name, func() contract.Report { return contract.CheckWaker(mk) }, plug, reason}
	}
	parker := func(name string, mk func(testing.TB) contract.ParkerSubject, reason string) badPlug {
		return badPlug{name, func() contract.Report { return contract.CheckParker(mk) }, plug, reason}
	}
	future := func(name string, mk func(testing.TB) contract.FutureSubject[int], law, reason string) badPlug {
		return badPlug{name, func() contract.Report { return contract.CheckFuture(mk) }, law, reason}
	}
	executor := func(name string, mk func(testing.TB) contract.Executor, law, reason string) badPlug {
		return badPlug{name, func() contract.Report { return contract.CheckExecutor(mk) }, law, reason}
	}
	combinator := func(name string, mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int], reason string) badPlug {
		return badPlug{name, func() contract.Report { return contract.CheckCombinator(mk) }, plug, reason}
	}
	edited := func(name string, edit func(*loop, *contract.Executor), law, reason string) badPlug {
		return executor(name, func(tb testing.TB) contract.Executor {
			x := newLoop(tb, 1, func(*loop) {})
			ex := x.executor()
			edit(x, &ex)
			return ex
		}, law, reason)
	}
	return []badPlug{
		// What mk does.
		waker("mk panics", func(testing.TB) contract.Subject { panic("no subject today") }, "no subject today"),
		parker("mk fails the test", func(tb testing.TB) contract.ParkerSubject {
			tb.Fatal("no parker here")
			return contract.ParkerSubject{}
		}, "no parker here"),
		executor("mk skips the test", func(tb testing.TB) contract.Executor {
			tb.Skip("not on this system")
			return contract.Executor{}
		}, plug, "not on this system"),
		waker("Raw is nil", func(testing.TB) contract.Subject { return contract.Subject{} }, "Raw is nil"),
		parker("Park and Unpark are nil", func(testing.TB) contract.ParkerSubject { return contract.ParkerSubject{} }, "nil"),
		future("Future is nil", func(testing.TB) contract.FutureSubject[int] { return contract.FutureSubject[int]{} }, plug, "Future is nil"),
		executor("Spawn is nil", func(testing.TB) contract.Executor { return contract.Executor{} }, plug, "Spawn is nil"),
		combinator("no combinator", func(testing.TB, ...futures.Future[int]) futures.Future[[]int] { return nil }, "no future"),
		combinator("a combinator that cannot be made", func(testing.TB, ...futures.Future[int]) futures.Future[[]int] { panic("no children today") }, "no children today"),
		combinator("one combinator for all", sameCombinator(), "the same subject"),
		combinator("more children at least than at most", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return contract.Combinator{Future: futures.Join(fs...), Least: 3, Most: 2}
		}, "Least is 3"),
		sameWakerTwice(),
		executor("mk ends its goroutine", func(testing.TB) contract.Executor {
			runtime.Goexit()
			return contract.Executor{}
		}, plug, "mk ended its goroutine"),
		waker("another profile", func(testing.TB) contract.Subject {
			return contract.Subject{Claims: contract.Claims{Profile: "java"}, Raw: new(wakers.Counting).Raw()}
		}, `no profile "java"`),
		parker("Known names no law", func(testing.TB) contract.ParkerSubject {
			p := new(wakers.Parker)
			return contract.ParkerSubject{Claims: contract.Claims{Known: map[string]string{"P99": "why not"}}, Park: p.Park, Unpark: p.Unpark}
		}, `"P99"`),
		sameCountsTwice(),
		sameFutureTwice(),
		sameEventTwice(),
		sameExecutorTwice(),
		everyOtherExecutorPollsTwice(),

		// What the subject does.
		future("another value than Want", func(testing.TB) contract.FutureSubject[int] {
			s := newLeaf(func(*leaf) {}).subject()
			s.Want = leafValue + 1
			return s
		}, plug, "42"),
		future("the first poll panics", func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: futures.Func[int](func(*futures.Context) (int, bool) { panic("not today") })}
		}, plug, "not today"),
		future("the Context is kept", func(testing.TB) contract.FutureSubject[int] {
			var kept *futures.Context
			return newLeaf(func(f *leaf) {
				f.arm = func(cx *futures.Context) {
					if kept == nil {
						kept = cx
					}
					f.cell.Register(kept.Waker())
				}
			}).subject()
		}, "F16", "Context"),
		edited("Spawn panics", func(_ *loop, ex *contract.Executor) {
			ex.Spawn = func(futures.Future[int]) contract.Task { panic("closed for today") }
		}, plug, "closed for today"),
		edited("Spawn returns no task", func(_ *loop, ex *contract.Executor) {
			ex.Spawn = func(futures.Future[int]) contract.Task { return nil }
		}, plug, "nil Task"),
		edited("Spawn returns a nil pointer", func(_ *loop, ex *contract.Executor) {
			ex.Spawn = func(futures.Future[int]) contract.Task { return (*task)(nil) }
		}, plug, "nil Task"),
		edited("Run ends its goroutine", func(_ *loop, ex *contract.Executor) {
			ex.Run = runtime.Goexit
		}, plug, "Run ended its goroutine"),
		future("a poll ends its goroutine", func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: futures.Func[int](func(*futures.Context) (int, bool) {
				runtime.Goexit()
				return 0, true
			})}
		}, plug, "ended its goroutine"),
		combinator("a combinator whose poll ends its goroutine", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return futures.Func[[]int](func(*futures.Context) ([]int, bool) {
				runtime.Goexit()
				return nil, true
			})
		}, "ended its goroutine"),
		parker("Unpark ends its goroutine", func(testing.TB) contract.ParkerSubject {
			return contract.ParkerSubject{Park: func() {}, Unpark: runtime.Goexit, Spurious: true}
		}, "ended its goroutine"),
		edited("Spawn ends its goroutine", func(_ *loop, ex *contract.Executor) {
			ex.Spawn = func(futures.Future[int]) contract.Task {
				runtime.Goexit()
				return nil
			}
		}, plug, "ended its goroutine"),
		future("Fire panics", func(testing.TB) contract.FutureSubject[int] {
			s := newLeaf(func(*leaf) {}).subject()
			s.Fire = func() { panic("out of powder") }
			return s
		}, plug, "out of powder"),
		future("the first poll panics with an empty string", func(testing.TB) contract.FutureSubject[int] {
			return contract.FutureSubject[int]{Future: futures.Func[int](func(*futures.Context) (int, bool) { panic("") })}
		}, plug, "empty string"),
		edited("Spawn blocks", func(x *loop, ex *contract.Executor) {
			ex.Spawn = func(futures.Future[int]) contract.Task { <-x.end; return &task{x: x} }
		}, plug, "Spawn"),
		edited("Run panics", func(_ *loop, ex *contract.Executor) {
			ex.Run = func() { panic("no thread left") }
		}, plug, "no thread left"),
		edited("Run returns early", func(_ *loop, ex *contract.Executor) {
			ex.Run = func() {}
		}, plug, "Run returned"),
		edited("Run blocks", func(x *loop, ex *contract.Executor) {
			ex.Run = func() { <-x.end }
		}, "E1", "never polled"),
		edited("a wake blocks", func(x *loop, _ *contract.Executor) {
			x.wake = func(*task) { <-x.end }
			x.wakeByRef = x.wake
		}, "E2", "never polled again"),
		edited("Close panics", func(_ *loop, ex *contract.Executor) {
			ex.Close = func() { panic("closed already") }
		}, plug, "closed already"),
		edited("Close blocks", func(x *loop, ex *contract.Executor) {
			ex.Close = func() { <-x.end }
		}, plug, "Close"),
		executor("a Cleanup function panics", func(tb testing.TB) contract.Executor {
			tb.Cleanup(func() { panic("nothing to clean up") })
			return newLoop(tb, 1, func(*loop) {}).executor()
		}, plug, "nothing to clean up"),
		executor("two goroutines poll", func(tb testing.TB) contract.Executor {
			return newLoop(tb, 1, func(x *loop) {
				x.poll = func(t *task) { go t.future.Poll(futures.NewContext(&t.waker)); t.poll() }
			}).executor()
		}, "E7", "want at most"),
	}
}

// asChild is set in a process that runs one test on its own.
const asChild = "WAKECHECK_TEST_CHILD"

// What an executor leaves behind in a bubble can never be ended, so this one is
// checked in a process of its own.
func TestGoroutinesLeftAfterCloseAreNamed(t *testing.T) {
	if os.Getenv(asChild) == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), asChild+"=1")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "contract_test.sleepForEver") {
			t.Errorf("%v: %s; want a Plug result that names the function that is left", err, out)
		}
		return
	}
	report := contract.CheckExecutor(func(tb testing.TB) contract.Executor {
		return newLoop(tb, 1, func(*loop) { go sleepForEver() }).executor()
	})
	r, _ := report.Result(plug)
	fmt.Println(r.Verdict, r.Reason)
	os.Exit(0) // past goleak
}

func sleepForEver() { select {} }

func sameWakerTwice() badPlug {
	c := new(wakers.Counting)
	raw := c.Raw()
	mk := func(testing.TB) contract.Subject {
		return contract.Subject{Raw: raw.Clone(), Wakes: c.Wakes, Live: c.Live}
	}
	return badPlug{"the same waker twice", func() contract.Report { return contract.CheckWaker(mk) }, plug, "same"}
}

// sameCountsTwice gives wakers that do not look alike and count as one.
func sameCountsTwice() badPlug {
	c := new(wakers.Counting)
	mk := func(testing.TB) contract.Subject {
		return contract.Subject{Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live}
	}
	return badPlug{"the same counts twice", func() contract.Report { return contract.CheckWaker(mk) }, plug, "same"}
}

func sameFutureTwice() badPlug {
	f := newLeaf(func(*leaf) {})
	mk := func(testing.TB) contract.FutureSubject[int] { return f.subject() }
	return badPlug{"the same future twice", func() contract.Report { return contract.CheckFuture(mk) }, plug, "same"}
}

// sameEventTwice gives futures that wait for one and the same event.
func sameEventTwice() badPlug {
	var only perRun[*futures.Event]
	mk := func(tb testing.TB) contract.FutureSubject[struct{}] {
		e := only.get(tb, func() *futures.Event { return new(futures.Event) })
		return contract.FutureSubject[struct{}]{Future: e.Wait(), Fire: e.Fire}
	}
	return badPlug{"the same event twice", func() contract.Report { return contract.CheckFuture(mk) }, plug, "same"}
}

// sameExecutorTwice gives the same pool to all that ask for one in one run.
func sameExecutorTwice() badPlug {
	var only perRun[contract.Executor]
	mk := func(tb testing.TB) contract.Executor {
		return only.get(tb, func() contract.Executor { return newPool(tb, 1, func(*loop) {}).executor() })
	}
	return badPlug{"the same executor twice", func() contract.Report { return contract.CheckExecutor(mk) }, plug, "same"}
}

const notDeterministic = "not deterministic"

// everyOtherExecutorPollsTwice is a factory that remembers how often it was
// called: the same scenario does not give the same trace again.
func everyOtherExecutorPollsTwice() badPlug {
	n := 0
	mk := func(tb testing.TB) contract.Executor {
		n++
		odd := n%2 == 1
		ex := newLoop(tb, 1, func(x *loop) {
			if odd {
				x.poll = func(t *task) { t.poll(); t.poll() }
			}
		}).executor()
		ex.Spurious = 1
		return ex
	}
	return badPlug{notDeterministic, func() contract.Report { return contract.CheckExecutor(mk) }, plug, "determin"}
}

func sameCombinator() func(testing.TB, ...futures.Future[int]) futures.Future[[]int] {
	var once perRun[futures.Future[[]int]]
	return func(tb testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		return once.get(tb, func() futures.Future[[]int] { return futures.Join(fs...) })
	}
}

// What panics is shown by the smallest scenario that makes it.
func TestAPanicIsShownByASmallScenario(t *testing.T) {
	report := contract.CheckExecutor(func(tb testing.TB) contract.Executor {
		return newLoop(tb, 1, func(x *loop) {
			x.poll = func(t *task) {
				x.mu.Lock()
				n := len(x.tasks)
				x.mu.Unlock()
				if n > 1 {
					panic("two at a time")
				}
				t.poll()
			}
		}).executor()
	})
	r, ok := report.Result(plug)
	if !ok || r.Verdict != contract.Violated || r.Scenario == nil {
		t.Fatalf("got %+v; want a fault of the plug, and its scenario", r)
	}
	if s := r.Scenario; s.Raced || len(s.Scripts) != 2 || len(s.Ops) > 1 || len(s.Scripts[0].Turns)+len(s.Scripts[1].Turns) > 2 {
		t.Errorf("two tasks at a time, with at most one operation and one turn each, are enough; got\n%s", contract.FormatResult(r))
	}
}
