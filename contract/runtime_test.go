package contract_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A rt is a good executor of one goroutine that keeps everything that the
// profile rust asks for: joins that are futures, timers, Idle, Close, and panics
// that stay in their task. A mutant edits one of its parts.
type rt struct {
	raw      func(*job) wakers.RawWaker // what a poll is lent
	wake     func(*job)
	cancel   func(*job)
	pollOnce func(*job) // one poll, and what follows from it
	contain  func(*job) (v int, ready bool, err error)
	drop     func(*job) error
	tell     func(*job) // wakes who joins
	leave    func(*job) // gives up a join that was polled
	pick     func(queued int) int
	idle     func()
	close    func()
	dispose  func(*job) // ends a task at Close
	timersIn func() bool
	around   func(park func())
	parked   func() // a park has returned
	fair     int
	needless bool // unparks also a worker that is awake

	lock    chan struct{} // a mutex that testing/synctest can see
	token   chan struct{}
	end     chan struct{} // closed when the test cleans up
	queue   []*job
	live    []*job
	slots   []*job // the latest job of each slot
	current *job
	rang    []func()
	waiting []chan struct{} // calls of Idle
	asleep  bool
	running bool
	closed  bool
	unparks int
}

// A job is one task of a rt, and its join.
type job struct {
	x         *rt
	future    futures.Future[int]
	queued    bool
	cancelled bool
	ended     bool
	givenUp   bool // somebody drops its future
	polled    int
	slot      int
	twice     bool // its next poll is followed by another
	handles   int
	done      chan struct{}
	joiner    wakers.Cell
	value     int
	err       error
}

func newRT(tb testing.TB, edit func(*rt)) *rt {
	x := &rt{lock: make(chan struct{}, 1), token: make(chan struct{}, 1), end: make(chan struct{})}
	x.raw = func(t *job) wakers.RawWaker { return (*jobWaker)(t) }
	x.wake, x.cancel, x.pollOnce, x.drop = x.goodWake, x.goodCancel, x.goodPoll, x.goodDrop
	x.fair, x.around, x.parked = 2, func(park func()) { park() }, func() {}
	x.contain = (*job).contained
	x.tell = func(t *job) { t.joiner.Wake() }
	x.leave = func(t *job) { t.joiner.Clear() }
	x.pick = func(int) int { return 0 }
	x.idle, x.close = x.goodIdle, x.goodClose
	x.dispose = func(t *job) { x.giveUp(t, errClosed) }
	x.timersIn = func() bool { return true }
	edit(x)
	tb.Cleanup(func() { close(x.end) })
	return x
}

var errClosed = errors.New("closed")

func (x *rt) executor(profile string) contract.Executor {
	ex := contract.Executor{
		Claims:   contract.Claims{Profile: profile},
		ParkWith: func(around func(func())) { x.around = around },
		Spawn:    x.spawn, Run: x.run, Idle: func() { x.idle() }, Close: func() { x.close() }, Timer: x.timer,
		Unparks: func() (n int) { x.with(func() { n = x.unparks }); return n },
		Fair:    x.fair, Stable: true,
	}
	if profile == "index" {
		ex.ParkWith = nil // a stale wake may look like what a park's return does
	}
	return ex
}

// with changes fields under the lock.
func (x *rt) with(change func()) {
	x.lock <- struct{}{}
	defer func() { <-x.lock }()
	change()
}

func (x *rt) unpark() {
	if x.asleep || x.needless {
		x.asleep = false
		x.unparks++
		leave(x.token)
	}
}

func (x *rt) spawn(f futures.Future[int]) contract.Task {
	t := &job{x: x, future: f, done: make(chan struct{})}
	closed := false
	x.with(func() {
		if closed = x.closed; !closed {
			x.live = append(x.live, t)
			x.seat(t)
			t.queued = true
			x.queue = append(x.queue, t)
			x.unpark()
		}
	})
	if closed {
		x.giveUp(t, errClosed)
	}
	return t
}

// seat gives t a slot, that of a job that has ended if there is one.
func (x *rt) seat(t *job) {
	t.slot = slices.IndexFunc(x.slots, func(o *job) bool { return o.ended })
	if t.slot < 0 {
		t.slot = len(x.slots)
		x.slots = append(x.slots, nil)
	}
	x.slots[t.slot] = t
}

// occupant is the job that is in the slot of t by now.
func (x *rt) occupant(t *job) (o *job) {
	x.with(func() { o = x.slots[t.slot] })
	return o
}

func (x *rt) goodWake(t *job) {
	x.with(func() {
		if !t.ended && !t.queued && !x.closed {
			t.queued = true
			x.queue = append(x.queue, t)
			x.unpark()
		}
	})
}

func (x *rt) goodCancel(t *job) {
	x.with(func() { t.cancelled = true })
	x.goodWake(t)
}

// run runs every task to its end, or ends them all if the rt is closed.
func (x *rt) run() {
	x.with(func() { x.running = true })
	for {
		var t *job
		var rang []func()
		wait, over, closed := false, false, false
		x.with(func() {
			x.current = nil
			if x.timersIn() || len(x.queue) == 0 {
				rang, x.rang = x.rang, nil
			}
			switch {
			case x.closed || len(x.live) == 0:
				over, closed, x.running = true, x.closed, false
				x.restNow()
			case len(x.queue) > 0:
				i := x.pick(len(x.queue))
				t = x.queue[i]
				x.queue = slices.Delete(x.queue, i, i+1)
				t.queued = false
				x.current = t
			case len(rang) == 0:
				wait, x.asleep = true, true
				x.restNow()
			}
		})
		for _, f := range rang {
			f()
		}
		switch {
		case over:
			if closed {
				x.disposeAll()
			}
			return
		case t != nil:
			x.pollOnce(t)
		case wait && !x.park():
			return
		}
	}
}

// park returns false at the end of the test; it may return without a token.
func (x *rt) park() (goOn bool) {
	goOn = true
	x.around(func() {
		select {
		case <-x.token:
		case <-x.end:
			goOn = false
		}
	})
	x.parked()
	return goOn
}

// restNow lets the calls of Idle return.
func (x *rt) restNow() {
	for _, c := range x.waiting {
		close(c)
	}
	x.waiting = nil
}

func (x *rt) goodPoll(t *job) {
	skip, cancelled := false, false
	x.with(func() { skip, cancelled = t.ended || t.givenUp, t.cancelled; t.polled++ })
	if skip {
		return
	}
	if cancelled {
		x.giveUp(t, futures.ErrCancelled)
		return
	}
	v, ready, err := x.contain(t)
	x.after(t, v, ready, err)
}

// after does what follows from a poll.
func (x *rt) after(t *job, v int, ready bool, err error) {
	cancelled := false
	switch {
	case err != nil:
		x.giveUp(t, err)
	case ready:
		x.finish(t, v)
	default:
		x.with(func() { cancelled = t.cancelled })
		if cancelled {
			x.giveUp(t, futures.ErrCancelled)
		}
	}
}

// contained polls t and turns a panic into an error.
func (t *job) contained() (v int, ready bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panicked: %v", p)
		}
	}()
	v, ready = t.poll()
	return v, ready, nil
}

func (t *job) poll() (int, bool) {
	var w wakers.Waker
	w.Init(t.x.raw(t))
	return t.future.Poll(futures.NewContext(&w))
}

// goodDrop drops the future of t; a panic is its error.
func (x *rt) goodDrop(t *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panicked when dropped: %v", p)
		}
	}()
	futures.Drop(t.future)
	return nil
}

// giveUp drops the future of t, unless somebody else does, and ends t.
func (x *rt) giveUp(t *job, err error) {
	mine := false
	x.with(func() { mine, t.givenUp = !t.givenUp && !t.ended, true })
	if mine {
		x.finish(t, 0, x.drop(t), err)
	}
}

// finish ends t, once, and tells who joins it.
func (x *rt) finish(t *job, v int, errs ...error) {
	first := false
	x.with(func() {
		if first = !t.ended; first {
			t.ended, t.value, t.err = true, v, errors.Join(errs...)
			x.live = slices.DeleteFunc(x.live, func(o *job) bool { return o == t })
			x.queue = slices.DeleteFunc(x.queue, func(o *job) bool { return o == t })
			if len(x.live) == 0 && x.asleep {
				x.unpark()
			}
		}
	})
	if first {
		close(t.done)
		x.tell(t)
	}
}

func (x *rt) goodIdle() {
	var c chan struct{}
	x.with(func() {
		if x.running && !x.closed && (x.current != nil || len(x.queue) > 0) {
			c = make(chan struct{})
			x.waiting = append(x.waiting, c)
		}
	})
	if c != nil {
		<-c
	}
}

func (x *rt) goodClose() {
	running := false
	x.with(func() {
		x.closed, running = true, x.running
		x.restNow()
		x.unpark()
	})
	if !running {
		x.disposeAll()
	}
}

func (x *rt) disposeAll() {
	var all []*job
	x.with(func() { all, x.live, x.queue = x.live, nil, nil; x.restNow() })
	for _, t := range all {
		x.dispose(t)
	}
}

// timer has the run call f after d.
func (x *rt) timer(d time.Duration, f func()) {
	time.AfterFunc(d, func() {
		x.with(func() {
			x.rang = append(x.rang, f)
			x.unpark()
		})
	})
}

func (t *job) Join() (int, error) {
	select {
	case <-t.done:
		return t.value, t.err
	case <-t.x.end: // the last resort
		return 0, futures.ErrCancelled
	}
}

func (t *job) Cancel() { t.x.cancel(t) }

// Poll makes the join a future.
func (t *job) Poll(cx *futures.Context) (r futures.Result[int], ready bool) {
	t.joiner.Register(cx.Waker())
	select {
	case <-t.done:
		t.joiner.Clear()
		return futures.Result[int]{Value: t.value, Err: t.err}, true
	default:
		return r, false
	}
}

// Drop gives up the join as a future.
func (t *job) Drop() { t.x.leave(t) }

// A jobWaker is a job as a waker; the job itself is its join.
type jobWaker job

func (w *jobWaker) job() *job { return (*job)(w) }

func (w *jobWaker) Clone() wakers.RawWaker { w.x.with(func() { w.handles++ }); return w }
func (w *jobWaker) Wake()                  { w.WakeByRef(); w.Drop() }
func (w *jobWaker) WakeByRef()             { w.x.wake(w.job()) }
func (w *jobWaker) Drop()                  { w.x.with(func() { w.handles-- }) }
