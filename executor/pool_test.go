package executor

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
)

// While one worker is blocked in a poll, the others do all the work: no task
// waits in the blocked worker's hands.
func TestPoolBlockedPollHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		goOn := make(chan struct{})
		var others []*Handle[int]
		blocked := spawn(p, newProbe(t, func(*probe, *futures.Context) bool {
			for range 10 {
				others = append(others, Spawn(p, futures.NewCountdown(5)))
			}
			for _, h := range others {
				BlockOn[futures.Result[int]](h)
			}
			<-goOn
			return true
		}))
		synctest.Wait()
		for _, h := range others {
			joins(t, h, 5)
		}
		close(goOn)
		joins(t, blocked, 1)
	})
}

// Each of n tasks waits in its poll until all n are polled at the same time: so
// every push must wake one more sleeper.
func TestPoolWakesASleeperPerPush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 8
		p := newPool(t, n)
		for range 100 {
			var all sync.WaitGroup
			all.Add(n)
			var handles [n]*Handle[int]
			for i := range handles {
				handles[i] = spawn(p, newProbe(t, func(*probe, *futures.Context) bool {
					all.Done()
					all.Wait()
					return true
				}))
			}
			for _, h := range handles {
				joins(t, h, 1)
			}
		}
	})
}

// Pushes come while the workers go to sleep.
func TestPoolSleepRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 3)
		for range 5000 {
			joins(t, Spawn(p, futures.NewCountdown(1)), 1)
		}
	})
}

func TestPoolIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 3)
		p.Idle()
		goOn := make(chan struct{})
		h := spawn(p, newProbe(t, func(p *probe, _ *futures.Context) bool {
			p.wake()
			<-goOn
			n, _ := p.counts()
			return n == 3
		}))
		idle := false
		go func() {
			p.Idle()
			idle = true
		}()
		for range 3 {
			synctest.Wait()
			if idle {
				t.Fatal("Idle returned during a poll")
			}
			goOn <- struct{}{}
		}
		synctest.Wait()
		if !idle {
			t.Error("Idle has not returned, and the pool is idle")
		}
		joins(t, h, 3)
		p.Close()
		p.Idle()
	})
}

func TestPoolClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(2)
		check := liveTasks(t, p, p.Idle)
		goOn := make(chan struct{})
		polled := spawn(p, newProbe(t, func(*probe, *futures.Context) bool {
			<-goOn
			return true
		}))
		synctest.Wait()
		closed := make(chan struct{})
		for range 2 {
			go func() {
				p.Close()
				closed <- struct{}{}
			}()
		}
		synctest.Wait()
		select {
		case <-closed:
			t.Error("Close did not wait for the poll")
		default:
		}
		close(goOn)
		<-closed
		<-closed
		joins(t, polled, 1)
		check()
	})
}

func TestPoolCloseReleasesIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(1)
		goOn := make(chan struct{})
		spawn(p, newProbe(t, func(*probe, *futures.Context) bool { <-goOn; return false }))
		synctest.Wait()
		both(p.Idle, func() {
			synctest.Wait()
			go p.Close()
			synctest.Wait()
			close(goOn)
		})
	})
}

func TestPoolCloseRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			p := NewPool(3)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					f := newProbe(t, func(p *probe, _ *futures.Context) bool {
						p.wake()
						return false
					})
					h := spawn(p, f)
					fails(t, h, ErrClosed)
					if _, drops := f.counts(); drops != 1 {
						t.Errorf("%d drops, want 1", drops)
					}
				})
			}
			wg.Go(p.Close)
			wg.Wait()
		}
	})
}

func TestNewPoolOfNobody(t *testing.T) {
	panics(t, "executor: NewPool(0): a pool needs at least one worker", func() { NewPool(0) })
}

// What is queued when the pool is closed is polled no more, and not kept either.
func TestPoolCloseWithQueuedTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(1)
		goOn := make(chan struct{})
		polling := spawn(p, newProbe(t, func(*probe, *futures.Context) bool { <-goOn; return true }))
		synctest.Wait()
		queued := newProbe(t, nil)
		h := spawn(p, queued)
		go p.Close()
		synctest.Wait()
		close(goOn)
		joins(t, polling, 1)
		fails(t, h, ErrClosed)
		queued.expect(0, 1)
		if p.queue.first != nil {
			t.Error("the closed pool keeps a task")
		}
	})
}
