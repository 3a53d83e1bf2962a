package sync_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// everywhere runs f without an engine, and as the body of an exploration that
// has other threads.
func everywhere(t *testing.T, f func(t *testing.T)) {
	t.Run("real", f)
	t.Run("explored", func(t *testing.T) {
		r, err := engine.Explore(engine.Program{
			Body:   func(e *engine.Engine) { e.Go("other", func() {}, engine.Worker); f(t) },
			Limits: engine.Limits{Steps: 100_000},
			Record: true,
		})
		if err != nil || r.Failure != nil || r.Executions != 1 {
			t.Errorf("%d executions, %+v, %v", r.Executions, r.Failure, err)
		}
	})
}

// panics returns what f panics with.
func panics(f func()) (with any) {
	defer func() { with = recover() }()
	f()
	return nil
}

func TestRWMutex(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var rw sync.RWMutex
		try := func(want string) {
			t.Helper()
			w, r := rw.TryLock(), false
			if w {
				rw.Unlock()
			}
			if r = rw.TryRLock(); r {
				rw.RUnlock()
			}
			if got := fmt.Sprint(w, r); got != want {
				t.Errorf("it can be locked for writing, reading: %s; want %s", got, want)
			}
		}
		try("true true")
		rw.RLock()
		rw.RLocker().Lock()
		try("false true")
		rw.RUnlock()
		try("false true")
		rw.RLocker().Unlock()
		try("true true")
		rw.Lock()
		try("false false")
		rw.Unlock()
		try("true true")
	})
}

func TestReadersCommute(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		most, now := 0, 0
		for range 3 {
			e.Go("reader", func() {
				rw.RLock()
				now++ // plainly, for this test to see an order: threads run one at a time
				most = max(most, now)
				now--
				rw.RUnlock()
			}, engine.Worker)
		}
		return func() string { return fmt.Sprint(now) }
	}, none, 1, "0")
}

// A reader comes before the writer, or makes it wait, or comes after it.
func TestWriterExcludesReaders(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		x := 0
		var saw [2]int
		e.Go("writer", func() {
			rw.Lock()
			x = 1
			e.Yield("write")
			x = 2
			rw.Unlock()
		}, engine.Worker)
		for i := range saw {
			e.Go("reader", func() { rw.RLock(); saw[i] = x; rw.RUnlock() }, engine.Worker)
		}
		return func() string { return fmt.Sprint(saw) }
	}, none, 9, "[0 0]", "[0 2]", "[2 0]", "[2 2]")
}

func TestWritersExcludeEachOther(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		order := ""
		for _, name := range []string{"a", "b", "c"} {
			e.Go(name, func() { rw.Lock(); order += name; rw.Unlock() }, engine.Worker)
		}
		return func() string { return order }
	}, none, 6, "abc", "acb", "bac", "bca", "cab", "cba")
}

func TestReadingTwiceAcrossAWriter(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		e.Go("reader", func() { rw.RLock(); defer rw.RUnlock(); rw.RLock(); defer rw.RUnlock() }, engine.Worker)
		e.Go("writer", func() { rw.Lock(); defer rw.Unlock() }, engine.Worker)
		return func() string { return "fine" }
	}, none, 5, "fine", "deadlock reader: rlock RWMutex, writer: lock RWMutex")
}

// A writer that waits for a reader keeps others from reading.
func TestTryRLockFailsForAWaitingWriter(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		var again bool
		e.Go("reader", func() {
			rw.RLock()
			if again = rw.TryRLock(); again {
				rw.RUnlock()
			}
			rw.RUnlock()
		}, engine.Worker)
		e.Go("writer", func() { rw.Lock(); defer rw.Unlock() }, engine.Worker)
		return func() string { return fmt.Sprint(again) }
	}, none, 5, "true", "false")
}

func TestMisuseOfRWMutex(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		e.Go("a", rw.RLock, engine.Worker)
		e.Go("b", rw.Unlock, engine.Worker)
		return nil
	}, none, 2, "sync: Unlock of unlocked RWMutex")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		e.Go("a", rw.Lock, engine.Worker)
		e.Go("b", rw.RUnlock, engine.Worker)
		return nil
	}, none, 2, "sync: RUnlock of unlocked RWMutex")
}

// To undo another thread's RLock is in conflict with it: it may come too early.
func TestRUnlockForAnotherThread(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		e.Go("a", rw.RLock, engine.Worker)
		e.Go("b", rw.RUnlock, engine.Worker)
		return func() string { return "fine" }
	}, none, 2, "fine", "sync: RUnlock of unlocked RWMutex")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var rw sync.RWMutex
		rw.RLock()
		e.Go("writer", rw.Lock, engine.Worker)
		e.Go("reader", rw.RUnlock, engine.Worker)
		return func() string { return "fine" }
	}, none, 2, "fine")
}

func TestRWMutexHappensBefore(t *testing.T) {
	var rw sync.RWMutex
	var data cell
	in := func(l sync.Locker, f func()) func() {
		return func() { l.Lock(); f(); l.Unlock() }
	}
	r := rw.RLocker()
	races(t, false, in(&rw, data.write), in(&rw, data.write), in(r, data.read), in(r, data.read))
	races(t, true, in(r, data.write), in(r, data.read))
	races(t, true, in(&rw, data.write), data.read)
	races(t, false, in(&rw, data.write), func() {
		if rw.TryRLock() {
			data.read()
			rw.RUnlock()
		}
	})
	races(t, false, in(r, data.read), func() {
		if rw.TryLock() {
			data.write()
			rw.Unlock()
		}
	})
}
