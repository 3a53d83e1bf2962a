package wakecheck_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// TestParkedExecutorResumesIfWoken: futures are woken at random times, before, during
// and after the executor parks, by several goroutines that race; whoever has what it
// waits for is polled again. A lost wake is a deadlock of the bubble.
func TestParkedExecutorResumesIfWoken(t *testing.T) {
	executors := map[string]func(t *rapid.T, workers int, fs []*woken){
		"BlockOn": func(t *rapid.T, _ int, fs []*woken) {
			for _, f := range fs {
				f.check(t, executor.BlockOn(f), nil)
			}
		},
		"Queue": func(t *rapid.T, _ int, fs []*woken) {
			var q executor.Queue
			handles := spawnAll(&q, fs)
			q.Run()
			joinAll(t, fs, handles)
		},
		"Pool": func(t *rapid.T, workers int, fs []*woken) {
			p := executor.NewPool(workers)
			defer p.Close()
			joinAll(t, fs, spawnAll(p, fs))
		},
	}
	for name, run := range executors {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				workers := rapid.IntRange(1, 3).Draw(rt, "workers")
				tasks := rapid.SliceOfN(rapid.Custom(drawRounds), 1, 3).Draw(rt, "tasks")
				synctest.Test(t, func(*testing.T) {
					var fs []*woken
					for _, rounds := range tasks {
						fs = append(fs, &woken{rounds: rounds})
					}
					run(rt, workers, fs)
					for _, f := range fs {
						f.others.Wait() // virtual time stands still when this goroutine ends
					}
				})
			})
		})
	}
}

func spawnAll(s executor.Spawner, fs []*woken) (handles []*executor.Handle[int]) {
	for _, f := range fs {
		handles = append(handles, executor.Spawn(s, f))
	}
	return handles
}

func joinAll(t *rapid.T, fs []*woken, handles []*executor.Handle[int]) {
	for i, h := range handles {
		v, err := h.Join()
		fs[i].check(t, v, err)
	}
}

// A wakerPlan says when a waker is woken, and how.
type wakerPlan struct {
	when    int // see the constants
	spins   int // how long it hesitates then: some nanoseconds each
	byValue bool
}

const (
	inThePoll  = iota
	atOnce     // on another goroutine, which races with the end of the poll and the park
	whenParked // virtual time passes only then; all of one round race
	muchLater  // when what the other wakers have brought about is over
	timesToWake
)

func (p wakerPlan) String() string {
	when := [timesToWake]string{"in the poll", "at once", "when parked", "much later"}[p.when]
	how := "by ref"
	if p.byValue {
		how = "by value"
	}
	return fmt.Sprintf("%s, %s, after %d spins", when, how, p.spins)
}

// A round is one thing that a future waits for: that so many of its wakers have come.
// Those that are not needed come in the rounds after it, or when all is over.
type round struct {
	wakers []wakerPlan
	needs  int
}

func drawRounds(t *rapid.T) []round {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) round {
		r := round{wakers: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) wakerPlan {
			return wakerPlan{
				when:    rapid.IntRange(0, timesToWake-1).Draw(t, "when"),
				spins:   rapid.IntRange(0, 5000).Draw(t, "spins"),
				byValue: rapid.Bool().Draw(t, "by value"),
			}
		}), 1, 4).Draw(t, "wakers")}
		r.needs = rapid.IntRange(1, len(r.wakers)).Draw(t, "needs")
		return r
	}), 1, 10).Draw(t, "rounds")
}

// A woken future waits for its rounds, one after the other, and answers how many
// there were.
type woken struct {
	rounds []round
	now    int           // the round that it waits for
	came   *atomic.Int32 // wakers of that round
	others sync.WaitGroup
}

func (f *woken) Poll(cx *futures.Context) (int, bool) {
	if f.came != nil {
		if int(f.came.Load()) < f.rounds[f.now].needs {
			return 0, false
		}
		f.now++
	}
	if f.now == len(f.rounds) {
		return f.now, true
	}
	f.came = new(atomic.Int32)
	for _, p := range f.rounds[f.now].wakers {
		f.start(p, cx.Waker())
	}
	return 0, false // also if all have come: each has woken, so another poll is owed
}

// start has a waker of this round come and wake as planned.
func (f *woken) start(p wakerPlan, lent *wakers.Waker) {
	w, came := new(wakers.Waker), f.came
	w.CloneFrom(lent)
	wake := func() {
		for range p.spins {
			came.Load()
		}
		came.Add(1)
		if p.byValue {
			w.Wake()
			return
		}
		w.WakeByRef()
		w.Drop()
	}
	switch p.when {
	case inThePoll:
		wake()
	case atOnce:
		f.others.Go(wake)
	case whenParked:
		f.others.Go(func() { time.Sleep(time.Millisecond); wake() })
	case muchLater:
		f.others.Go(func() { time.Sleep(time.Hour); wake() })
	}
}

func (f *woken) check(t *rapid.T, v int, err error) {
	if v != len(f.rounds) || err != nil {
		t.Errorf("the future answered %d, %v; want %d", v, err, len(f.rounds))
	}
}
