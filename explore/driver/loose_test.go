package driver_test

import (
	"context"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Subjects that synchronize no more than they must, or less: what orders the calls
// on them, and the calls that they make, is the check's own state alone.

// idlePool is a pool that says at once that it is idle.
func idlePool(tb testing.TB) contract.Executor {
	ex := newPoolOf(1, "").subject(tb)
	ex.Profile, ex.Threads, ex.Idle = "", 1, func() {}
	return ex
}

// inlinePool is a pool without workers.
func inlinePool(tb testing.TB) contract.Executor {
	p := newPoolOf(0, "")
	p.inline = true
	ex := p.subject(tb)
	ex.Profile, ex.Threads, ex.Inline = "", 1, true
	return ex
}

// A loop runs tasks on the thread that calls run, until all have ended. Its tasks
// are those of a pool without workers.
type loop struct {
	pool
	mu   sync.Mutex
	live int
	me   *parker
}

func newLoop() *loop { return &loop{me: newParker("")} }

func (l *loop) spawn(f futures.Future[int]) contract.Task {
	l.begin()
	return l.pool.spawn(&counted{l, f})
}

// begin counts a task.
func (l *loop) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.live++
}

// A hastyLoop is a loop for which a task has ended before its future is dropped: run
// may return while the drop still spawns.
type hastyLoop struct{ *loop }

func (l hastyLoop) spawn(f futures.Future[int]) contract.Task {
	l.begin()
	return l.pool.spawn(&hastilyCounted{counted{l.loop, f}})
}

func (l hastyLoop) subject() contract.Executor {
	return contract.Executor{Spawn: l.spawn, Run: l.run}
}

type hastilyCounted struct{ counted }

func (c *hastilyCounted) Drop() {
	c.over()
	futures.Drop(c.Future)
}

// counted says when it has ended.
type counted struct {
	loop *loop
	futures.Future[int]
}

func (c *counted) over() {
	c.loop.mu.Lock()
	c.loop.live--
	c.loop.mu.Unlock()
	c.loop.me.unpark()
}

func (c *counted) Poll(cx *futures.Context) (v int, ready bool) {
	panicked := true
	defer func() {
		if ready || panicked {
			c.over()
		}
	}()
	v, ready = c.Future.Poll(cx)
	panicked = false
	return v, ready
}

func (c *counted) Drop() {
	defer c.over()
	futures.Drop(c.Future)
}

func (l *loop) run() {
	for {
		l.mu.Lock()
		live := l.live
		l.mu.Unlock()
		if live == 0 {
			return
		}
		l.pool.mu.Lock()
		var t *task
		if len(l.pool.queue) > 0 {
			t = l.pool.queue[0]
			l.pool.queue = l.pool.queue[1:]
		} else {
			l.pool.asleep = append(l.pool.asleep, l.me)
		}
		l.pool.mu.Unlock()
		if t == nil {
			l.me.park()
		} else {
			t.run()
		}
	}
}

func (l *loop) subject() contract.Executor {
	return contract.Executor{Spawn: l.spawn, Run: l.run}
}

// A dropper is a future whose Fire gives its waker up.
type dropper struct {
	fired atomic.Bool
	waker atomic.Pointer[wakers.Waker]
}

func (f *dropper) Poll(cx *futures.Context) (int, bool) {
	if f.fired.Load() {
		f.Drop()
		return 1, true
	}
	w := new(wakers.Waker)
	w.CloneFrom(cx.Waker())
	if old := f.waker.Swap(w); old != nil {
		old.Drop()
	}
	return 0, false
}

func (f *dropper) Fire() {
	f.fired.Store(true)
	f.Drop()
}

func (f *dropper) Drop() {
	if w := f.waker.Swap(nil); w != nil {
		w.Drop()
	}
}

func (f *dropper) subject() contract.FutureSubject[int] {
	return contract.FutureSubject[int]{Future: f, Fire: f.Fire, Want: 1}
}

// atOnce is a primitive whose operations have nothing to wait for.
func atOnce(testing.TB) contract.Primitive {
	return contract.Primitive{Ops: []contract.PrimitiveOp{
		{Name: "do", Do: func(int) int { return 0 }},
		{Name: "block", Block: func(context.Context, int) (int, error) { return 0, nil }},
		{Name: "start", Start: func(int) futures.Future[int] { return new(yielded) }},
	}}
}

// yielded keeps its waker in the first poll, and wakes it there.
type yielded struct {
	waker wakers.Waker
	done  bool
}

func (y *yielded) Poll(cx *futures.Context) (int, bool) {
	if y.done {
		return 0, true
	}
	y.done = true
	y.waker.CloneFrom(cx.Waker())
	y.waker.Wake()
	return 0, false
}

func (y *yielded) Drop() { y.done = true }

// A hooked is a waker that only calls what it is hooked to.
type hooked struct{ hook *func() }

func (h hooked) Clone() wakers.RawWaker { return h }
func (h hooked) Wake()                  { (*h.hook)() }
func (h hooked) WakeByRef()             { (*h.hook)() }
func (h hooked) Drop()                  {}

func newHooked(testing.TB) contract.Subject {
	h := func() {}
	return contract.Subject{Raw: hooked{&h}, Hook: func(f func()) { h = f }}
}

// each is both with wakers of its own for the children: they clone the waker of its
// task when they are woken.
type each struct {
	both
	waker wakers.Waker
	mu    sync.Mutex
}

func newEach(children []futures.Future[int]) *each { return &each{both: *newBoth(children)} }

func (e *each) Poll(cx *futures.Context) ([]int, bool) {
	e.mu.Lock()
	e.waker.CloneFrom(cx.Waker())
	e.mu.Unlock()
	var lent wakers.Waker
	lent.Init(eachWaker{e})
	return e.both.Poll(futures.NewContext(&lent))
}

type eachWaker struct{ e *each }

func (w eachWaker) Clone() wakers.RawWaker { return w }
func (w eachWaker) Wake()                  { w.WakeByRef() }
func (w eachWaker) Drop()                  {}
func (w eachWaker) WakeByRef() {
	var c wakers.Waker
	w.e.mu.Lock()
	c.CloneFrom(&w.e.waker)
	w.e.mu.Unlock()
	c.Wake()
}
