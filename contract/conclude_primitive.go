package contract

import (
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
)

// conclude brings a scenario on a primitive to its end: whoever was woken is
// polled; each operation that may wait is begun once more, which shows what is
// missing; what was taken is given back; what may be had without waiting is
// tried; what is called once, a close, is called; and what waits then is given up.
func (p *primitiveRun) conclude() bool {
	if !p.quiesce() {
		return false
	}
	for i := range p.s.Ops {
		if o := &p.s.Ops[i]; o.waits() && !p.beginAndQuiesce(o) {
			return false
		}
	}
	if !p.giveBack() {
		return false
	}
	for i := range p.s.Ops {
		if o := &p.s.Ops[i]; o.Try != nil && !p.beginAndQuiesce(o) {
			return false
		}
	}
	for i := range p.s.Ops {
		if o := &p.s.Ops[i]; o.Once && !o.waits() && !p.beginAndQuiesce(o) {
			return false
		}
	}
	if !p.giveBack() {
		return false
	}
	if !p.giveAllUp() {
		return false
	}
	if !p.paid(p.lingering) {
		for _, w := range p.waiting((*waiter).isGone) {
			p.tb.fault(fmt.Sprintf("%s(%d) does not return after its context was cancelled; see NoCancel", w.op.Name, w.arg))
		}
		return false
	}
	_, ok := p.owed()
	return ok
}

// giveAllUp gives up what waits, and what wakers begin meanwhile.
func (p *primitiveRun) giveAllUp() bool {
	for range maxRounds {
		left := p.waiting((*waiter).canGo)
		if len(left) == 0 {
			break
		}
		for _, w := range left {
			if !p.step(1, func(thread int) { p.giveUp(thread, w) }) {
				return false
			}
		}
	}
	return true
}

// isGone reports whether w was given up.
func (w *waiter) isGone() bool { return w.gone }

// lingering reports whether a call has not returned that was given up.
func (p *primitiveRun) lingering() bool { return len(p.waiting((*waiter).isGone)) > 0 }

// beginAndQuiesce calls o, if it may be called.
func (p *primitiveRun) beginAndQuiesce(o *PrimitiveOp) bool {
	return p.step(1, func(thread int) { p.begin(thread, o, o.Args, true, 0) }) && p.quiesce()
}

// maxGivenBack bounds how much is given back, for a primitive that gives itself
// more to give back.
const maxGivenBack = 1 << 8

// giveBack calls the operations that undo others until nothing is left to undo.
func (p *primitiveRun) giveBack() bool {
	for range maxGivenBack {
		o := p.undoing()
		if o == nil {
			return true
		}
		if !p.beginAndQuiesce(o) {
			return false
		}
	}
	return true
}

// undoing returns an operation that has something to give back, or nil.
func (p *primitiveRun) undoing() *PrimitiveOp {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	for i := range p.s.Ops {
		if o := &p.s.Ops[i]; o.Undoes != "" && !o.waits() && len(p.taken[o.Undoes]) > 0 {
			return o
		}
	}
	return nil
}

// maxRounds bounds how often all that were woken are polled without anything
// else happening: for tasks that wake themselves again and again.
const maxRounds = 64

// quiesce polls whoever was woken until nobody is. It returns false if
// something is owed then to an operation that waits, or if the operations
// returned what no order of them explains.
func (p *primitiveRun) quiesce() bool {
	for range maxRounds {
		if len(p.woken()) > 0 {
			if !p.step(1, p.pollWoken) {
				return false
			}
			continue
		}
		owed, ok := p.owed()
		switch {
		case !ok:
			return false
		case len(owed) == 0:
			return true
		}
		for _, w := range owed {
			p.add(Event{Kind: Enabled, Task: w.id})
		}
		if !p.rest(func() bool { return p.stillWait(owed) }) {
			return false
		}
	}
	p.add(Event{Kind: Rest, Arg: int(Budget)})
	return false
}

// owed returns the waiters that the model would let go on. If the operations
// returned what no order of them explains, it records that and returns false.
func (p *primitiveRun) owed() (owed []*waiter, ok bool) {
	if p.s.Model == nil {
		return nil, true
	}
	p.mu.Lock()
	events := p.events[:len(p.events):len(p.events)]
	p.mu.Unlock()
	p.stateMu.Lock()
	waiters := p.waiters[:len(p.waiters):len(p.waiters)]
	p.stateMu.Unlock()
	a := accountOf(events, p.s.Model, func(id int) *PrimitiveOp { return waiters[id-1].op })
	ids, ok := a.owed(len(events), p.s.FIFO)
	if !ok {
		p.add(Event{Kind: Disorder})
		return nil, false
	}
	for _, id := range ids {
		owed = append(owed, waiters[id-1])
	}
	return owed, true
}

// stillWait reports whether all of the waiters wait and none was woken.
func (p *primitiveRun) stillWait(waiters []*waiter) bool {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	for _, w := range waiters {
		if w.over || w.wakes > 0 {
			return false
		}
	}
	return true
}

// free ends what is left, without judging it.
func (p *primitiveRun) free() {
	for _, w := range p.waiting((*waiter).canGo) {
		if w.cancel != nil {
			w.cancel()
		} else if !p.locked {
			p.start(func() {
				p.tb.quietly(func() {
					w.busy.Lock()
					defer w.busy.Unlock()
					futures.Drop(w.future)
				})
			})
		}
	}
	if p.s.Close != nil {
		p.start(func() { p.tb.quietly(p.s.Close) })
	}
	if !p.locked {
		p.settle()
	}
}
