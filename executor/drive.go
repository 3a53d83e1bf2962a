package executor

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A source gives one goroutine the tasks that it is to poll.
type source interface {
	// next takes back the last task, which has had its turn, with the verdict,
	// and returns another one, whose turn has begun, with the context to poll it
	// with. In the first call last is nil. A nil task ends the work.
	next(last *task, v verdict) (*task, *futures.Context)
	// remove forgets a task that has ended. It may be called in place of next or
	// before it.
	remove(t *task)
}

// drive polls what src gives until it gives no more. A panic in a poll ends that
// task only. It is caught by one defer around the loop, not one around each poll:
// after a panic the loop is entered again.
func drive(src source) {
	d := driver{src: src}
	for !d.run() {
	}
}

type driver struct {
	src     source
	last    *task
	verdict verdict // inTurn while last is polled
}

// run reports false if it was stopped by a panic in a poll, which it has dealt
// with.
func (d *driver) run() (finished bool) {
	defer d.contain()
	for {
		last := d.last
		d.last = nil // next may park, and the task may be garbage meanwhile
		t, cx := d.src.next(last, d.verdict)
		if t == nil {
			return true
		}
		d.last, d.verdict = t, inTurn
		d.verdict = t.turn(cx)
	}
}

// contain is deferred by run. If the turn of a task was cut short by a panic of
// its poll, the task ends with that panic, and run with false. If it was cut short
// by runtime.Goexit, the task ends too, and the goroutine goes on to its end. If
// the task has ended nevertheless, then a waker of somebody who waits for it has
// panicked: that is no task's panic, and nobody could be told, so it goes on.
func (d *driver) contain() {
	if d.verdict != inTurn {
		return
	}
	t := d.last
	d.verdict = ended
	defer d.src.remove(t)
	if !t.ended() {
		t.giveUp(panicError(recover()))
	}
}

// A seat is where a worker's task sits while it is polled: one waker and context
// for all of them, lent to one at a time.
type seat struct {
	waker wakers.Waker
	cx    futures.Context
}

// give fills the waker for a poll of t.
func (s *seat) give(t *task) *futures.Context {
	s.waker.Init(t)
	s.cx = *futures.NewContext(&s.waker)
	return &s.cx
}

// clear empties the waker after a poll, so that a future which has kept it
// cannot wake the next task with it.
func (s *seat) clear() {
	if s.waker.Filled() {
		s.waker.Drop()
	}
}
