package contract

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// CheckExecutor is TestExecutor as a value: it runs the campaign in this
// process, without a testing.T, and returns what it found. What a subject
// leaves hung stays hung in this process.
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
	return runCampaign(p, caller(), currentOptions(), nil)
}

// caller names the function that called a door, and its line.
func caller() string {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		frame, more := frames.Next()
		if !strings.Contains(frame.Function, "wakecheck/contract.Check") {
			name := frame.Function[strings.LastIndex(frame.Function, "/")+1:]
			return fmt.Sprintf("%s:%d", name, frame.Line)
		}
		if !more {
			return "?"
		}
	}
}
