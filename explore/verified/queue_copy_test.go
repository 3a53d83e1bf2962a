//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// A queueCopy is executor.Queue in short: a stack of the tasks to be polled, and
// one thread that takes all of it at a time.
type queueCopy struct {
	mistake string
	inbox   atomic.Pointer[taskCopy] // nil: empty; asleep: and the thread is parked
	parker  wakers.Parker
}

const (
	overwritesQueue  = "pushes by a load and a store"
	emptiesQueue     = "takes all by a load and a store"
	looksThenPushes  = "looks if the executor sleeps, then pushes"
	spawnTellsNobody = "a spawn tells nobody"
)

var asleep taskCopy // a mark

func (q *queueCopy) spawn(f futures.Future[int]) *taskCopy {
	t := newTaskCopy(q.mistake, q, f)
	if sleeps := q.put(t); sleeps && q.mistake != spawnTellsNobody {
		q.parker.Unpark()
	}
	return t
}

func (q *queueCopy) push(t *taskCopy) {
	if q.mistake == looksThenPushes {
		if sleeps := q.inbox.Load() == &asleep; q.put(t) && sleeps {
			q.parker.Unpark()
		}
		return
	}
	if q.put(t) {
		q.parker.Unpark()
	}
}

// put reports if the executor slept.
func (q *queueCopy) put(t *taskCopy) (slept bool) {
	for {
		top := q.inbox.Load()
		t.next = top
		if top == &asleep {
			t.next = nil
		}
		if q.mistake == overwritesQueue {
			q.inbox.Store(t)
			return top == &asleep
		}
		if q.inbox.CompareAndSwap(top, t) {
			return top == &asleep
		}
	}
}

// run polls until n tasks have ended.
func (q *queueCopy) run(n int) {
	for n -= q.turns(); n > 0; n -= q.turns() {
		if q.inbox.CompareAndSwap(nil, &asleep) {
			for q.inbox.Load() == &asleep {
				q.parker.Park()
			}
		}
	}
}

// turns gives each task of the stack a turn, and reports how many have ended.
func (q *queueCopy) turns() (ended int) {
	var t *taskCopy
	if q.mistake == emptiesQueue {
		t = q.inbox.Load()
		q.inbox.Store(nil)
	} else {
		t = q.inbox.Swap(nil)
	}
	for t != nil {
		next := t.next
		if t.turn() {
			ended++
		}
		t = next
	}
	return ended
}

func queueCopyWoken(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	q.spawn(&fragile{x: x, wakers: 1})
	q.run(1)
}

// queueCopyWokenTwice polls what the later wake has queued, if any.
func queueCopyWokenTwice(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	f := &fragile{x: x, wakers: 2}
	q.spawn(f)
	q.run(1)
	f.group.wait()
	q.turns()
}

// queueCopyTwoTasks runs a task that wakes itself and one that a thread wakes.
func queueCopyTwoTasks(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	q.spawn(futures.NewCountdown(1))
	q.spawn(&fragile{x: x, wakers: 1})
	q.run(2)
}

// queueCopySpawn runs a task that waits for one that another thread spawns.
func queueCopySpawn(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	f := &arrivals{want: 1}
	q.spawn(f)
	x.Go("spawner", func() {
		q.spawn(futures.Func[int](func(*futures.Context) (int, bool) { f.arrive(); return 0, true }))
	})
	q.run(2)
}

func queueCopyJoined(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	t := q.spawn(futures.NewCountdown(0))
	x.Go("joiner", t.join)
	q.run(1)
}

func queueCopyCancelled(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	t := q.spawn(&fragile{x: x})
	x.Go("canceller", t.cancel)
	q.run(1)
}

// queueCopyCancelledAndWoken cancels a task that may be idle, or be woken and have
// its second poll.
func queueCopyCancelledAndWoken(x threads, mistake string) {
	q := &queueCopy{mistake: mistake}
	t := q.spawn(&fragile{x: x, wakers: 1})
	q.turns()
	x.Go("canceller", t.cancel)
	q.turns()
}
