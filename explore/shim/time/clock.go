package time

import (
	"slices"
	"time"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// clock is the model of time in the current execution. Starting, stopping and
// firing a timer are operations on its object, the gate of which is open while a
// timer may fire. Only the running thread uses it.
var clock struct {
	epoch  uint64
	ref    engine.Ref
	o      *engine.Object
	nowRef engine.Ref
	nowObj *engine.Object // what time it is: only firing changes it
	now    Duration       // since the beginning

	thread  *engine.Thread // that fires; nil: not started yet
	running []*timer
	due     []*timer         // those of them that may fire now
	touched []*engine.Object // what the next firing touches besides o

	sleeps, awake []*timer // those made for Sleep, and those of them that are free
}

// beginning is the time at which each execution starts.
var beginning = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// timer is what fires: it sends the time over c, starts a thread that calls f,
// or lets a thread go on.
type timer struct {
	epoch   uint64 // of the execution it runs in; 0: it does not run
	when    Duration
	period  Duration // 0: it fires once
	c       chan Time
	f       func()
	sleeper *engine.Thread
	touches [1]*engine.Object // scratch of announce
	ref     engine.Ref        // what is done before it is started happens before it fires
}

// begin makes the clock ready. It comes before each operation.
func begin(e *engine.Engine) {
	if clock.epoch == e.Epoch() {
		return
	}
	clock.epoch = e.Epoch()
	clock.o, _ = e.Object(&clock.ref, "clock")
	clock.nowObj, _ = e.Object(&clock.nowRef, "time")
	clock.now, clock.thread = 0, nil
	clear(clock.running)
	clear(clock.due)
	clock.running, clock.due = clock.running[:0], clock.due[:0]
	clock.touched = clock.touched[:0]
	clock.awake = append(clock.awake[:0], clock.sleeps...)
}

// runs reports whether t is started in this execution.
func (t *timer) runs() bool { return t.epoch == clock.epoch }

// start lets t run for d and then every period.
func (t *timer) start(e *engine.Engine, d, period Duration) {
	t.epoch = clock.epoch
	t.when = clock.now
	if d > 0 {
		t.when += d
		if t.when < 0 {
			t.when = 1<<63 - 1
		}
	}
	t.period = period
	o, _ := e.Object(&t.ref, "timer")
	e.Publish(o)
	clock.running = append(clock.running, t)
	if clock.thread == nil {
		e.Go("clock", func() { tick(e) }, engine.Service)
	}
	look(e)
}

// stop reports whether t ran.
func (t *timer) stop(e *engine.Engine) bool {
	i := -1
	if t.runs() {
		i = slices.Index(clock.running, t)
	}
	if i < 0 {
		return false
	}
	t.epoch = 0
	clock.running = slices.Delete(clock.running, i, i+1)
	look(e)
	return true
}

// announce is a scheduling point that touches the clock and the channel of t.
func (t *timer) announce(e *engine.Engine, k engine.Kind) {
	begin(e)
	if t.c == nil {
		e.Write(clock.o, k)
		return
	}
	t.touches[0] = channel.FeedOf(e, t.c).Object()
	e.Announce(clock.o, t.touches[:], k, 0)
	e.Commit(t.touches[:])
}

// look sees which timers may fire next.
func look(e *engine.Engine) {
	clock.due = clock.due[:0]
	muted := 0
	for _, t := range clock.running {
		switch {
		case t.period > 0 && !e.MayTick():
			muted++
		case len(clock.due) == 0 || t.when == clock.due[0].when:
			clock.due = append(clock.due, t)
		case t.when < clock.due[0].when:
			clock.due = append(clock.due[:0], t)
		}
	}
	e.Mute(muted)
	clock.touched = append(clock.touched[:0], clock.nowObj)
	for _, t := range clock.due {
		if t.c != nil {
			clock.touched = append(clock.touched, channel.FeedOf(e, t.c).Object())
		}
	}
	if clock.thread != nil {
		e.Retouch(clock.thread, clock.touched)
	}
	if len(clock.due) > 0 {
		clock.o.SetOpen(engine.Gate)
	} else {
		clock.o.SetOpen(0)
	}
}

// tick is the thread that fires the timers.
func tick(e *engine.Engine) {
	clock.thread = e.Self()
	for {
		e.Announce(clock.o, clock.touched, "fire", engine.Gate)
		for _, t := range clock.due {
			if t.c != nil {
				for _, o := range channel.FeedOf(e, t.c).Others() {
					if !slices.Contains(clock.touched, o) {
						clock.touched = append(clock.touched, o)
					}
				}
			}
		}
		e.Commit(clock.touched)
		clock.due[e.Choose(len(clock.due))].fire(e)
	}
}

// what says for a report what t is.
func (t *timer) what() string {
	switch {
	case t.f != nil:
		return "AfterFunc"
	case t.sleeper != nil:
		return "Sleep"
	case t.period > 0:
		return "Ticker"
	}
	return "Timer"
}

func (t *timer) fire(e *engine.Engine) {
	clock.now = max(clock.now, t.when)
	if e.Recording() {
		e.Note("%s at +%s", t.what(), clock.now)
	}
	e.Forget()
	o, _ := e.Object(&t.ref, "timer")
	e.Acquire(o)
	if t.period > 0 {
		e.Tick()
		t.when = clock.now + t.period
		look(e)
	} else {
		t.stop(e)
	}
	switch {
	case t.f != nil:
		e.Go("timer", t.f, engine.Daemon)
	case t.sleeper != nil:
		e.Release(t.sleeper)
	default:
		channel.FeedOf(e, t.c).Offer(e, beginning.Add(clock.now))
	}
}
