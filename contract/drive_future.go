package contract

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

// A futureSubject is a FutureSubject without its type.
type futureSubject struct {
	Claims
	poll   func(*futures.Context) (answer string, right, ready bool)
	drop   func() // nil: the future has no Drop
	fire   func()
	never  bool
	yields int

	bound   bool
	started func() bool
	held    func() int
}

// end returns what ends a future that is not polled: its Drop, or else its Fire.
func (s futureSubject) end() func() {
	if s.drop != nil {
		return s.drop
	}
	return s.fire
}

// A futureRun is the execution of a scenario on one future.
type futureRun struct {
	*run
	mk     func(testing.TB) futureSubject
	s      futureSubject
	probes [3]probe

	polling  atomic.Bool // somebody is inside the future's Poll
	dropping atomic.Bool // somebody is inside its Drop
	ended    atomic.Bool // the scenario has: wakers do nothing of their own any more
	struck   atomic.Bool // a waker has panicked: F14 judges what panics now
	started  bool        // the future's work has begun, it says

	touch func() // announces that the state is looked at or changed
	tally func() // announces that a handle comes or goes
	begun Mark   // the begin of Fire

	stateMu  sync.Mutex
	inside   map[int]int // on a Stage: its threads that are in a poll or a drop, and which thread that is
	polls    int
	onThread int  // the thread of the latest poll
	kind     int  // of the waker of the latest poll
	latest   int  // the probe of the latest poll
	wakes    int  // wakes of the latest poll's probe since that poll began
	live     int  // clones alive, of all probes
	pended   bool // the latest poll answered pending
	fired    bool
	over     bool // answered ready, panicked or dropped
	crashed  bool // a waker panicked in the latest poll: nobody polls it again, and it is dropped
}

// maxPolls bounds the polls of one run, for a future that never completes.
const maxPolls = 1 << 10

// The threads that poll.
const (
	firstPoller = 3
	pollers     = 3
)

func (f *futureRun) play() {
	if !f.tb.guard("mk", func() { f.s = f.mk(f.tb) }) {
		return
	}
	f.touch, f.tally = f.newTouch()
	f.inside = map[int]int{}
	for i := range f.probes {
		f.probes[i].f, f.probes[i].task = f, i+1
	}
	f.declare()
	if f.s.started != nil {
		f.settle()
		f.watch()
	}
	if !f.operate() || !f.drain() {
		if over, _ := f.state(); f.threads.busyOn(1) && f.pended && !over && !f.reentering() {
			f.tb.fault("Fire does not return")
		}
		f.add(Event{Kind: Rescue})
		f.rescue()
	}
	f.ended.Store(true)
	if over, _ := f.state(); !over && f.s.drop != nil && !f.threads.busy() {
		f.drop()
	}
	f.threads.release()
	f.finish()
	f.add(Event{Kind: Settle})
}

// reentering reports that the run hangs in what a waker's own code does.
func (f *futureRun) reentering() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return reentering(f.events)
}

// rescue ends a poll that waits for the event.
func (f *futureRun) rescue() {
	f.ended.Store(true)
	if _, fired := f.state(); f.threads.busy() && !f.threads.busyOn(1) && f.s.fire != nil && !fired {
		f.threads.do(1, func() { f.fire(1) })
		f.settle()
	}
}

func (f *futureRun) declare() {
	if f.s.yields > 0 {
		f.add(Event{Kind: Declare, Note: "yields", Arg: f.s.yields})
	}
	if f.s.never {
		f.add(Event{Kind: Declare, Note: "never", Arg: 1})
	}
	if f.s.fire != nil {
		f.add(Event{Kind: Declare, Note: "fire", Arg: 1})
	}
}

// state returns whether the future has ended, and whether its event has
// happened.
func (f *futureRun) state() (over, fired bool) {
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	return f.over, f.fired
}

// watch records that the future's work has begun.
func (f *futureRun) watch() {
	if f.s.started != nil && !f.started && f.s.started() {
		f.started = true
		f.add(Event{Kind: Started})
	}
}

// operate does the scenario's operations.
func (f *futureRun) operate() bool {
	if f.sc.Raced {
		return f.race()
	}
	acted := false
	for n, op := range f.sc.Ops {
		open := false // the event happens while the poll goes on
		if op.Do == DoFire && n > 0 && f.sc.Ops[n-1].Do == DoPoll && f.threads.busy() {
			f.settle()
			open = f.polling.Load()
		}
		if acted && !open && !f.paid(f.owed) {
			return false
		}
		if over, _ := f.state(); over {
			break
		}
		acted = f.do(op) || open
		if f.s.started != nil {
			f.settle()
			if f.polls == 0 {
				f.watch()
			}
		}
	}
	return true
}

// do does op, and reports whether the future can have noticed.
func (f *futureRun) do(op Op) bool {
	switch op.Do {
	case DoPoll:
		f.poll(op)
	case DoStale:
		return f.stale(op)
	case DoAdvance:
		f.advance(op.For)
	case DoDrop:
		switch {
		case f.s.drop == nil:
			return false
		case reenters(*f.sc):
			f.threads.do(firstPoller, f.drop)
		default:
			f.drop()
		}
	case DoInject, DoReenter:
		f.arm(op)
		return false
	case DoFire:
		if _, fired := f.state(); f.s.fire == nil || fired {
			return false
		}
		f.threads.do(1, func() { f.fire(1) })
	}
	return true
}

// race polls on one thread while another fires.
func (f *futureRun) race() bool {
	start := make(chan struct{})
	for _, op := range f.sc.Ops {
		if op.Do == DoFire && f.s.fire != nil {
			f.threads.do(1, func() { f.threads.await(start); f.fire(1) })
			break
		}
	}
	f.threads.do(firstPoller, func() {
		f.threads.await(start)
		for _, op := range f.sc.Ops {
			if over, _ := f.state(); op.Do == DoPoll && !over {
				f.pollOn(firstPoller, op.Handle%len(f.probes), f.kindOf(op))
			}
		}
	})
	close(start)
	return f.paid(f.owed)
}

// owed reports whether a wake must still come, or a call return.
func (f *futureRun) owed() bool {
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	if f.threads.busy() {
		return true
	}
	complete := f.s.fire != nil && f.fired
	return complete && f.pended && !f.over && f.wakes == 0
}

// kindOf is the kind of waker that op polls with.
func (f *futureRun) kindOf(op Op) int { return op.With % (oneshotWaker + 1) }

// poll polls the future with waker op.Handle on one of the threads that poll,
// or if op.Thread is 0 on the driver's own: that is faster, and hangs the run if
// the poll blocks.
func (f *futureRun) poll(op Op) {
	thread := firstPoller
	switch {
	case op.Thread == 0 && !f.s.bound:
		f.pollOn(0, op.Handle%len(f.probes), f.kindOf(op))
		return
	case !f.s.bound:
		thread += (op.Thread - 1) % pollers
	}
	f.threads.do(thread, func() { f.pollOn(thread, op.Handle%len(f.probes), f.kindOf(op)) })
}

// stale wakes an earlier waker than the latest, as somebody may who kept a
// handle of it, and so its task polls. It reports whether there is one.
func (f *futureRun) stale(op Op) bool {
	n := op.Handle % len(f.probes)
	if n == f.latest || !f.pended {
		return false
	}
	f.add(Event{Kind: WakeByRef, Thread: 2, Task: n + 1})
	f.poll(op)
	return true
}

// pollOn polls the future on a thread with waker n, 0 to 2, of a kind. If a
// poll is open it does nothing.
func (f *futureRun) pollOn(thread, n, kind int) {
	f.touch()
	if !f.polling.CompareAndSwap(false, true) {
		return
	}
	p := &f.probes[n]
	f.stateMu.Lock()
	f.polls++
	poll := f.polls
	spurious := f.pended && f.wakes == 0 // F7 judges it
	f.latest, f.kind, f.wakes, f.pended, f.onThread = n, kind, 0, false, thread
	f.stateMu.Unlock()
	lent, id, begun, returned := p.lend(kind, poll)
	e := Event{Thread: thread, Task: n + 1, Poll: poll}
	begin := e
	begin.Kind, begin.Handle, begin.Arg = Poll, id, kind
	var answer string
	var right, ready bool
	back := false
	defer func() {
		if !back { // the goroutine ends: nobody will poll again
			f.stateMu.Lock()
			f.over = true
			f.stateMu.Unlock()
		}
	}()
	f.add(begin)
	panicked := f.panics(func() {
		defer f.goInside(thread)()
		begun()
		defer returned()
		answer, right, ready = f.s.poll(futures.NewContext(lent))
	})
	back = true
	f.touch()
	switch {
	case panicked != "":
		e.Kind, e.Note = Panicked, panicked
		if !spurious && !f.struck.Load() {
			f.tb.fault(fmt.Sprintf("the future panicked in poll %d: %s", poll, panicked))
		}
	case ready:
		if f.unseen(f.begun) {
			f.add(Event{Kind: Unseen, Thread: thread, Task: n + 1, Poll: poll, Note: "fire"})
		}
		e.Kind = Ready
		if !right {
			e.Note = answer
			f.tb.fault("the future answered " + answer)
		}
	default:
		e.Kind = Pending
	}
	f.polling.Store(false)
	f.stateMu.Lock()
	f.add(e)
	f.pended = e.Kind == Pending
	f.over = f.over || e.Kind != Pending
	f.crashed = panicked == injected
	f.stateMu.Unlock()
}

// panics calls the future and returns what it panicked with.
//
//go:noinline
func (f *futureRun) panics(call func()) (panicked string) {
	if with := f.recovered(call); with != nil {
		return note(with)
	}
	return ""
}

// account counts a call on a handle.
func (f *futureRun) account(h *probeHandle, wakes, live int) {
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	f.live += live
	if h.p.task == f.latest+1 && f.polls > 0 && (f.kind != oneshotWaker || h.poll == f.polls) {
		f.wakes += wakes
	}
}

func (f *futureRun) fire(thread int) {
	f.touch()
	f.begun = f.mark()
	f.stateMu.Lock()
	again := f.fired
	f.fired = true
	f.stateMu.Unlock()
	if again {
		return
	}
	panicked := f.announced(thread, 0, f.touch, func() {
		f.add(Event{Kind: Fire, Thread: thread})
		f.s.fire()
		f.touch()
		f.add(Event{Kind: Return, Thread: thread})
	})
	if panicked != "" && !f.struck.Load() {
		f.tb.fault("Fire panicked: " + panicked)
	}
}

// drop gives the future up.
func (f *futureRun) drop() {
	f.touch()
	f.stateMu.Lock()
	f.over = true
	f.stateMu.Unlock()
	f.dropping.Store(true)
	defer f.dropping.Store(false)
	f.add(Event{Kind: FutureDrop})
	panicked := f.panics(func() {
		defer f.goInside(0)()
		f.s.drop()
	})
	f.touch()
	if panicked == "" {
		f.add(Event{Kind: Return})
		return
	}
	f.add(Event{Kind: Panicked, Note: panicked})
	if !f.struck.Load() {
		f.tb.fault("Drop panicked: " + panicked)
	}
}

// drain brings the future to its end: fires it, and polls it whenever the
// latest waker has been woken.
func (f *futureRun) drain() bool {
	for {
		if !f.paid(f.owed) {
			return false
		}
		f.stateMu.Lock()
		many := f.polls >= maxPolls+f.s.yields
		crashed := f.crashed
		f.crashed = false
		over, fired, woken, pended := f.over, f.fired, f.wakes > 0, f.pended
		latest := Op{Handle: f.latest, With: f.kind, Thread: 1}
		if f.polls > 0 && f.onThread < firstPoller+pollers {
			latest.Thread = max(f.onThread-firstPoller+1, 0)
		}
		f.stateMu.Unlock()
		switch {
		case crashed && f.s.drop != nil:
			f.threads.do(firstPoller, f.drop)
		case over || f.s.never:
			return f.quiet()
		case many:
			f.add(Event{Kind: Rest, Arg: int(Budget)})
			return false
		case woken && pended:
			f.poll(latest)
		case !pended: // it was not polled yet
			f.poll(latest)
		case f.s.fire != nil && !fired:
			f.threads.do(1, func() { f.fire(1) })
		default:
			if !f.rest(func() bool { f.stateMu.Lock(); defer f.stateMu.Unlock(); return f.wakes == 0 }) {
				return false
			}
		}
	}
}

// quiet fires a future that was dropped, and lets what is left happen.
func (f *futureRun) quiet() bool {
	over, fired := f.state()
	if f.s.fire != nil && !fired {
		f.threads.do(1, func() { f.fire(1) })
		if !f.paid(f.owed) {
			return false
		}
	}
	if !over || f.s.started != nil || f.s.held != nil { // else finish does
		f.sleep(horizon)
		f.settle()
	}
	f.watch()
	if f.s.held != nil {
		f.add(Event{Kind: Held, Arg: f.s.held()})
	}
	return true
}

// futureOf takes the type from a FutureSubject.
func futureOf[T comparable](s FutureSubject[T]) futureSubject {
	u := futureSubject{Claims: s.Claims, fire: s.Fire, never: s.Never, yields: s.Yields,
		bound: s.Bound, started: s.Started, held: s.Held}
	u.poll = func(cx *futures.Context) (string, bool, bool) {
		v, ready := s.Future.Poll(cx)
		if !ready || v == s.Want {
			return "", true, ready
		}
		return fmt.Sprintf("%v; want %v", v, s.Want), false, true
	}
	if d, ok := s.Future.(futures.Dropper); ok {
		u.drop = d.Drop
	}
	return u
}
