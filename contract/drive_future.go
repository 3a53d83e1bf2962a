package contract

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A futureSubject is a FutureSubject without its type.
type futureSubject struct {
	Claims
	poll   func(*futures.Context) (answer string, right, ready bool)
	drop   func() // nil: the future has no Drop
	fire   func()
	never  bool
	yields int
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
	mk      func(testing.TB) futureSubject
	s       futureSubject
	threads threads
	probes  [3]probe
	lent    []*wakers.Waker // every handle lent so far: none is emptied before the run ends

	polling atomic.Bool // the driver is inside the future's Poll

	stateMu sync.Mutex
	polls   int
	latest  int  // the probe of the latest poll
	wakes   int  // wakes of the latest poll's probe since that poll began
	live    int  // clones alive, of all probes
	pended  bool // the latest poll answered pending
	fired   bool
	over    bool // answered ready, panicked or dropped
}

// maxPolls bounds the polls of one run, for a future that never completes.
const maxPolls = 1 << 10

func (f *futureRun) play() {
	if !f.tb.guard("mk", func() { f.s = f.mk(f.tb) }) {
		return
	}
	for i := range f.probes {
		f.probes[i] = probe{f: f, task: i + 1}
	}
	f.declare()
	if !f.operate() || !f.drain() {
		if f.threads.busy() && f.pended && !f.over {
			f.tb.fault("Fire does not return")
		}
		f.add(Event{Kind: Rescue})
	}
	if !f.over && f.s.drop != nil {
		f.drop()
	}
	f.threads.end()
	f.finish()
	f.add(Event{Kind: Settle})
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

// operate does the scenario's operations.
func (f *futureRun) operate() bool {
	if f.sc.Raced {
		return f.race()
	}
	for _, op := range f.sc.Ops {
		if f.over {
			break
		}
		if !f.do(op) || !f.paid(f.owed) {
			return false
		}
	}
	return true
}

func (f *futureRun) do(op Op) bool {
	switch op.Do {
	case DoPoll:
		f.poll(op.Handle)
	case DoAdvance:
		f.advance(op.For)
	case DoDrop:
		if f.s.drop != nil {
			f.drop()
		}
	case DoFire:
		if f.s.fire == nil || f.fired {
			return true
		}
		f.threads.do(max(op.Thread, 1), func() { f.fire(max(op.Thread, 1)) })
	}
	return true
}

// race polls on the driver's thread while another fires.
func (f *futureRun) race() bool {
	start := make(chan struct{})
	for _, op := range f.sc.Ops {
		if op.Do == DoFire && f.s.fire != nil && !f.fired {
			f.threads.do(1, func() { <-start; f.fire(1) })
			break
		}
	}
	close(start)
	for _, op := range f.sc.Ops {
		if op.Do == DoPoll && !f.over {
			f.poll(op.Handle)
		}
	}
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

// poll polls the future with waker n, 0 to 2.
func (f *futureRun) poll(n int) {
	n %= len(f.probes)
	p := &f.probes[n]
	f.stateMu.Lock()
	f.polls++
	poll := f.polls
	spurious := f.pended && f.wakes == 0 // F7 judges it
	f.latest, f.wakes, f.pended = n, 0, false
	f.stateMu.Unlock()
	lent := new(wakers.Waker)
	id := f.handle(Event{})
	lent.Init(&probeHandle{p: p, id: id, poll: poll, lent: true})
	f.lent = append(f.lent, lent)
	e := Event{Task: n + 1, Poll: poll}
	begin := e
	begin.Kind, begin.Handle = Poll, id
	var answer string
	var right, ready bool
	f.add(begin)
	f.polling.Store(true)
	panicked := f.panics(func() { answer, right, ready = f.s.poll(futures.NewContext(lent)) })
	f.polling.Store(false)
	switch {
	case panicked != "":
		e.Kind, e.Note = Panicked, panicked
		if !spurious {
			f.tb.fault(fmt.Sprintf("the future panicked in poll %d: %s", poll, panicked))
		}
	case ready:
		e.Kind = Ready
		if !right {
			e.Note = answer
			f.tb.fault("the future answered " + answer)
		}
	default:
		e.Kind = Pending
	}
	f.add(e)
	f.stateMu.Lock()
	f.pended = e.Kind == Pending
	f.over = f.over || e.Kind != Pending
	f.stateMu.Unlock()
}

// panics calls the future and returns what it panicked with.
//
//go:noinline
func (f *futureRun) panics(call func()) (panicked string) {
	defer func() {
		if p := recover(); p != nil {
			panicked = note(p)
		}
	}()
	call()
	return ""
}

const panicsName = "contract.(*futureRun).panics"

// thread returns the thread of a call on a handle: the driver's if it is made
// inside the future's Poll, or one of the future's own. Only for a wake it
// matters enough to look for the Poll on the stack.
func (f *futureRun) thread(k Kind) int {
	if !f.polling.Load() || (k == Wake || k == WakeByRef) && !onStack(panicsName) {
		return -1
	}
	return 0
}

// account counts a call on a handle.
func (f *futureRun) account(h *probeHandle, wakes, live int) {
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	f.live += live
	if h.p.task == f.latest+1 && f.polls > 0 {
		f.wakes += wakes
	}
}

func (f *futureRun) fire(thread int) {
	f.stateMu.Lock()
	again := f.fired
	f.fired = true
	f.stateMu.Unlock()
	if again {
		return
	}
	panicked := f.guarded(thread, 0, func() {
		f.add(Event{Kind: Fire, Thread: thread})
		f.s.fire()
		f.add(Event{Kind: Return, Thread: thread})
	})
	if panicked != "" {
		f.tb.fault("Fire panicked: " + panicked)
	}
}

// drop gives the future up.
func (f *futureRun) drop() {
	f.over = true
	panicked := f.guarded(0, 0, func() {
		f.add(Event{Kind: FutureDrop})
		f.s.drop()
		f.add(Event{Kind: Return})
	})
	if panicked != "" {
		f.tb.fault("Drop panicked: " + panicked)
	}
}

// drain brings the future to its end: fires it, and polls it whenever the
// latest waker has been woken.
func (f *futureRun) drain() bool {
	if f.over || f.s.never {
		return f.quiet()
	}
	if f.polls == 0 || !f.pended {
		f.poll(0)
	}
	for f.polls < maxPolls+f.s.yields && !f.over {
		if !f.paid(f.owed) {
			return false
		}
		f.stateMu.Lock()
		woken := f.wakes > 0
		f.stateMu.Unlock()
		switch {
		case woken:
			f.poll(f.latest)
		case f.s.fire != nil && !f.fired:
			f.threads.do(1, func() { f.fire(1) })
		default:
			if !f.rest(func() bool { f.stateMu.Lock(); defer f.stateMu.Unlock(); return f.wakes == 0 }) {
				return false
			}
		}
	}
	if !f.over {
		f.add(Event{Kind: Rest, Arg: int(Budget)})
		return false
	}
	return f.quiet()
}

// quiet fires a future that was dropped, and lets what is left happen.
func (f *futureRun) quiet() bool {
	f.settle()
	f.add(Event{Kind: Settle})
	if f.s.fire != nil && !f.fired {
		f.threads.do(1, func() { f.fire(1) })
		if !f.paid(f.owed) {
			return false
		}
	}
	if !f.opaque {
		time.Sleep(horizon)
		f.settle()
	}
	return true
}

// futureOf takes the type from a FutureSubject.
func futureOf[T comparable](s FutureSubject[T]) futureSubject {
	u := futureSubject{Claims: s.Claims, fire: s.Fire, never: s.Never, yields: s.Yields}
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
