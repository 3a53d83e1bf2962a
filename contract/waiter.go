package contract

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A waiter is one call of an operation of a primitive. If the operation gives a
// future, the waiter stands for the task that polls it.
type waiter struct {
	r   *primitiveRun
	id  int
	op  *PrimitiveOp
	arg int

	busy   StageLock    // held while the future is polled or dropped
	open   atomic.Int64 // the number of the poll that is open, or 0
	future futures.Future[int]
	cancel context.CancelFunc // of a Block
	probes [3]waiterProbe
	lent   []*wakers.Waker // every handle lent: none is emptied before the run ends

	// Guarded by r.stateMu.
	polls  int
	latest int  // the waker of the latest poll, from 0
	wakes  int  // wakes of the latest poll's waker since it began
	pended bool // the latest poll answered pending
	over   bool // returned, answered ready, panicked or given up
	gone   bool // given up
	ended  bool // over, and dropped if it was given up
}

// inUse reports whether a call of o has not ended. The state is locked.
func (p *primitiveRun) inUse(o *PrimitiveOp) bool {
	return slices.ContainsFunc(p.waiters, func(w *waiter) bool { return w.op == o && !w.ended })
}

// A waiterProbe is one of the wakers that a waiter is polled with. Two of them
// have handles that never say that they will wake the same task; those of the
// third always do (X3).
type waiterProbe struct {
	w      *waiter
	number int
	mu     sync.Mutex
	alike  []handleOf // clones alive of the third waker; of: the poll
	lent   handleOf   // what the latest poll with it was lent
}

func (p *waiterProbe) event(k Kind, h handleOf) Event {
	return Event{Kind: k, Thread: p.w.r.here(), Task: p.w.id, Poll: h.of, Handle: h.handle}
}

// lend returns a handle to lend to a poll.
func (p *waiterProbe) lend(poll int) (wakers.RawWaker, int) {
	lent := handleOf{p.w.r.handle(Event{}), poll}
	if p.number < len(p.w.probes)-1 {
		return &waiterHandle{p, lent}, lent.handle
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lent = lent
	return alikeHandle{p}, lent.handle
}

// cloned, woken and ended record a call on a handle and do what the scenario's
// faults ask.

func (p *waiterProbe) cloned(h handleOf) handleOf {
	p.w.r.strike(DoClone, p.w)
	p.w.r.tally()
	return handleOf{p.w.r.handle(p.event(Clone, h)), h.of}
}

func (p *waiterProbe) woken(k Kind, h handleOf) {
	r := p.w.r
	r.touch()
	r.stateMu.Lock()
	if p.number == p.w.latest && p.w.polls > 0 {
		p.w.wakes++
	}
	r.stateMu.Unlock()
	r.add(p.event(k, h))
	r.strike(DoWake, p.w)
}

func (p *waiterProbe) ended(h handleOf) {
	p.w.r.tally()
	p.w.r.add(p.event(Drop, h))
	p.w.r.strike(DoDrop, p.w)
}

// A waiterHandle is a handle that is an object of its own, so that no two of a
// task compare as the same.
type waiterHandle struct {
	p *waiterProbe
	h handleOf
}

var _ wakers.RawWaker = (*waiterHandle)(nil)

func (h *waiterHandle) Clone() wakers.RawWaker { return &waiterHandle{h.p, h.p.cloned(h.h)} }
func (h *waiterHandle) Wake()                  { h.p.woken(Wake, h.h) }
func (h *waiterHandle) WakeByRef()             { h.p.woken(WakeByRef, h.h) }
func (h *waiterHandle) Drop()                  { h.p.ended(h.h) }

// An alikeHandle is a handle that cannot be told from any other of its waker.
// It stands for one of the clones, as long as there are any.
type alikeHandle struct{ p *waiterProbe }

func (h alikeHandle) Clone() wakers.RawWaker {
	clone := h.p.cloned(h.p.any(false))
	h.p.w.r.touch()
	h.p.mu.Lock()
	defer h.p.mu.Unlock()
	h.p.alike = append(h.p.alike, clone)
	return h
}

func (h alikeHandle) Wake()      { h.p.woken(Wake, h.p.any(true)) }
func (h alikeHandle) WakeByRef() { h.p.woken(WakeByRef, h.p.any(false)) }
func (h alikeHandle) Drop()      { h.p.ended(h.p.any(true)) }

// any returns a clone that lives, or else the handle that is lent.
func (p *waiterProbe) any(take bool) handleOf {
	p.w.r.touch()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.alike)
	if n == 0 || !take && int(p.w.open.Load()) == p.lent.of {
		return p.lent
	}
	h := p.alike[n-1]
	if take {
		p.alike = p.alike[:n-1]
	}
	return h
}

// strike does what the faults of the scenario ask of a waker's function.
func (r *primitiveRun) strike(slot Do, w *waiter) {
	if len(r.sc.Faults) == 0 || r.here() == callback {
		return
	}
	r.stateMu.Lock()
	n := 0
	if !r.freeing && !r.held && r.struckBack < maxCallBacks {
		r.strikes[slot]++
		n = r.strikes[slot]
	}
	r.stateMu.Unlock()
	if n == 0 {
		return
	}
	for _, f := range r.sc.Faults {
		if f.Slot != slot || f.Call != 0 && f.Call != n {
			continue
		}
		r.stateMu.Lock()
		r.struckBack++
		r.stateMu.Unlock()
		if f.Panic {
			r.add(Event{Kind: Panicked, Thread: r.here(), Note: wakerPanics})
			r.struck.Store(true)
			panic(wakerPanic{})
		}
		r.callBack(slot, w, *f.Op)
	}
}

// callback is the thread of what a waker's function does to the subject.
const callback = nestedThread

// maxCallBacks bounds how often the wakers of one run panic or call back: what
// they begin may call them again.
const maxCallBacks = 12

// callBacks is how often it is looked whether what a waker's function does to
// the subject has returned.
const callBacks = 1 << 12

// callBack does op on a goroutine of its own and waits for it, as if the
// waker's function called it: if in one instant everybody waits, what op calls
// waits for something that the caller of the waker has. Then the function goes
// on without it, so that nothing hangs.
func (r *primitiveRun) callBack(slot Do, w *waiter, op Op) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.at(callback, func() { r.do(callback, op) })
	}()
	self := goroutineID()
	for n := range callBacks {
		runtime.Gosched()
		if closed(done) {
			return
		}
		if n%64 == 63 && othersWait(goroutines(), self, r.outside) && !closed(done) {
			r.stateMu.Lock()
			r.held = true
			r.stateMu.Unlock()
			r.add(Event{Kind: Wedged, Thread: r.here(), Task: w.id, Note: string(slot)})
			return
		}
	}
}
