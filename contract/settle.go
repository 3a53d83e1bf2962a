package contract

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing/synctest"
	"time"
)

// A run is one execution of a scenario in a bubble: what every door's driver
// needs. The driver is the goroutine of the bubble's body.
type run struct {
	*recorder
	tb     *plugTB
	sc     *Scenario
	opaque bool
	facts  *facts // of the subject

	threads *threads // of the bubble

	looks   *atomic.Int64   // how often the run has been looked at from outside
	self    string          // opaque: the number of the driver's goroutine
	outside map[string]bool // opaque: goroutines that are not of this run
	rescued atomic.Bool
}

// forever is when virtual time ends: a timer that is armed for later is as good
// as none. The clock itself ends after some 260 years, and a run may rest more
// than once.
const forever = 30 * 365 * 24 * time.Hour

// horizon is how much virtual time passes before a run in which periodic
// timers fire is said to be at rest.
const horizon = time.Hour

// longStep is how many looks a step of virtual time may last. It lasts longer
// only if timers fire all along it: without them it is a jump, and many looks
// would have to fall into it.
const longStep = 2

// step lets d of virtual time pass, which it does only while every goroutine
// waits, and reports whether it lasted long.
func (r *run) step(d time.Duration) (long bool) {
	if r.stage != nil {
		return false // to settle lets time pass
	}
	looks := r.looks.Load()
	time.Sleep(d)
	return r.looks.Load() > looks+longStep
}

// lookOutside notes which goroutines are not of this run; it is called before
// the run has any but the driver's, for an opaque subject.
func (r *run) lookOutside() {
	r.self = goroutineID()
	r.outside = make(map[string]bool)
	for _, g := range goroutines() {
		if g.bubble == "" {
			r.outside[g.id] = true
		}
	}
}

// settle returns when every other goroutine of the run waits. Timers may still
// be armed.
func (r *run) settle() {
	if r.stage != nil {
		r.stage.Settle()
		return
	}
	if !r.opaque {
		synctest.Wait()
		return
	}
	for {
		for range yieldsPerLook {
			runtime.Gosched()
		}
		if othersWait(goroutines(), r.self, r.outside) {
			return
		}
	}
}

// yieldsPerLook is how often the driver lets others run before it looks at the
// states of all goroutines, which costs more than they do: most operations are
// over by then. It chooses when to look, and nothing else.
const yieldsPerLook = 16

// rest lets virtual time pass until nothing is owed any more, and returns
// true, or until nothing will ever happen again by itself. Then it records the
// Rest with its evidence and returns false.
func (r *run) rest(owed func() bool) bool {
	evidence := States
	switch {
	case r.stage != nil:
		r.settle()
		if !owed() {
			return true
		}
		evidence = Schedules
	case !r.opaque:
		evidence = Bubble
		for d, left := time.Millisecond, forever; left > 0; d *= 4 {
			d = min(d, left)
			left -= d
			long := r.step(d)
			r.settle()
			if !owed() {
				return true
			}
			if d > horizon && long {
				evidence = Horizon
				break
			}
		}
	}
	r.add(Event{Kind: Rest, Arg: int(evidence)})
	return false
}

// paid settles the run and reports whether nothing is owed; if something is,
// it looks for it as far as virtual time goes.
func (r *run) paid(owed func() bool) bool {
	r.settle()
	if owed() && !r.rest(owed) {
		return false
	}
	r.add(Event{Kind: Settle})
	return true
}

// advance lets d of virtual time pass, or less if timers fire so often that it
// lasts long. For an opaque subject it does nothing: virtual time stands still
// while a goroutine waits where synctest cannot see.
func (r *run) advance(d time.Duration) {
	if r.opaque || r.stage != nil {
		return
	}
	r.add(Event{Kind: Advance, Arg: int(d)})
	long := false
	for step := 4 * time.Millisecond; d > 0 && !long; step *= 16 {
		long = r.step(min(step, d))
		d -= step
	}
	r.settle()
}

// finish runs the Cleanup functions, lets what is left end in virtual time and,
// for an opaque subject, records what does not.
func (r *run) finish() {
	r.tb.cleanup()
	r.sleep(horizon)
	r.settle()
}

// sleep lets d of virtual time pass, which it does only while every goroutine
// waits; for an opaque subject it stands still. On a Stage to settle is all
// there is to it.
func (r *run) sleep(d time.Duration) {
	if !r.opaque && r.stage == nil {
		time.Sleep(d)
	}
}

// start runs f on a goroutine of its own.
func (r *run) start(f func()) {
	if r.stage != nil {
		r.stage.Go(f)
	} else {
		go f()
	}
}

// newContext makes a context whose end the goroutines of the run can wait for.
func (r *run) newContext() (context.Context, context.CancelFunc) {
	if r.stage != nil {
		return r.stage.Context()
	}
	return context.WithCancel(context.Background())
}

// newStageTouch makes what a goroutine of the run calls before it changes what
// others look at, or looks at what others change.
func (r *run) newStageTouch() StageTouch {
	if r.stage != nil {
		return r.stage.Touch()
	}
	return noTouch{}
}

// newTouch is newStageTouch for a driver that keeps one thing only.
func (r *run) newTouch() (change, add func()) {
	t := r.newStageTouch()
	return func() { t.Change() }, t.Add
}

// noTouch is the touch of a bubble, where nothing needs an announcement.
type noTouch struct{}

func (noTouch) Change(...StageTouch) {}
func (noTouch) Add()                 {}

const guardedName = "contract.(*run).guarded"

// guarded calls f on thread and records a panic instead of passing it on: it
// returns what the panic carried, or "" if f returned.
//
//go:noinline
func (r *run) guarded(thread, task int, f func()) (panicked string) {
	returned := false
	defer func() {
		if p := recover(); p != nil {
			panicked = note(p)
			if _, failed := p.(plugFailed); failed {
				panicked = "mk failed"
			}
			r.add(Event{Kind: Panicked, Thread: thread, Task: task, Note: panicked})
		} else if !returned {
			what := "a call of the subject"
			if thread >= runThread(0) {
				what = "Run"
			}
			r.tb.fault(what + endedGoroutine)
		}
	}()
	f()
	returned = true
	return ""
}

// recovered calls the subject and returns what it panicked with, or nil.
//
//go:noinline
func (r *run) recovered(call func()) (panicked any) {
	returned := false
	defer func() {
		if panicked = recover(); panicked == nil && !returned {
			r.tb.fault("a call of the subject" + endedGoroutine)
		}
	}()
	call()
	returned = true
	return nil
}

// announced is guarded, and calls announce before it records a panic, so that this
// has an order among what other threads do.
func (r *run) announced(thread, task int, announce, f func()) (panicked string) {
	return r.guarded(thread, task, func() {
		returned := false
		defer func() {
			if !returned {
				announce()
			}
		}()
		f()
		returned = true
	})
}

// note says what a panic carried.
func note(p any) string {
	s := fmt.Sprint(p)
	if s == "" {
		return "(an empty string)" // an empty note says that nothing panicked
	}
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}
