package executor

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"weak"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestJoinByManyGoroutines(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		var g gate
		p := g.future(t)
		h := spawn(s, p)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { joins(t, h, 2) })
		}
		synctest.Wait()
		g.open.Store(true)
		p.wake()
		wg.Wait()
		joins(t, h, 2)
	})
}

// One task waits for another by its Handle.
func TestHandleIsAFuture(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		cancelled := spawn(s, newProbe(t, nil))
		var g gate
		p := g.future(t)
		first := spawn(s, p)
		second := Spawn[futures.Result[int]](s, first)
		third := Spawn[futures.Result[int]](s, cancelled)
		synctest.Wait()
		g.open.Store(true)
		p.wake()
		cancelled.Cancel()
		if r, err := second.Join(); err != nil || r.Err != nil || r.Value != 2 {
			t.Errorf("got %v, %v", r, err)
		}
		if r, err := third.Join(); err != nil || r.Err != futures.ErrCancelled || r.Value != 0 {
			t.Errorf("got %v, %v", r, err)
		}
	})
}

func TestHandleKeepsTheLatestWaker(t *testing.T) {
	var q Queue
	var g gate
	p := g.future(t)
	h := spawn(&q, p)
	poll := func(c *wakers.Counting) (futures.Result[int], bool) {
		var w wakers.Waker
		c.InitWaker(&w)
		defer w.Drop()
		return h.Poll(futures.NewContext(&w))
	}
	expect := func(name string, c *wakers.Counting, wakes, live int) {
		t.Helper()
		if c.Wakes() != wakes || c.Live() != live {
			t.Errorf("%s: %d wakes and %d handles, want %d and %d", name, c.Wakes(), c.Live(), wakes, live)
		}
	}
	var first, second, third, fourth wakers.Counting
	poll(&first)
	poll(&second)
	expect("first, replaced", &first, 0, 0)
	expect("second, waiting", &second, 0, 1)
	h.Drop()
	expect("second, dropped", &second, 0, 0)
	poll(&third)
	expect("third, waiting", &third, 0, 1)
	q.RunUntilIdle()
	g.open.Store(true)
	p.wake()
	expect("third, before the end", &third, 0, 1)
	q.RunUntilIdle()
	expect("third, after the end", &third, 1, 0)
	if r, ready := poll(&fourth); !ready || r.Value != 2 || r.Err != nil {
		t.Errorf("got %v, %t", r, ready)
	}
	expect("fourth, after the end", &fourth, 0, 0)
}

// The task ends inside the poll of its handle, after the handle has looked and
// before the waker is kept: the handle looks again, and keeps no waker.
func TestHandleLooksAgain(t *testing.T) {
	var q Queue
	h := Spawn(&q, futures.NewCountdown(0))
	var c wakers.Counting
	vt := wakers.CountingVTable()
	clone := vt.Clone
	vt.Clone = func(c *wakers.Counting) *wakers.Counting {
		q.Run()
		return clone(c)
	}
	c.Raw() // the handle that w is
	var w wakers.Waker
	w.Init(vt.Raw(&c))
	if _, ready := h.Poll(futures.NewContext(&w)); !ready {
		t.Error("pending, and nobody will wake")
	}
	w.Drop()
	if c.Live() != 0 {
		t.Errorf("%d handles kept", c.Live())
	}
}

// The end of the task races with the poll of its handle.
func TestHandlePollRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 2000 {
			q := new(Queue)
			h := Spawn(q, futures.NewCountdown(1))
			both(q.Run, func() {
				if r := BlockOn[futures.Result[int]](h); r.Value != 1 {
					t.Errorf("got %v", r)
				}
			})
			h = Spawn(q, futures.NewCountdown(1))
			both(q.Run, func() { joins(t, h, 1) })
		}
	})
}

// A handle that is kept does not keep the future.
func TestHandleReleasesTheFuture(t *testing.T) {
	var q Queue
	ready := spawn(&q, newProbe(t, func(*probe, *futures.Context) bool { return true }))
	panicked := spawn(&q, newProbe(t, func(*probe, *futures.Context) bool { panic("in poll") }))
	cancelled, closed := spawn(&q, newProbe(t, nil)), spawn(&q, newProbe(t, nil))
	cancelled.Cancel()
	q.RunUntilIdle()
	q.Close()
	for i, h := range []*Handle[int]{ready, panicked, cancelled, closed} {
		h.Join()
		if h.future != nil || h.task.nextLive != nil || h.task.prevLive != nil || h.task.next != nil {
			t.Errorf("handle %d keeps its future or a link", i)
		}
	}
}

// An ended task is garbage when its handles are gone, also while its executor sleeps.
func TestTaskMemoryIsReleased(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		h := Spawn(s, futures.NewCountdown(3))
		joins(t, h, 3)
		task := weak.Make(h)
		synctest.Wait()
		runtime.GC()
		if task.Value() != nil {
			t.Error("the task is still there")
		}
	})
}

func TestSpawnNil(t *testing.T) {
	panics(t, "executor: Spawn of a nil Future: there is nothing to poll", func() {
		Spawn[int](new(Queue), nil)
	})
}
