package executor

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestQueueRunReturnsWhenAllHaveEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue
		q.Run() // nothing to do
		var gates [2]gate
		var probes [2]*probe
		for i := range probes {
			probes[i] = gates[i].future(t)
			spawn(&q, probes[i])
		}
		cancelled := spawn(&q, newProbe(t, nil))
		returned := false
		go func() {
			q.Run()
			returned = true
		}()
		for i := range probes {
			synctest.Wait()
			if returned {
				t.Fatal("Run returned while a task lived")
			}
			gates[i].open.Store(true)
			probes[i].wake()
		}
		synctest.Wait()
		if returned {
			t.Fatal("Run returned while a task lived")
		}
		cancelled.Cancel()
		synctest.Wait()
		if !returned {
			t.Error("Run has not returned, and every task has ended")
		}
	})
}

func TestQueueRunUntilIdle(t *testing.T) {
	var q Queue
	var g gate
	p := g.future(t)
	waiting := spawn(&q, p)
	counting := Spawn(&q, futures.NewCountdown(100))
	q.RunUntilIdle()
	joins(t, counting, 100)
	q.RunUntilIdle()
	p.expect(1, 0)
	g.open.Store(true)
	p.wake()
	p.expect(1, 0) // a wake polls nothing
	q.RunUntilIdle()
	joins(t, waiting, 2)
}

// A task that always wakes itself does not keep others from their turn, also
// those that were woken from outside.
func TestQueueIsFair(t *testing.T) {
	var q Queue
	var order []string
	named := func(name string, n int, also func(n int)) *probe {
		return newProbe(t, func(p *probe, _ *futures.Context) bool {
			polls, _ := p.counts()
			order = append(order, fmt.Sprint(name, polls))
			if also != nil {
				also(polls)
			}
			if polls < n {
				p.wake()
			}
			return polls == n
		})
	}
	var late *Handle[int]
	spawn(&q, named("a", 4, func(n int) {
		if n == 2 {
			late = spawn(&q, named("c", 1, nil))
		}
	}))
	spawn(&q, named("b", 3, nil))
	q.Run()
	joins(t, late, 1)
	want := []string{"a1", "b1", "a2", "b2", "c1", "a3", "b3", "a4"}
	if !slices.Equal(order, want) {
		t.Errorf("polled %v, want %v", order, want)
	}
}

func TestQueueTwiceAtATime(t *testing.T) {
	var q Queue
	const want = "executor: Queue run twice at the same time: one goroutine runs a Queue; inside a poll spawn or wake instead, or use another Queue"
	h := spawn(&q, newProbe(t, func(*probe, *futures.Context) bool {
		panics(t, want, q.Run)
		panics(t, want, q.RunUntilIdle)
		inner := new(Queue)
		h := Spawn(inner, futures.NewCountdown(3))
		inner.Run()
		joins(t, h, 3)
		return true
	}))
	q.Run()
	joins(t, h, 1)
}

func TestQueueBlockOnInsideAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue
		var g gate
		inner, p := g.future(t), newProbe(t, nil)
		outer := spawn(&q, newProbe(t, func(*probe, *futures.Context) bool {
			BlockOn(inner)
			return true
		}))
		other := spawn(&q, p)
		go q.Run()
		synctest.Wait()
		other.Cancel() // pushed while the queue is parked inside the poll
		g.open.Store(true)
		inner.wake()
		joins(t, outer, 1)
		fails(t, other, futures.ErrCancelled)
		p.expect(0, 1)
	})
}

// liveTasks spawns tasks in every state: idle, woken, cancelled, not yet polled,
// ended.
func liveTasks(t *testing.T, s Spawner, idle func()) (check func()) {
	var probes []*probe
	var handles []*Handle[int]
	add := func(onPoll func(*probe, *futures.Context) bool) {
		p := newProbe(t, onPoll)
		probes, handles = append(probes, p), append(handles, spawn(s, p))
	}
	for range 4 {
		add(nil)
	}
	ended := Spawn(s, futures.NewCountdown(2))
	idle()
	probes[0].wake()
	handles[1].Cancel()
	handles[2].Cancel()
	probes[2].wake()
	add(nil)
	return func() {
		t.Helper()
		joins(t, ended, 2)
		for i, h := range handles {
			if _, err := h.Join(); err != ErrClosed && err != futures.ErrCancelled {
				t.Errorf("task %d: got %v, want ErrClosed or ErrCancelled", i, err)
			}
			probes[i].wake()
			h.Cancel()
			if _, drops := probes[i].counts(); drops != 1 {
				t.Errorf("task %d: %d drops, want 1", i, drops)
			}
		}
		late := newProbe(t, nil)
		fails(t, spawn(s, late), ErrClosed)
		late.expect(0, 1)
	}
}

func TestQueueClose(t *testing.T) {
	t.Run("not run", func(t *testing.T) {
		var q Queue
		check := liveTasks(t, &q, q.RunUntilIdle)
		q.Close()
		check()
		q.Close()
		q.Run()
	})
	t.Run("parked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var q Queue
			spawn(&q, newProbe(t, nil))
			go q.Run()
			check := liveTasks(t, &q, synctest.Wait)
			q.Close()
			synctest.Wait()
			check()
		})
	})
	t.Run("inside a poll", func(t *testing.T) {
		var q Queue
		closer := spawn(&q, newProbe(t, func(p *probe, _ *futures.Context) bool {
			n, _ := p.counts()
			if n == 2 {
				q.Close()
			}
			return n == 2
		}))
		check := liveTasks(t, &q, q.RunUntilIdle)
		closer.task.WakeByRef()
		q.RunUntilIdle()
		check()
		joins(t, closer, 2)
	})
	t.Run("in the middle of a round", func(t *testing.T) {
		var q Queue
		spawn(&q, newProbe(t, func(*probe, *futures.Context) bool { q.Close(); return true }))
		next := newProbe(t, nil)
		h := spawn(&q, next)
		q.RunUntilIdle()
		fails(t, h, ErrClosed)
		next.expect(0, 1) // polled no more after Close
	})
}

// While it closes, futures that are dropped spawn, wake, cancel and close.
func TestCloseWithRestlessDrops(t *testing.T) {
	for _, kind := range []struct {
		name  string
		new   func() Spawner
		close func(Spawner)
		idle  func(Spawner)
	}{
		{"Queue", func() Spawner { return new(Queue) }, func(s Spawner) { s.(*Queue).Close() }, func(s Spawner) { s.(*Queue).RunUntilIdle() }},
		{"Pool", func() Spawner { return NewPool(2) }, func(s Spawner) { s.(*Pool).Close() }, func(s Spawner) { s.(*Pool).Idle() }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := kind.new()
				probes := make([]*probe, 5)
				handles := make([]*Handle[int], 5)
				late := make(chan *Handle[int], 5)
				for i := range probes {
					probes[i] = newProbe(t, nil)
					probes[i].onDrop = func(*probe) {
						for j := range probes {
							if j != i {
								probes[j].wake()
							}
						}
						handles[(i+1)%5].Cancel()
						late <- spawn(s, newProbe(t, nil))
						if i == 3 {
							panic("in drop")
						}
					}
					handles[i] = spawn(s, probes[i])
				}
				kind.idle(s)
				kind.close(s)
				for i, h := range handles {
					fails(t, h, ErrClosed)
					probes[i].expect(1, 1)
					fails(t, <-late, ErrClosed)
				}
				if p, ok := s.(*Pool); ok && p.queue.first != nil {
					t.Error("the closed pool keeps a task")
				}
			})
		})
	}
}

// A closing queue and everybody else at the same time.
func TestQueueCloseRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 500 {
			q := new(Queue)
			var probes [4]*probe
			var handles [4]*Handle[int]
			for i := range probes {
				probes[i] = newProbe(t, nil)
				handles[i] = spawn(q, probes[i])
			}
			go q.Run()
			go probes[0].wake()
			go handles[1].Cancel()
			late := newProbe(t, nil)
			var lateHandle *Handle[int]
			both(q.Close, func() { lateHandle = spawn(q, late) })
			for i, h := range handles {
				fails(t, h, futures.ErrCancelled)
				if _, drops := probes[i].counts(); drops != 1 {
					t.Fatalf("%d drops, want 1", drops)
				}
			}
			fails(t, lateHandle, ErrClosed)
			synctest.Wait()
		}
	})
}

// Close comes about when the queue goes to sleep.
func TestQueueCloseSweepsThePark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polled := make(chan *Queue, 1)
		go spinReceive(polled, (*Queue).Close)
		var spun atomic.Int64
		for i := range 4000 {
			q := new(Queue)
			h := spawn(q, newProbe(t, func(*probe, *futures.Context) bool {
				polled <- q
				for range i % 100 {
					spun.Add(1)
				}
				return false
			}))
			q.Run()
			fails(t, h, ErrClosed)
		}
		close(polled)
	})
}

// Spawns and wakes come while the queue goes to sleep.
func TestQueueParkRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 3000 {
			q := new(Queue)
			var g gate
			keeper := g.future(t)
			h := spawn(q, keeper)
			var wg sync.WaitGroup
			wg.Go(q.Run)
			joins(t, spawn(q, newProbe(t, func(*probe, *futures.Context) bool { return true })), 1)
			g.open.Store(true)
			keeper.wake()
			h.Join()
			wg.Wait()
		}
	})
}

// A waker of somebody who waits for a task is not the task: its panic reaches the
// caller of Run, and the queue goes on afterwards.
func TestQueueJoinerWakerPanics(t *testing.T) {
	var q Queue
	h := Spawn(&q, futures.NewCountdown(0))
	dropped := newProbe(t, nil)
	droppedHandle := spawn(&q, dropped)
	other := Spawn(&q, futures.NewCountdown(5))
	bad := wakers.NoopVTable()
	bad.Wake = func(*wakers.Noop) { panic("bad waker") }
	for _, h := range []*Handle[int]{h, droppedHandle} {
		var w wakers.Waker
		w.Init(bad.Raw(new(wakers.Noop)))
		h.Poll(futures.NewContext(&w))
	}
	panics(t, "bad waker", q.Run)
	joins(t, h, 0)
	q.RunUntilIdle()
	joins(t, other, 5)
	last := newProbe(t, nil)
	lastHandle := spawn(&q, last)
	panics(t, "bad waker", q.Close)
	fails(t, droppedHandle, ErrClosed)
	fails(t, lastHandle, ErrClosed)
	dropped.expect(1, 1)
	last.expect(0, 1)
}
