package contract_test

import (
	"slices"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A loop is a good executor, small enough to see that it is right: a queue of
// tasks and a goroutine that polls them; or several, if it is a pool. A mutant
// edits one of its parts, and so does a subject of the gauntlet.
type loop struct {
	spawn     func(*task) // makes a new task run
	wake      func(*task) // by value
	wakeByRef func(*task)
	raw       func(*task) wakers.RawWaker
	repoll    func(*task) bool // after a pending poll, under mu: whether it was woken meanwhile
	over      func(*task) bool // under mu: whether it is not to be polled any more
	poll      func(*task)
	rerun     func(*task) // after a poll that is to be followed by another
	finish    func(t *task, v int, err error)
	pick      func(queued int) int // which one of the queue is next
	park      func()               // waits until unparked, or for the end
	unpark    func()
	wakeRun   func() // when a task has ended, perhaps the last one

	mu     sync.Mutex
	tasks  []*task
	queue  []*task
	left   int   // tasks that have not ended
	idle   int   // goroutines that park
	busy   int   // goroutines that poll
	poller int64 // the goroutine that polls, if there is only one
	pool   bool

	token chan struct{} // one for each goroutine that may park
	end   chan struct{} // closed by Close, or when the test cleans up
	once  sync.Once
}

// A task is one task of a loop, and the waker that it is polled with. Its
// memory belongs to the garbage collector, so its handles are not counted.
type task struct {
	x       *loop
	future  futures.Future[int]
	waker   wakers.Waker
	ended   bool
	queued  bool
	running bool // a poll is open
	again   bool // woken while a poll was open
	polls   int
	alarm   *clock.Timer // not nil: enqueueLater is to come
	once    sync.Once    // closes done
	done    chan struct{}
	value   int
	err     error
}

func newLoop(tb testing.TB, workers int, edit func(*loop)) *loop {
	x := &loop{token: make(chan struct{}, workers), end: make(chan struct{})}
	x.spawn, x.wake, x.wakeByRef = (*task).enqueue, (*task).enqueue, (*task).enqueue
	x.raw = func(t *task) wakers.RawWaker { return t }
	x.repoll = func(t *task) bool { return t.again }
	x.over = func(t *task) bool { return t.ended }
	x.poll, x.rerun, x.finish = (*task).poll, (*task).enqueue, (*task).finish
	x.pick = func(int) int { return 0 }
	x.park, x.unpark, x.wakeRun = x.waitForToken, x.leaveToken, x.leaveToken
	edit(x)
	tb.Cleanup(x.close)
	return x
}

// newPool is a loop that workers run until it is closed.
func newPool(tb testing.TB, workers int, edit func(*loop)) *loop {
	x := newLoop(tb, workers, edit)
	x.pool = true
	for range workers {
		sync.Go(x.run)
	}
	return x
}

// executor is the loop as a subject.
func (x *loop) executor() contract.Executor {
	if x.pool {
		return contract.Executor{Spawn: x.add, Close: x.close, Threads: cap(x.token)}
	}
	return contract.Executor{Spawn: x.add, Run: x.run}
}

func (x *loop) close() { x.once.Do(func() { channel.Close(x.end) }) }

func (x *loop) add(f futures.Future[int]) contract.Task {
	t := &task{x: x, future: f, done: make(chan struct{})}
	x.set(func() {
		x.left++
		x.tasks = append(x.tasks, t)
		t.waker.Init(x.raw(t))
	})
	x.spawn(t)
	return t
}

func (x *loop) run() {
	me := goid()
	for t := x.next(); t != nil; t = x.next() {
		x.set(func() { x.busy++; x.poller = me })
		x.poll(t)
		x.set(func() { x.busy--; x.poller = 0 })
	}
}

// next takes a task out of the queue and parks while there is none. It returns
// nil if the loop has come to its end.
func (x *loop) next() *task {
	for {
		if _, ended := channel.TryRecv(x.end); ended {
			return nil
		}
		x.mu.Lock()
		if n := len(x.queue); n > 0 {
			i := x.pick(n)
			t := x.queue[i]
			x.queue = slices.Delete(x.queue, i, i+1)
			x.mu.Unlock()
			return t
		}
		if x.left == 0 && !x.pool {
			x.mu.Unlock()
			return nil
		}
		x.idle++
		x.mu.Unlock()
		x.park()
		x.set(func() { x.idle-- })
	}
}

func (x *loop) waitForToken() {
	channel.First(x.token, x.end)
}

func (x *loop) leaveToken() { leave(x.token) }

// set changes fields of the loop or of its tasks.
func (x *loop) set(change func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	change()
}

// enqueue puts t into the queue, or has it put there after the open poll.
func (t *task) enqueue() {
	if t.push() {
		t.x.unpark()
	}
}

func (t *task) push() (pushed bool) {
	t.x.set(func() { pushed = t.pushLocked() })
	return pushed
}

func (t *task) pushLocked() (pushed bool) {
	switch {
	case t.x.over(t), t.queued:
	case t.running:
		t.again = true
	default:
		t.queued, pushed = true, true
		t.x.queue = append(t.x.queue, t)
	}
	return pushed
}

// enqueueLater enqueues t after d, unless that is to come already, or t.alarm is
// set to nil before.
func (t *task) enqueueLater(d time.Duration) {
	t.x.set(func() {
		if t.alarm != nil {
			return
		}
		var alarm *clock.Timer
		alarm = clock.AfterFunc(d, func() {
			pushed := false
			t.x.set(func() {
				if t.alarm == alarm { // else a poll has paid for it
					t.alarm, pushed = nil, t.pushLocked()
				}
			})
			if pushed {
				t.x.unpark()
			}
		})
		t.alarm = alarm
	})
}

// poll polls t once, unless it is over or a poll of it is open.
func (t *task) poll() {
	leave := false
	t.x.set(func() {
		if i := slices.Index(t.x.queue, t); t.queued && i >= 0 {
			t.x.queue = slices.Delete(t.x.queue, i, i+1)
		}
		t.queued, t.again = false, t.running
		leave = t.running || t.x.over(t)
		if !leave {
			t.running = true
			t.polls++
		}
	})
	if leave {
		return
	}
	v, ready := t.future.Poll(futures.NewContext(&t.waker))
	cancelled, again := false, false
	t.x.set(func() {
		cancelled, again = t.ended, t.x.repoll(t)
		t.running = cancelled || ready // until it is retired
	})
	switch {
	case cancelled:
		t.retire(!ready)
	case ready:
		t.x.finish(t, v, nil)
		t.retire(false)
	case again:
		t.x.rerun(t)
	}
}

// finish ends t, if it has not ended. If a poll of t is open, the end of that
// poll retires it.
func (t *task) finish(v int, err error) {
	first, open := false, false
	t.x.set(func() {
		first, open = !t.ended, t.running
		if first {
			t.ended, t.value, t.err = true, v, err
			t.x.left--
		}
	})
	if first && !open {
		t.retire(err != nil)
	}
	t.x.wakeRun()
}

// retire lets Join return, and drops the future before that if it has not
// answered.
func (t *task) retire(drop bool) {
	if drop {
		futures.Drop(t.future)
	}
	t.x.set(func() { t.running = false })
	t.once.Do(func() { channel.Close(t.done) })
}

func (t *task) Join() (int, error) {
	channel.First(t.done, t.x.end) // the second is the last resort
	v, err := 0, futures.ErrCancelled
	t.x.set(func() {
		if t.ended {
			v, err = t.value, t.err
		}
	})
	return v, err
}

func (t *task) Cancel() { t.x.finish(t, 0, futures.ErrCancelled) }

func (t *task) Clone() wakers.RawWaker { return t }
func (t *task) Wake()                  { t.x.wake(t) }
func (t *task) WakeByRef()             { t.x.wakeByRef(t) }
func (t *task) Drop()                  {}
