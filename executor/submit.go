package executor

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/wakecheck/wakecheck/futures"
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
// A Submitter has no Close: what runs the closures belongs to the caller. Submit
// panics if submit is nil.
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
	// resubmit is resubmitting while a closure at its end submits the next one.
	// If that one is run before submit has returned, perhaps deeper on the same
	// stack, it sets early and returns: the first one then takes the turn
	// itself, in a loop.
	resubmit atomic.Uint32
}

const (
	resubmitting = 1
	early        = 2
)

// push submits the task's next turn.
func (s *submission) push(*task) {
	if err := s.trySubmit(); err != nil {
		s.refused(err)
	}
}

// run is the closure: one turn.
func (s *submission) run() {
	if !s.resubmit.CompareAndSwap(resubmitting, early) && s.task.begin() {
		drive(s)
	}
}

func (s *submission) next(last *task, v verdict) (*task, *futures.Context) {
	if last == nil {
		return s.task, s.cx
	}
	if v != woken {
		return nil, nil
	}
	s.resubmit.Store(resubmitting)
	err := s.trySubmit()
	if s.resubmit.Swap(0) == early {
		s.task.begin()
		return s.task, s.cx
	}
	if err != nil {
		s.refused(err)
	}
	return nil, nil
}

func (s *submission) remove(*task) {}

// trySubmit calls submit. If that panics, the task fails and the panic goes on.
func (s *submission) trySubmit() error {
	returned := false
	defer func() {
		if !returned {
			s.refused(errSubmitPanicked)
		}
	}()
	err := s.submit(s.closure)
	returned = true
	return err
}

var errSubmitPanicked = errors.New("it panicked")

// refused ends the task, whose turn nobody will run.
func (s *submission) refused(err error) {
	err = fmt.Errorf("executor: the submit function refused a task: %w", err)
	t := s.task
	if t.state.Load()&cancelled != 0 {
		err = futures.ErrCancelled
	}
	if t.begin() {
		go t.giveUp(err)
	}
}
