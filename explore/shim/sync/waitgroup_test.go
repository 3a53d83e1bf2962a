package sync_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

func TestWaitGroupWithoutEngine(t *testing.T) {
	var wg sync.WaitGroup
	var n atomic.Int32
	for range 4 {
		wg.Go(func() { n.Add(1) })
	}
	wg.Add(1)
	go func() { n.Add(1); wg.Done() }()
	if wg.Wait(); n.Load() != 5 {
		t.Error("Wait returned after", n.Load(), "of 5")
	}
}

func TestNegativeCounter(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var wg sync.WaitGroup
		wg.Add(1)
		wg.Done()
		wg.Wait()
		if got := panics(wg.Done); got != "sync: negative WaitGroup counter" {
			t.Error(got)
		}
	})
}

// However many count down, there is one way to wait for all.
func TestWaitsForAll(t *testing.T) {
	for n := 1; n <= 5; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			enginetest.Check(t, func(e *engine.Engine) func() string {
				var wg sync.WaitGroup
				var did int
				wg.Add(n)
				for range n {
					e.Go("worker", func() { did++; wg.Done() }, engine.Worker) // plainly: threads run one at a time
				}
				var seen int
				e.Go("waiter", func() { wg.Wait(); seen = did }, engine.Worker)
				wg.Wait()
				return func() string { return fmt.Sprint(seen == n) }
			}, none, 1, "true")
		})
	}
}

// If each is counted when it is started, it matters whether those before have
// ended: then all could have been waited for.
func TestCountedOneByOne(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		var did, seen int
		e.Go("waiter", func() { wg.Wait(); seen = did }, engine.Worker)
		for range 2 {
			wg.Go(func() { did++ })
		}
		return func() string { return fmt.Sprint(seen) }
	}, none, 5, "0", "1", "2")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		var did, seen int
		for range 3 {
			wg.Go(func() { did++ })
		}
		wg.Wait()
		seen = did
		return func() string { return fmt.Sprint(seen) }
	}, none, 6, "3")
}

// The mistake that go vet looks for, too: the goroutine counts itself.
func TestAddInTheGoroutine(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		var did, seen int
		for range 2 {
			e.Go("worker", func() { wg.Add(1); did++; wg.Done() }, engine.Worker)
		}
		e.Go("waiter", func() { wg.Wait(); seen = did }, engine.Worker)
		return func() string { return fmt.Sprint(seen) }
	}, none, 10, "0", "1", "2")
}

func TestWaitGroupIsUsedAgain(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		var did, seen [2]int
		for round := range 2 {
			wg.Add(2)
			for range 2 {
				e.Go("worker", func() { did[round]++; wg.Add(-1) }, engine.Worker)
			}
			wg.Wait()
			seen[round] = did[round]
		}
		return func() string { return fmt.Sprint(seen) }
	}, none, 1, "[2 2]")
}

func TestCountThatIsNotTakenDown(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		wg.Add(3)
		wg.Go(wg.Done)
		wg.Wait()
		return nil
	}, none, 1, "deadlock main: wait WaitGroup")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var never, wg sync.WaitGroup
		never.Add(1)
		wg.Go(never.Wait)
		return nil
	}, none, 1, "leak thread 1: wait WaitGroup")
}

func TestTooManyDones(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var wg sync.WaitGroup
		wg.Add(2)
		for range 3 {
			e.Go("worker", wg.Done, engine.Worker)
		}
		return nil
	}, none, 1, "sync: negative WaitGroup counter")
}

func TestDoneHappensBeforeWait(t *testing.T) {
	var data [2]cell
	var other cell
	var wg sync.WaitGroup
	wait := func(then func()) func() { return func() { wg.Wait(); then() } }
	both := func() { data[0].read(); data[1].read() }
	run := func(t *testing.T, want bool, dones int, fs ...func()) {
		t.Helper()
		got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
			wg.Add(dones)
			return threads(fs...)(e)
		}, engine.Source, none)
		if race := len(got) == 1 && got[0] == "race"; race != want {
			t.Errorf("%q; want a race: %v", got, want)
		}
	}
	work := func(i int) func() { return func() { data[i].write(); wg.Done() } }
	run(t, false, 2, work(0), work(1), wait(both), wait(both))
	run(t, true, 1, work(0), data[1].write, wait(both))
	run(t, true, 2, func() { wg.Done(); other.write() }, wg.Done, wait(other.read))
	run(t, true, 2, work(0), func() { wg.Done(); data[0].read() })
	run(t, true, 1, func() { other.write(); wg.Add(1); wg.Done() }, wg.Done, func() { wg.Wait(); other.read() })
}
