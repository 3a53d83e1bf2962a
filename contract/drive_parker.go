package contract

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// A parkerRun is the execution of a scenario on two parkers, of which the
// first is judged; the second shows whether mk gives independent ones.
type parkerRun struct {
	*run
	mk func(testing.TB) ParkerSubject
	s  ParkerSubject

	stateMu sync.Mutex
	parked  bool
	owing   bool          // an unpark has begun since the last return from park
	timeout time.Duration // of the park that the owner is in; negative: none
	parks   int           // begun so far
	unparks []Mark        // those that have returned

	touch func() // announces that the state is looked at or changed

	fetching bool // the sleeper waits in Fetch
	added    []bool
	asserted []bool

	away   chan struct{} // closed to end the owner's wait for something else; nil: there is none
	exited bool          // the owner's goroutine has ended
}

// owner is the thread that parks.
const owner = 1

func (p *parkerRun) play() {
	if !p.tb.guard("mk", func() { p.s = p.mk(p.tb) }) {
		return
	}
	p.touch, _ = p.newTouch()
	if p.s.Spurious {
		p.add(Event{Kind: Declare, Note: "spurious", Arg: 1})
	}
	if !p.operate() {
		for n := range p.threads.on {
			if n != owner && p.threads.busyOn(n) {
				p.tb.fault("Unpark does not return")
			}
		}
		p.add(Event{Kind: Rescue})
		p.start(func() { p.guarded(0, 0, p.s.Unpark) })
		p.settle()
		p.rescueSleeper()
	}
	p.threads.release()
	p.finish()
}

func (p *parkerRun) operate() bool {
	if p.sc.Raced {
		if !p.race() {
			return false
		}
	} else {
		for _, op := range p.sc.Ops {
			if p.outside(op) && !p.paid(p.owed) {
				return false
			}
		}
	}
	return p.drain()
}

// outside starts an operation of a scripted run, if it can be done now.
func (p *parkerRun) outside(op Op) bool {
	if op.Do == DoAdvance {
		p.advance(op.For)
		return true
	}
	if op.Thread == owner && p.away != nil && op.Do != DoExit {
		p.comeBack()
		if op.Do == DoElsewhere {
			return true
		}
	}
	switch {
	case ofSleeper(op.Do):
		return p.sleeping(op)
	case p.threads.busyOn(op.Thread), p.exited && op.Thread == owner:
		return false // the owner is parked, and cannot park again, or is gone
	case op.Do == DoExit:
		p.add(Event{Kind: Exit, Thread: owner})
		p.exited = true
		p.threads.endOne(owner)
	case op.Do == DoElsewhere:
		away := make(chan struct{})
		p.away = away
		p.threads.do(owner, func() {
			p.add(Event{Kind: Elsewhere, Thread: owner})
			<-away
			p.add(Event{Kind: Return, Thread: owner})
		})
	default:
		p.threads.do(op.Thread, func() { p.do(op.Thread, op) })
	}
	return true
}

// comeBack ends the owner's wait for something else, after a moment.
func (p *parkerRun) comeBack() {
	p.advance(time.Millisecond)
	close(p.away)
	p.away = nil
	p.settle()
}

// drain brings the owner out of the park that it is in.
func (p *parkerRun) drain() bool {
	if p.away != nil {
		p.comeBack()
	}
	if !p.drainSleeper() {
		return false
	}
	for p.threads.busyOn(owner) {
		p.stateMu.Lock()
		timeout, park := p.timeout, p.parks
		p.stateMu.Unlock()
		if timeout >= 0 { // its time has to come first
			p.advance(latest(timeout) + time.Millisecond)
			if !p.threads.busyOn(owner) {
				break
			}
			p.stateMu.Lock()
			if p.parks == park { // it is late: from now on it must return when unparked
				p.parked = true
			}
			p.stateMu.Unlock()
		}
		p.threads.do(2, func() { p.do(2, Op{Do: DoUnpark, N: 1}) })
		if !p.paid(p.owed) {
			return false
		}
	}
	return true
}

// latest is when a park with a timeout has to have returned: the docs only say
// that it is roughly the timeout.
func latest(timeout time.Duration) time.Duration { return 2*timeout + 10*time.Millisecond }

// race does the operations of all threads at once.
func (p *parkerRun) race() bool {
	ops := slices.DeleteFunc(slices.Clone(p.sc.Ops), func(op Op) bool {
		return op.Do == DoAdvance || op.Do == DoElsewhere || op.Do == DoExit || ofSleeper(op.Do)
	})
	p.threads.race(ops, p.do)
	return p.paid(p.owed)
}

// owed reports whether a park must return or an unpark has not.
func (p *parkerRun) owed() bool {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	for n := range p.threads.on {
		if n != owner && p.threads.busyOn(n) {
			return true
		}
	}
	return p.parked && p.owing || p.fetching && p.awaited() > 0
}

func (p *parkerRun) do(thread int, op Op) {
	if op.Do == DoUnpark {
		p.sleep(op.For)
		for range max(op.N, 1) {
			p.unpark(thread)
		}
		return
	}
	timeout := time.Duration(-1)
	e := Event{Kind: Park, Thread: thread}
	switch {
	case p.s.ParkTimeout == nil:
	case op.Do == DoTryPark:
		timeout, e.Arg = 0, -1
	case op.For > 0 && !p.opaque:
		timeout, e.Arg = op.For, int(op.For)
	}
	if op.Do == DoTryPark && timeout < 0 {
		return
	}
	p.announced(thread, 0, p.touch, func() {
		p.note(e, func() { p.parked, p.timeout = timeout < 0, timeout; p.parks++ })
		past := p.unparks
		token := true
		began := time.Now()
		if timeout >= 0 {
			token = p.s.ParkTimeout(timeout)
			took := time.Since(began)
			if p.stage != nil {
				took = 0 // it is real time, which nothing there goes by
			}
			p.add(Event{Kind: Took, Thread: thread, Arg: int(took)})
		} else {
			p.s.Park()
		}
		back := Event{Kind: Return, Thread: thread}
		if token {
			back.Arg = 1
			for range slices.DeleteFunc(slices.Clone(past), func(m Mark) bool { return !p.unseen(m) }) {
				p.add(Event{Kind: Unseen, Thread: thread, Note: "unpark"})
			}
		}
		p.note(back, func() {
			if token {
				p.owing = false
			}
		})
	})
	p.stateMu.Lock()
	p.parked, p.timeout = false, -1
	p.stateMu.Unlock()
}

// unpark unparks once.
func (p *parkerRun) unpark(thread int) {
	panicked := p.announced(thread, 0, p.touch, func() {
		p.note(Event{Kind: Unpark, Thread: thread}, func() { p.owing = true })
		m := p.mark()
		back := Event{Kind: Return, Thread: thread}
		if p.s.UnparkFirst == nil {
			p.s.Unpark()
		} else if back.Note = "no"; p.s.UnparkFirst() {
			back.Note = "yes"
		}
		p.note(back, func() {
			if m != nil {
				p.unparks = append(p.unparks, m)
			}
		})
	})
	if panicked != "" && !p.exited && p.away == nil { // else P11 or P17 judges it
		p.tb.fault("Unpark panicked: " + panicked)
	}
}

// note records e and changes the state with it.
func (p *parkerRun) note(e Event, change func()) {
	p.touch()
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	p.add(e)
	change()
}
