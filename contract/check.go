package contract

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// CheckExecutor is TestExecutor as a value: it runs the campaign in this
// process, without a testing.T, and returns what it found. It blocks until done,
// and may be called from any goroutine outside of bubbles.
//
// Nothing stands between the subject and this process. What a subject leaves hung
// stays hung in it. A panic on a goroutine that the subject started, or an exit,
// ends it, and nothing has been written by then. Where that may happen use
// TestExecutor, which runs the subject in a process of its own and names the
// scenario in which that one died.
//
// The counterexample of the first violated law is written to a file, which is the
// Report's File. With -contract.replay=FILE, or WAKECHECK_REPLAY=FILE in a program
// that parses no flags, a call of the same door in the same function runs that
// scenario and no other; every other call is not changed by it.
func CheckExecutor(mk func(testing.TB) Executor) Report { return check(executorPlug(mk)) }

// CheckWaker is TestWaker as a value; see CheckExecutor.
func CheckWaker(mk func(testing.TB) Subject) Report { return check(wakerPlug(mk)) }

// CheckParker is TestParker as a value; see CheckExecutor.
func CheckParker(mk func(testing.TB) ParkerSubject) Report { return check(parkerPlug(mk)) }

// CheckFuture is TestFuture as a value; see CheckExecutor.
func CheckFuture[T comparable](mk func(testing.TB) FutureSubject[T]) Report {
	return check(futurePlug(mk))
}

func check(p plug) Report {
	dir, name := caller()
	o := currentOptions()
	if *replayFlag != "" {
		f, sc, err := readReplay(*replayFlag)
		if err != nil {
			return Report{Subject: name, Door: p.door, Seed: o.seed, Results: []Result{{
				Law: plugFault, Verdict: Violated, At: -1, Reason: fmt.Sprintf("-contract.replay: %v", err),
			}}}
		}
		if sc.Door == p.door && sameFunction(f.Test, name) {
			r := replayCampaign(p, name, o, f, sc)
			r.File = *replayFlag
			return r
		}
	}
	r := runCampaign(p, name, o, nil)
	i := slices.IndexFunc(r.Results, func(res Result) bool { return res.Verdict == Violated && res.Scenario != nil })
	if i < 0 {
		return r
	}
	r.Call = checkCall(dir + name)
	var err error
	if r.File, err = writeReplay(r, dir, r.Results[i]); err != nil {
		r.File = ""
		r.Results[i].Reason += fmt.Sprintf("\n(the counterexample could not be written: %v)", err)
	}
	return r
}

var checkCalls struct {
	sync.Mutex
	n map[string]int
}

// checkCall returns how many violations the Check door on this line has found, so
// that the file of one report is not that of another.
func checkCall(line string) int {
	checkCalls.Lock()
	defer checkCalls.Unlock()
	if checkCalls.n == nil {
		checkCalls.n = make(map[string]int)
	}
	checkCalls.n[line]++
	return checkCalls.n[line]
}

// sameFunction reports whether a and b, names of callers, are the same function,
// whose lines may have changed.
func sameFunction(a, b string) bool {
	a, _, _ = strings.Cut(a, ":")
	b, _, _ = strings.Cut(b, ":")
	return a == b
}

// caller names the function that called a door, and its line, and the path that its
// package is in.
func caller() (dir, name string) {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		frame, more := frames.Next()
		if !strings.Contains(frame.Function, "wakecheck/contract.Check") {
			i := strings.LastIndex(frame.Function, "/")
			return frame.Function[:max(i, 0)], fmt.Sprintf("%s:%d", frame.Function[i+1:], frame.Line)
		}
		if !more {
			return "", "?"
		}
	}
}
