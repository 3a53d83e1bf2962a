//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
)

// preemptions is the bound of the scenarios below.
const preemptions = 2

// These are too large to be explored whole. No schedule fails that switches away
// from a thread which could go on at most twice; of the others nothing is known.
// The counts are of all such schedules, since the reduction is not sound with this
// bound.
func TestBounded(t *testing.T) {
	for _, s := range []scenario{
		{"E18 E30 pool of two workers: two tasks, joined", func(x *explore.X) {
			p := executor.NewPool(2)
			f, g := executor.Spawn(p, futures.NewCountdown(0)), executor.Spawn(p, futures.NewCountdown(0))
			joined(x, f, 0)
			joined(x, g, 0)
			p.Close()
		}, 78150, 0},
		{"E2 E18 pool of one worker: two tasks, woken by two", func(x *explore.X) {
			p := executor.NewPool(1)
			var answered atomic.Int32
			closes := func() {
				if answered.Add(1) == 2 {
					x.Go("closer", p.Close)
				}
			}
			executor.Spawn(p, &wakened{x: x, last: closes})
			executor.Spawn(p, &wakened{x: x, last: closes})
		}, 4486, 0},
		{"W21 E12 E13 E31 pool of two workers: a task woken by itself and another", func(x *explore.X) {
			p := executor.NewPool(2)
			executor.Spawn(p, &visitor{x: x, threads: 1, itself: true, last: func() { x.Go("closer", p.Close) }})
		}, 102592, 0},
		{"E26 E34 pool of two workers: a cancel, a wake and a close", func(x *explore.X) {
			p := executor.NewPool(2)
			h := executor.Spawn(p, &wakened{x: x})
			h.Cancel()
			p.Close()
			ends(x, h, futures.ErrCancelled)
		}, 23738, 0},
		{"W21 E12 E13 queue: a task woken by two", func(x *explore.X) {
			var q executor.Queue
			v := &visitor{x: x, threads: 2}
			h := executor.Spawn(&q, v)
			q.Run()
			v.answered(h.Join())
		}, 2574, 0},
		{"E6 E18 submitter: a task woken by two, joined", func(x *explore.X) {
			v := &visitor{x: x, threads: 2}
			v.answered(executor.Spawn(executor.Submit(onThread), v).Join())
		}, 16370, 0},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := passes(t, explore.Config{Preemptions: preemptions, Executions: most + 1}, s)
			if r.Executions > most {
				t.Errorf("more than %d executions", most)
			}
		})
	}
}
