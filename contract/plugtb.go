package contract

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// A plugTB is the testing.TB that mk is given. It belongs to one run: its
// Cleanup functions run inside the bubble, after Close, and what it reports
// becomes a fault of the plug instead of a failed test.
type plugTB struct {
	testing.TB // the bubble's own, for TempDir and the like

	name     string
	mu       sync.Mutex
	faults   []string
	over     func() bool // not nil: the run is being given up, and what panics now is not the subject's fault
	cleanups []func()
	ctx      context.Context
	cancel   context.CancelFunc
}

// plugFailed is the panic by which FailNow and Skip leave mk.
type plugFailed struct{}

func (tb *plugTB) fault(text string) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.over == nil || !tb.over() {
		tb.faults = append(tb.faults, text)
	}
}

func (tb *plugTB) Name() string { return tb.name }
func (tb *plugTB) Helper()      {}
func (tb *plugTB) Log(...any)   {}

func (tb *plugTB) Logf(string, ...any)          {}
func (tb *plugTB) Error(args ...any)            { tb.fault(fmt.Sprint(args...)) }
func (tb *plugTB) Errorf(f string, args ...any) { tb.fault(fmt.Sprintf(f, args...)) }
func (tb *plugTB) Fail()                        { tb.fault("mk called Fail") }
func (tb *plugTB) FailNow()                     { tb.fault("mk called FailNow"); panic(plugFailed{}) }
func (tb *plugTB) Fatal(args ...any)            { tb.Error(args...); panic(plugFailed{}) }
func (tb *plugTB) Fatalf(f string, args ...any) { tb.Errorf(f, args...); panic(plugFailed{}) }
func (tb *plugTB) Skip(args ...any)             { tb.Fatal("mk skipped: ", fmt.Sprint(args...)) }
func (tb *plugTB) Skipf(f string, args ...any)  { tb.Fatal("mk skipped: ", fmt.Sprintf(f, args...)) }
func (tb *plugTB) SkipNow()                     { tb.Fatal("mk skipped") }
func (tb *plugTB) Skipped() bool                { return false }

func (tb *plugTB) Failed() bool {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return len(tb.faults) > 0
}

// Context is cancelled before the Cleanup functions run.
func (tb *plugTB) Context() context.Context {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.ctx == nil {
		tb.ctx, tb.cancel = context.WithCancel(context.Background())
	}
	return tb.ctx
}

func (tb *plugTB) Cleanup(f func()) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.cleanups = append(tb.cleanups, f)
}

// cleanup runs the Cleanup functions, last first, each even if another panics.
func (tb *plugTB) cleanup() {
	tb.mu.Lock()
	cancel := tb.cancel
	tb.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	for {
		tb.mu.Lock()
		n := len(tb.cleanups)
		if n == 0 {
			tb.mu.Unlock()
			return
		}
		f := tb.cleanups[n-1]
		tb.cleanups = tb.cleanups[:n-1]
		tb.mu.Unlock()
		tb.guard("a Cleanup function", f)
	}
}

// endedGoroutine is what is said of a call of the subject that did not come back
// because it ended its goroutine.
const endedGoroutine = " ended its goroutine (runtime.Goexit); if it called Fatal or Skip of the test's own t, let it use the testing.TB that mk is given"

// guard calls f and turns a panic into a fault of the plug. It reports whether
// f returned.
func (tb *plugTB) guard(what string, f func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, failed := p.(plugFailed); !failed {
				tb.fault(fmt.Sprintf("%s panicked: %v", what, p))
			}
		} else if !ok {
			tb.fault(what + endedGoroutine)
		}
	}()
	f()
	return true
}

// quietly calls f and forgets a panic: what f does is judged elsewhere.
func (tb *plugTB) quietly(f func()) {
	defer func() { _ = recover() }()
	f()
}
