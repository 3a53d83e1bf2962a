package sync_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

var none engine.Limits

func TestMutexWithoutEngine(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	if mu.TryLock() {
		t.Error("a locked mutex could be locked")
	}
	n := 0
	done := make(chan bool)
	go func() { mu.Lock(); n++; mu.Unlock(); close(done) }()
	n++
	mu.Unlock()
	<-done
	if !mu.TryLock() || n != 2 {
		t.Error("an unlocked mutex could not be locked, or", n, "is not 2")
	}
	mu.Unlock()
}

func TestMutexExcludes(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		var inside, order string
		for _, name := range []string{"a", "b", "c"} {
			e.Go(name, func() {
				mu.Lock()
				defer mu.Unlock()
				inside += name
				e.Yield("work")
				order += inside
				inside = ""
			}, engine.Worker)
		}
		return func() string { return order }
	}, none, 6, "abc", "acb", "bac", "bca", "cab", "cba")
}

func TestMutexesInTwoOrders(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var m, n sync.Mutex
		e.Go("a", func() { m.Lock(); defer m.Unlock(); n.Lock(); defer n.Unlock() }, engine.Worker)
		e.Go("b", func() { n.Lock(); defer n.Unlock(); m.Lock(); defer m.Unlock() }, engine.Worker)
		return func() string { return "fine" }
	}, none, 3, "deadlock a: lock Mutex, b: lock Mutex", "fine")
}

func TestTryLock(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		var got [2]bool
		for i := range got {
			e.Go("t", func() {
				if got[i] = mu.TryLock(); got[i] {
					mu.Unlock()
				}
			}, engine.Worker)
		}
		return func() string { return fmt.Sprint(got) }
	}, none, 4, "[true true]", "[true false]", "[false true]")
}

func TestUnlockOfUnlockedMutex(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		e.Go("a", mu.Lock, engine.Worker)
		e.Go("b", func() { mu.Unlock() }, engine.Worker)
		return func() string { return "unlocked" }
	}, none, 2, "sync: unlock of unlocked mutex", "unlocked")
}

// The mutex is left locked by the executions that fail and are given up.
var global sync.Mutex

func TestMutexBeginsUnlocked(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		e.Go("a", func() { global.Lock() }, engine.Worker)
		e.Go("b", func() { global.Lock() }, engine.Worker)
		return nil
	}, none, 2, "deadlock a: lock Mutex", "deadlock b: lock Mutex")
}

// threads is a program of threads that tells nothing.
func threads(fs ...func()) enginetest.Program {
	return func(e *engine.Engine) func() string {
		for i, f := range fs {
			e.Go(fmt.Sprint(i), f, engine.Worker)
		}
		return nil
	}
}

// cell is plain data.
type cell struct{ c engine.Cell }

func (c *cell) read()  { engine.Cur.ReadCell(&c.c) }
func (c *cell) write() { engine.Cur.WriteCell(&c.c) }

// races checks whether a program has a data race.
func races(t *testing.T, want bool, fs ...func()) {
	t.Helper()
	got, _ := enginetest.Run(t, threads(fs...), engine.Source, none)
	if race := len(got) == 1 && got[0] == "race"; race != want || !race && len(got) > 0 {
		t.Errorf("%q; want a race: %v", got, want)
	}
}

func TestUnlockHappensBeforeLock(t *testing.T) {
	var mu, other sync.Mutex
	var data cell
	locked := func(l sync.Locker) func() {
		return func() { l.Lock(); data.write(); l.Unlock() }
	}
	races(t, false, locked(&mu), locked(&mu), locked(&mu))
	races(t, true, locked(&mu), locked(&other))
	races(t, false, locked(&mu), func() {
		if mu.TryLock() {
			data.read()
			mu.Unlock()
		}
	})
	races(t, true, func() { mu.Lock(); data.write(); mu.Unlock() }, func() {
		if !mu.TryLock() {
			data.read() // what a failed TryLock sees it is not ordered after
			return
		}
		mu.Unlock()
	})
}
