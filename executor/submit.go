package executor

import (
	"errors"
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// A Submitter makes an executor of anything that can run a closure later. See
// Submit.
type Submitter struct {
	submit func(func()) error
}

// Submit returns an executor whose tasks are polled in closures that it passes to
// submit: to a worker pool, an event loop, an actor. One closure is one turn of one
// task, and per task one closure at most is waiting to be run. A task that was
// woken during its poll is submitted again rather than polled in a loop, so that
// others have their turn.
//
// submit is called from any goroutine: in Spawn, in Cancel, in wakes, and in a
// closure at its end. It must run each closure that it accepts, once, on any
// goroutine, and it should neither block nor run it before it returns.
//
//   - If submit returns an error, the task fails with that error (wrapped; after
//     Cancel it is [futures.ErrCancelled]): nothing else could run it, and a wake
//     must not be lost in silence. The future is then dropped on a goroutine of
//     its own, since no waker call may run its code. If submit panics, the task
//     fails likewise, and the panic goes on to whoever made the call.
//   - If submit runs the closure inline, nothing deadlocks and no stack grows with
//     the number of polls. But then wakes poll on the caller's stack, and a wake
//     made under a lock that the poll takes will block.
//   - If submit blocks until there is room, so does every wake; and if the room is
//     what the caller of the wake holds, for ever.
//   - If it drops a closure that it has accepted, that task never ends. Nobody can
//     see that from here.
//
// A Submitter has no Close: what runs the closures belongs to the caller. It knows
// only the tasks that are owed a turn, so a task that nobody can wake any more and
// whose Handle is gone is garbage, and its future is not dropped.
//
// Submit panics if submit is nil.
func Submit(submit func(func()) error) *Submitter {
	if submit == nil {
		panic("executor: Submit(nil): it needs a function that runs closures")
	}
	return &Submitter{submit}
}

func (s *Submitter) start(t *task) {
	sub := &submission{submit: s.submit, task: t}
	sub.closure = sub.run
	sub.cx = sub.seat.give(t)
	t.queue = sub
	sub.push(t)
}

// A submission is what a Submitter knows of one task.
type submission struct {
	submit  func(func()) error
	closure func() // run, made once
	task    *task
	seat    seat // lent to this task only, so it stays filled
	cx      *futures.Context
	gate    atomic.Uint32
}

// The gate says what a closure that starts is there for. It takes that, and leaves
// none.
const (
	// Nothing: a runner runs a closure for the second time.
	none = iota
	// The task's next turn.
	submitted
	// The next turn too, but the closure of the last turn is still at its end, in
	// the call of submit; perhaps submit has run this one inline. The new closure
	// leaves the turn to that one, which finds none and takes it in a loop. So
	// the stack does not grow, and no two closures have a turn at the same time.
	resubmitting
)

// push submits the task's next turn.
func (s *submission) push(*task) { s.trySubmit(submitted) }

// run is the closure.
func (s *submission) run() {
	if s.gate.Swap(none) == submitted {
		drive(s)
	}
}

func (s *submission) next(last *task, v verdict) (*task, *futures.Context) {
	if last != nil && (v != woken || !s.resubmit()) {
		return nil, nil
	}
	s.task.begin()
	return s.task, s.cx
}

func (s *submission) remove(*task) {}

// resubmit submits the next turn of a task woken during its poll. It reports true
// if the caller must take that turn itself.
func (s *submission) resubmit() bool {
	return s.trySubmit(resubmitting) && !s.gate.CompareAndSwap(resubmitting, submitted)
}

// trySubmit opens the gate and calls submit. It reports false if the task has
// failed. A panic of submit goes on.
func (s *submission) trySubmit(gate uint32) (accepted bool) {
	s.gate.Store(gate)
	returned := false
	defer func() {
		if !returned {
			s.fail(gate, errPanicked)
		}
	}()
	err := s.submit(s.closure)
	returned = true
	return err == nil || !s.fail(gate, err)
}

var errPanicked = errors.New("it panicked")

// fail ends the task, whose turn nobody will run; nor will anybody queue it, since
// it stays scheduled. It reports false if the closure was run all the same.
func (s *submission) fail(gate uint32, err error) bool {
	if !s.gate.CompareAndSwap(gate, none) {
		return false
	}
	if s.task.state.Load()&cancelled != 0 {
		err = futures.ErrCancelled
	} else {
		err = fmt.Errorf("executor: the submit function did not take a task: %w", err)
	}
	sync.Go(func() { s.task.giveUp(err) })
	return true
}
