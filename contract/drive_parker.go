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
	mk      func(testing.TB) ParkerSubject
	s       ParkerSubject
	threads threads

	stateMu sync.Mutex
	parked  bool
	owing   bool // an unpark has begun since the last return from park
}

// owner is the thread that parks.
const owner = 1

func (p *parkerRun) play() {
	if !p.tb.guard("mk", func() { p.s = p.mk(p.tb) }) {
		return
	}
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
		go p.guarded(0, 0, p.s.Unpark)
		p.settle()
	}
	p.threads.end()
	p.finish()
}

func (p *parkerRun) operate() bool {
	if p.sc.Raced {
		if !p.race() {
			return false
		}
	} else {
		for _, op := range p.sc.Ops {
			switch {
			case op.Do == DoAdvance:
				p.advance(op.For)
			case p.threads.busyOn(op.Thread):
				continue // the owner is parked; it cannot park again
			default:
				p.threads.do(op.Thread, func() { p.do(op.Thread, op) })
			}
			if !p.paid(p.owed) {
				return false
			}
		}
	}
	for p.threads.busyOn(owner) { // it waits for a token, as it should: give it one
		p.threads.do(2, func() { p.do(2, Op{Do: DoUnpark, N: 1}) })
		if !p.paid(p.owed) {
			return false
		}
		if p.threads.busyOn(owner) { // a park with a timeout may be another one's
			p.advance(time.Minute)
		}
	}
	return true
}

// race does the operations of all threads at once.
func (p *parkerRun) race() bool {
	p.threads.race(slices.DeleteFunc(slices.Clone(p.sc.Ops), func(op Op) bool { return op.Do == DoAdvance }), p.do)
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
	return p.parked && p.owing
}

func (p *parkerRun) do(thread int, op Op) {
	if op.Do == DoUnpark {
		for range max(op.N, 1) {
			p.guarded(thread, 0, func() {
				p.note(Event{Kind: Unpark, Thread: thread}, func() { p.owing = true })
				p.s.Unpark()
				p.add(Event{Kind: Return, Thread: thread})
			})
		}
		return
	}
	timed := op.For > 0 && p.s.ParkTimeout != nil && !p.opaque
	e := Event{Kind: Park, Thread: thread}
	if timed {
		e.Arg = int(op.For)
	}
	p.guarded(thread, 0, func() {
		p.note(e, func() { p.parked = !timed })
		token := true
		if timed {
			token = p.s.ParkTimeout(time.Duration(op.For))
		} else {
			p.s.Park()
		}
		back := Event{Kind: Return, Thread: thread}
		if token {
			back.Arg = 1
		}
		p.note(back, func() {
			p.parked = false
			if token {
				p.owing = false
			}
		})
	})
}

// note records e and changes the state with it.
func (p *parkerRun) note(e Event, change func()) {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	p.add(e)
	change()
}
