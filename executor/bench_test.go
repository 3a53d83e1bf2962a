package executor_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A simple waker calls wake and owns nothing: what rivals are made of.
type simple struct{ wake func() }

func (s *simple) Clone() wakers.RawWaker { return s }
func (s *simple) Wake()                  { s.wake() }
func (s *simple) WakeByRef()             { s.wake() }
func (s *simple) Drop()                  {}

// blockOn is BlockOn over any way to park.
func blockOn[T any](f futures.Future[T], park, unpark func()) T {
	var w wakers.Waker
	w.Init(&simple{unpark})
	cx := futures.NewContext(&w)
	for {
		if v, ready := f.Poll(cx); ready {
			return v
		}
		park()
	}
}

// One poll that wakes itself, and the park that finds the token.
func BenchmarkBlockOn(b *testing.B) {
	b.Run("BlockOn", func(b *testing.B) {
		b.ReportAllocs()
		executor.BlockOn(futures.NewCountdown(b.N))
	})
	b.Run("rival=channel", func(b *testing.B) {
		token := make(chan struct{}, 1)
		blockOn(futures.NewCountdown(b.N), func() { <-token }, func() {
			select {
			case token <- struct{}{}:
			default:
			}
		})
	})
	b.Run("rival=cond", func(b *testing.B) {
		var mu sync.Mutex
		cond := sync.NewCond(&mu)
		token := false
		park := func() {
			mu.Lock()
			for !token {
				cond.Wait()
			}
			token = false
			mu.Unlock()
		}
		blockOn(futures.NewCountdown(b.N), park, func() {
			mu.Lock()
			token = true
			cond.Signal()
			mu.Unlock()
		})
	})
	b.Run("busy=Spin", func(b *testing.B) { executor.Spin(futures.NewCountdown(b.N)) })
}

const tasks = 64

// runTasks spawns the tasks, n polls in all, runs them and joins them.
func runTasks(s executor.Spawner, run func(), n int) {
	var handles [tasks]*executor.Handle[int]
	for i := range handles {
		handles[i] = executor.Spawn(s, futures.NewCountdown(n/tasks))
	}
	run()
	for _, h := range handles {
		h.Join()
	}
}

// One step of one of 64 tasks: wake, queue, take out of the queue, poll. The
// rivals' step is a Gosched of one of 64 goroutines.
func BenchmarkPerPoll(b *testing.B) {
	b.Run("Queue", func(b *testing.B) {
		b.ReportAllocs()
		var q executor.Queue
		runTasks(&q, q.Run, b.N)
	})
	b.Run("Pool", func(b *testing.B) {
		b.ReportAllocs()
		p := executor.NewPool(runtime.GOMAXPROCS(0))
		defer p.Close()
		runTasks(p, func() {}, b.N)
	})
	b.Run("Submit_to_goroutines", func(b *testing.B) {
		b.ReportAllocs()
		runTasks(executor.Submit(func(f func()) error { go f(); return nil }), func() {}, b.N)
	})
	b.Run("Submit_to_loop", func(b *testing.B) {
		b.ReportAllocs()
		loop := newLoop()
		defer close(loop)
		runTasks(executor.Submit(func(f func()) error { loop <- f; return nil }), func() {}, b.N)
	})
	b.Run("rival=gosched", func(b *testing.B) {
		var wg sync.WaitGroup
		for range tasks {
			wg.Go(func() {
				for range b.N / tasks {
					runtime.Gosched()
				}
			})
		}
		wg.Wait()
	})
	b.Run("rival=channel_of_tasks", func(b *testing.B) {
		queue := make(chan *countdownTask, tasks)
		for range tasks {
			t := &countdownTask{f: futures.NewCountdown(b.N / tasks)}
			t.w.Init(&simple{func() { queue <- t }})
			t.w.WakeByRef()
		}
		for live := tasks; live > 0; {
			t := <-queue
			if _, ready := t.f.Poll(futures.NewContext(&t.w)); ready {
				live--
			}
		}
	})
	b.Run("rival=goroutine_per_step", func(b *testing.B) {
		var wg sync.WaitGroup
		wg.Add(tasks)
		var step func(left int)
		step = func(left int) {
			if left == 0 {
				wg.Done()
				return
			}
			go step(left - 1)
		}
		for range tasks {
			step(b.N / tasks)
		}
		wg.Wait()
	})
	b.Run("rival=loop_of_closures", func(b *testing.B) {
		loop := newLoop()
		defer close(loop)
		var wg sync.WaitGroup
		wg.Add(tasks)
		for range tasks {
			left := b.N / tasks
			var step func()
			step = func() {
				if left == 0 {
					wg.Done()
					return
				}
				left--
				loop <- step
			}
			loop <- step
		}
		wg.Wait()
	})
}

type countdownTask struct {
	f *futures.Countdown
	w wakers.Waker
}

// newLoop starts an event loop: one goroutine that runs closures.
func newLoop() chan<- func() {
	loop := make(chan func(), 2*tasks)
	go func() {
		for f := range loop {
			f()
		}
	}()
	return loop
}

// As BenchmarkPerPoll, but 64 tasks in a ring pass tokens on, and a task wakes its
// neighbour: its wake comes from another task. The rival's tasks are goroutines and
// its tokens go through channels.
func BenchmarkWakeNeighbour(b *testing.B) {
	b.Run("Queue", func(b *testing.B) {
		b.ReportAllocs()
		var q executor.Queue
		passTokens(&q, b.N)
	})
	b.Run("rival=channels", func(b *testing.B) {
		var links [tasks]chan struct{}
		for i := range links {
			links[i] = make(chan struct{}, 2)
			links[i] <- struct{}{}
		}
		var wg sync.WaitGroup
		for i := range links {
			wg.Go(func() {
				for range b.N / tasks {
					<-links[i]
					links[(i+1)%tasks] <- struct{}{}
				}
			})
		}
		wg.Wait()
	})
}

// A link is a task of a ring: it passes tokens to the next one until it has passed
// enough.
type link struct {
	tokens atomic.Int64
	waker  wakers.Waker // of the first poll
	next   *link
	left   int64
}

func passTokens(q *executor.Queue, n int) {
	ring := make([]link, tasks)
	for i := range ring {
		// The neighbour is the one polled just before, so that its next poll is
		// in the next round and tokens do not pile up.
		ring[i].next, ring[i].left = &ring[(i+tasks-1)%tasks], int64(n/tasks)
		executor.Spawn[struct{}](q, &ring[i])
	}
	q.RunUntilIdle()
	for i := range ring {
		ring[i].tokens.Add(1)
		ring[i].waker.WakeByRef()
	}
	q.Run()
}

func (l *link) Poll(cx *futures.Context) (_ struct{}, ready bool) {
	if !l.waker.Filled() {
		l.waker.CloneFrom(cx.Waker())
		return struct{}{}, false
	}
	n := min(l.tokens.Swap(0), l.left)
	l.left -= n
	l.next.tokens.Add(n)
	l.next.waker.WakeByRef()
	return struct{}{}, l.left == 0
}

// atOnce is how many tasks BenchmarkSpawnJoin has at the same time.
const atOnce = 1_000_000

// Spawn, one poll, join: a million tasks at once.
func BenchmarkSpawnJoin(b *testing.B) {
	batches := func(b *testing.B, do func(n int)) {
		b.ReportAllocs()
		for left := b.N; left > 0; left -= atOnce {
			do(min(left, atOnce))
		}
	}
	spawnJoin := func(s executor.Spawner, run func(), n int) {
		handles := make([]*executor.Handle[int], n)
		for i := range handles {
			handles[i] = executor.Spawn[int](s, readyNow{})
		}
		run()
		for _, h := range handles {
			h.Join()
		}
	}
	b.Run("Queue", func(b *testing.B) {
		batches(b, func(n int) {
			var q executor.Queue
			spawnJoin(&q, q.Run, n)
		})
	})
	b.Run("Pool", func(b *testing.B) {
		p := executor.NewPool(runtime.GOMAXPROCS(0))
		defer p.Close()
		batches(b, func(n int) { spawnJoin(p, func() {}, n) })
	})
	b.Run("rival=goroutine_and_channel", func(b *testing.B) {
		batches(b, func(n int) {
			results := make([]chan int, n)
			for i := range results {
				results[i] = make(chan int, 1)
				go func() { results[i] <- 1 }()
			}
			for _, c := range results {
				<-c
			}
		})
	})
	b.Run("rival=goroutine_and_waitgroup", func(b *testing.B) {
		batches(b, func(n int) {
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {})
			}
			wg.Wait()
		})
	})
}

// readyNow and never need no memory.
type (
	readyNow struct{}
	never    struct{}
)

func (readyNow) Poll(*futures.Context) (int, bool) { return 1, true }
func (never) Poll(*futures.Context) (int, bool)    { return 0, false }

// The memory of a task that was polled and waits, without its future, against that
// of a goroutine that waits for a channel they all share.
func BenchmarkIdleTask(b *testing.B) {
	perTask := func(b *testing.B, start func(n int) (stop func())) {
		const n = 100_000
		for b.Loop() {
			before := memory()
			stop := start(n)
			b.ReportMetric(float64(memory()-before)/n, "bytes/task")
			stop()
		}
		b.ReportMetric(0, "ns/op")
	}
	b.Run("Queue", func(b *testing.B) {
		perTask(b, func(n int) func() {
			var q executor.Queue
			for range n {
				executor.Spawn[int](&q, never{})
			}
			q.RunUntilIdle()
			return q.Close
		})
	})
	b.Run("Pool", func(b *testing.B) {
		perTask(b, func(n int) func() {
			p := executor.NewPool(runtime.GOMAXPROCS(0))
			for range n {
				executor.Spawn[int](p, never{})
			}
			p.Idle()
			return p.Close
		})
	})
	b.Run("rival=goroutine", func(b *testing.B) {
		perTask(b, func(n int) func() {
			wake := make(chan struct{})
			var begun, ended sync.WaitGroup
			begun.Add(n)
			for range n {
				ended.Go(func() {
					begun.Done()
					<-wake
				})
			}
			begun.Wait()
			return func() {
				close(wake)
				ended.Wait()
			}
		})
	})
}

// memory returns the bytes of heap objects and stacks in use after a collection.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
