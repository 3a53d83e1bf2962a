package sync_test

import (
	"reflect"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

func TestCondWithoutEngine(t *testing.T) {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	turn := 0
	done := make(chan bool)
	go func() {
		mu.Lock()
		for turn != 1 {
			c.Wait()
		}
		turn = 2
		c.Broadcast()
		mu.Unlock()
		close(done)
	}()
	mu.Lock()
	turn = 1
	c.Signal()
	for turn != 2 {
		c.Wait()
	}
	mu.Unlock()
	<-done
}

func TestCopiedCond(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		a := sync.NewCond(new(sync.Mutex))
		a.Signal()
		a.Broadcast()
		b := new(sync.Cond)
		reflect.ValueOf(b).Elem().Set(reflect.ValueOf(a).Elem()) // go vet does not see it
		if got := panics(b.Signal); got != "sync.Cond is copied" {
			t.Error(got)
		}
	})
}

// A signal that comes before the wait is lost.
func TestLostSignal(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		e.Go("waiter", func() { mu.Lock(); defer mu.Unlock(); c.Wait() }, engine.Worker)
		e.Go("signaller", c.Signal, engine.Worker)
		return func() string { return "woken" }
	}, none, 2, "woken", "deadlock waiter: wake Cond")
}

// With the lock, and a look at what is waited for, none is.
func TestSignalUnderTheLock(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		ready := false
		e.Go("waiter", func() {
			mu.Lock()
			defer mu.Unlock()
			for !ready {
				c.Wait()
			}
		}, engine.Worker)
		e.Go("signaller", func() { mu.Lock(); ready = true; mu.Unlock(); c.Signal() }, engine.Worker)
		return func() string { return "woken" }
	}, none, 2, "woken")
}

// Those who wait are woken in the order in which they came.
func TestSignalsAreInOrder(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		came, woken := "", ""
		for _, name := range []string{"a", "b"} {
			e.Go(name, func() {
				mu.Lock()
				came += name
				c.Wait()
				woken += name
				mu.Unlock()
			}, engine.Worker)
		}
		e.Settle()
		c.Signal()
		e.Settle()
		first := woken
		c.Signal()
		return func() string { return came + first + woken }
	}, none, 2, "abaab", "babba")
}

func TestBroadcastWakesAll(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		open := false
		for _, name := range []string{"a", "b"} {
			e.Go(name, func() {
				mu.Lock()
				defer mu.Unlock()
				for !open {
					c.Wait()
				}
			}, engine.Worker)
		}
		mu.Lock()
		open = true
		mu.Unlock()
		c.Broadcast()
		return func() string { return "open" }
	}, none, 10, "open")
}

func TestSignalHappensBeforeWaitReturns(t *testing.T) {
	var mu [2]sync.Mutex
	c := [2]*sync.Cond{sync.NewCond(&mu[0]), sync.NewCond(&mu[1])}
	var data cell
	waits := func(c *sync.Cond, then func()) func() {
		return func() { c.L.Lock(); defer c.L.Unlock(); c.Wait(); then() }
	}
	race := func(want bool, fs ...func()) {
		t.Helper()
		got, _ := enginetest.Run(t, threads(fs...), engine.Source, none)
		found := false
		for _, o := range got {
			found = found || o == "race"
		}
		if found != want {
			t.Errorf("%q; want a race: %v", got, want)
		}
	}
	race(false, func() { data.write(); c[0].Signal() }, waits(c[0], data.read))
	race(true, func() { c[0].Signal(); data.write() }, waits(c[0], data.read))
	race(false, func() { data.write(); c[0].Broadcast() }, waits(c[0], data.read))
	race(true, func() { data.write(); c[0].Signal() }, waits(c[1], data.read), c[1].Signal)
	// What a signal hands over is not there before Wait returns: not when it
	// unlocks L, after the waiter has queued up.
	race(true, func() { data.write(); c[0].Signal() }, waits(c[0], func() {}), func() {
		if mu[0].TryLock() {
			data.read()
			mu[0].Unlock()
		}
	})
}
