package executor

import (
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// ErrClosed is the error of a task whose executor was closed before the task
// had ended. It is a [futures.ErrCancelled].
var ErrClosed = fmt.Errorf("executor: closed: %w", futures.ErrCancelled)

// A Queue runs many tasks on one goroutine, the one that calls Run or
// RunUntilIdle. A wake puts its task into the queue; the queue polls in rounds,
// oldest wake first, and a task that wakes itself is polled again in the next
// round, so nobody starves. The zero value is ready to use. A Queue must not be
// copied.
//
// Source: tokio's current-thread runtime; futures::executor::LocalPool.
type Queue struct {
	// inbox is a stack of the tasks spawned or woken since the round began. It
	// is nil if there are none; asleep if, besides, the goroutine in Run is
	// parked; shut when the queue is closed, and stays so.
	inbox  atomic.Pointer[task]
	duty   atomic.Uint32 // inRun, closing
	parker wakers.Parker

	// What follows belongs to the goroutine that has set inRun.

	stay  bool  // park when idle, until all tasks have ended: Run
	round *task // left in this round, linked through next
	again fifo  // woken during their poll: in the next round
	live  liveList
	seat  seat
}

// Marks for the top of the inbox.
var asleep, shut task

// The bits of Queue.duty. With both set by a goroutine that leaves or closes, the
// queue is closed for good.
const (
	inRun   = 1 << iota // a goroutine runs the tasks, or disposes of them
	closing             // Close was called
)

// Run runs the tasks until every one has ended, and parks the goroutine while
// none is woken. It returns at once if there are none, and when Close is called.
// A task spawned after Run has returned waits for the next Run. It panics if the
// queue is being run, by another goroutine or further up on this one.
func (q *Queue) Run() { q.run(true) }

// RunUntilIdle is Run that does not park: it returns when every task has ended or
// waits to be woken.
func (q *Queue) RunUntilIdle() { q.run(false) }

func (q *Queue) run(stay bool) {
	if !q.duty.CompareAndSwap(0, inRun) {
		if q.isClosing() {
			return
		}
		panic("executor: Queue run twice at the same time: one goroutine runs a Queue; inside a poll spawn or wake instead, or use another Queue")
	}
	defer q.leave()
	q.stay = stay
	drive(q)
}

// leave ends a run, and does what a Close in the meantime has left to it.
func (q *Queue) leave() {
	q.seat.clear()
	if !q.duty.CompareAndSwap(inRun, 0) {
		q.dispose()
	}
}

// Close ends all tasks that live with [ErrClosed] and drops their futures, and so
// it does at once with those that are spawned later. If the queue is being run,
// the goroutine that runs it does this when the poll at hand is over, and Close
// does not wait for it, so that it may be called inside a poll. If not, it is
// done when Close returns. Close may be called from any goroutine and many times.
func (q *Queue) Close() {
	for {
		switch d := q.duty.Load(); d {
		case 0:
			if q.duty.CompareAndSwap(d, inRun|closing) {
				q.dispose()
				return
			}
		case inRun:
			if q.duty.CompareAndSwap(d, inRun|closing) {
				if q.inbox.CompareAndSwap(&asleep, nil) {
					q.parker.Unpark()
				}
				return
			}
		default:
			return
		}
	}
}

// dispose ends all tasks. It has set inRun, and nobody clears it any more.
func (q *Queue) dispose() {
	for t := q.inbox.Swap(&shut); t != nil; t, t.next = t.next, nil {
		if !q.live.has(t) {
			q.live.insert(t)
		}
	}
	q.round, q.again = nil, fifo{}
	giveUpAll(q.live.take)
}

func (q *Queue) start(t *task) {
	t.queue = q
	if !q.put(t) {
		t.giveUp(ErrClosed)
	}
}

func (q *Queue) push(t *task) { q.put(t) }

// put puts t into the inbox, from any goroutine. It reports false if the queue is
// closed: then t is in the hands of dispose.
func (q *Queue) put(t *task) bool {
	for {
		top := q.inbox.Load()
		switch top {
		case &shut:
			return false
		case &asleep:
			t.next = nil
		default:
			t.next = top
		}
		if q.inbox.CompareAndSwap(top, t) {
			if top == &asleep {
				q.parker.Unpark()
			}
			return true
		}
	}
}

func (q *Queue) next(last *task, v verdict) (*task, *futures.Context) {
	switch v {
	case woken:
		q.again.push(last)
	case ended:
		q.remove(last)
	}
	q.seat.clear()
	if q.isClosing() || q.round == nil && !q.newRound() {
		return nil, nil
	}
	t := q.round
	q.round, t.next = t.next, nil
	t.begin()
	return t, q.seat.give(t)
}

func (q *Queue) remove(t *task) { q.live.remove(t) }

// newRound begins a round with the tasks of the inbox, the oldest first, and those
// woken during their last poll. If there are none it parks, or reports false if
// it is time to leave.
func (q *Queue) newRound() bool {
	for {
		var t *task
		if q.inbox.Load() != nil {
			t = q.inbox.Swap(nil)
		}
		q.round, q.again = q.again.first, fifo{}
		for t != nil {
			if !q.live.has(t) {
				q.live.insert(t)
			}
			q.round, t.next, t = t, q.round, t.next
		}
		if q.round != nil {
			return true
		}
		if !q.stay || q.live.empty() {
			return false
		}
		if q.inbox.CompareAndSwap(nil, &asleep) {
			// Says that it sleeps, then looks once more: Close, the other way
			// round, says that it closes and then looks for a sleeper.
			for q.inbox.Load() == &asleep && !q.isClosing() {
				q.parker.Park()
			}
			if q.isClosing() {
				q.inbox.CompareAndSwap(&asleep, nil)
				return false
			}
		}
	}
}

func (q *Queue) isClosing() bool { return q.duty.Load()&closing != 0 }
