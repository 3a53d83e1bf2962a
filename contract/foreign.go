package contract

import (
	"slices"
	"sync/atomic"
)

// The code of a waker is foreign to the future that calls it: it may panic, and
// it may call back into the future. A scenario says in which call of which slot
// of which waker it does.

// A fuse burns down with the calls of one slot of a waker.
type fuse struct {
	left atomic.Int64 // the call that it strikes in, counted down
	what atomic.Int64 // what happens then
}

// What may happen in a call.
const (
	doPanic   = iota + 1
	doReenter // call back into the future: poll or drop it, or fire
)

// arm has something happen in the n-th next call of a slot.
func (f *futureRun) arm(op Op) {
	what := doPanic
	if op.Do == DoReenter {
		what = doReenter
	}
	p := &f.probes[op.Handle%len(f.probes)]
	fuse := &p.slots[op.With%slots]
	fuse.what.Store(int64(what))
	fuse.left.Store(int64(max(op.N, 1)))
	if what == doPanic {
		f.add(Event{Kind: Inject, Task: p.task, Arg: max(op.N, 1)})
	}
}

// foreign is the waker's own code in a call of a slot of h.
func (f *futureRun) foreign(h *probeHandle, slot int) {
	fuse := &h.p.slots[slot]
	if h.quiet || fuse.what.Load() == 0 || f.ended.Load() {
		return
	}
	f.touch() // calls on other threads are counted, too, and what happens depends on the state
	if fuse.left.Add(-1) != 0 {
		return
	}
	polling := f.polling.Load()
	if fuse.what.Load() == doReenter {
		f.reenter(h, slot, polling)
		return
	}
	if slot == dropSlot && polling {
		return // what a future that is about to answer does with its value is its own affair
	}
	if !onStack(panicsName) && !onStack(guardedName) {
		return // on a goroutine of the subject's own it would end the process, as it may (X10)
	}
	f.struck.Store(true)
	panic(injected)
}

// reenter calls the future from inside a call of h: outside of polls, where it
// may be polled and dropped, it is; else the event happens, if it can.
func (f *futureRun) reenter(h *probeHandle, slot int, polling bool) {
	over, fired := f.state()
	var note string
	var call func()
	switch {
	case !polling && !over && slot == wakeSlot && !f.s.bound:
		note, call = "poll", func() { f.pollOn(reentrant, h.p.task-1, h.kind) }
	case !polling && !over && slot == dropSlot && f.s.drop != nil && !f.dropping.Load():
		note, call = "drop", f.drop
	case f.s.fire != nil && !fired:
		note, call = "fire", func() { f.fire(reentrant) }
	default:
		return
	}
	e := Event{Kind: Reenter, Thread: f.thread(none), Task: h.p.task, Handle: h.id, Note: note}
	f.add(e)
	call()
	e.Kind = Reentered
	f.add(e)
}

// reenters reports whether a waker of the scenario calls back, so that the call
// of the future that it does so in may hang.
func reenters(sc Scenario) bool {
	return slices.ContainsFunc(sc.Ops, func(op Op) bool { return op.Do == DoReenter })
}

// reentrant is the thread of what a waker's own code does.
const reentrant = 7
