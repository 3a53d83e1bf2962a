package contract

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A primitiveRun is the execution of a scenario on one primitive.
type primitiveRun struct {
	*run
	mk     func(testing.TB) Primitive
	s      Primitive
	ops    map[string]*PrimitiveOp
	on     sync.Map    // goroutine → thread
	touch  func()      // announces that the state is looked at or changed
	tally  func()      // announces that a handle comes or goes
	locked bool        // a goroutine waits for a lock for ever
	struck atomic.Bool // a waker has panicked

	stateMu    sync.Mutex
	waiters    []*waiter // every call so far; call n is waiters[n-1]
	blocked    int       // those on a goroutine of their own
	fresh      int
	begun      map[string]bool  // operations that are called once
	taken      map[string][]int // arguments of what was taken and not given back
	strikes    map[Do]int       // calls of the wakers' functions
	freeing    bool             // what is left is freed: wakers do nothing any more
	held       bool             // a callback waits for the lock of its caller
	struckBack int              // how often wakers have panicked or called back
}

// The threads that do the scenario's operations; each Block has one more.
const (
	primitiveThreads = 3
	blockThread      = callback + 1
)

func (p *primitiveRun) play() {
	if !p.tb.guard("mk", func() { p.s = p.mk(p.tb) }) {
		return
	}
	p.touch, p.tally = p.newTouch()
	p.ops = make(map[string]*PrimitiveOp)
	for i := range p.s.Ops {
		p.ops[p.s.Ops[i].Name] = &p.s.Ops[i]
	}
	p.begun, p.taken, p.strikes = map[string]bool{}, map[string][]int{}, map[Do]int{}
	if len(p.sc.Faults) > 0 && !p.opaque {
		p.lookOutside()
	}
	if p.s.Model != nil {
		p.add(Event{Kind: Declare, Note: "model", Arg: 1})
	}
	if p.sc.panics() {
		p.add(Event{Kind: Declare, Note: "panics", Arg: 1})
	}
	if p.sc.Raced {
		p.add(Event{Kind: Declare, Note: "raced", Arg: 1})
	}
	concluded := p.operate() && p.conclude()
	p.stateMu.Lock()
	p.freeing = true
	p.stateMu.Unlock()
	if !concluded {
		p.add(Event{Kind: Rescue})
	}
	p.free()
	p.threads.release()
	p.finish()
}

// at runs f on this goroutine, which is the given thread meanwhile.
func (p *primitiveRun) at(thread int, f func()) {
	id := p.goroutine()
	p.on.Store(id, thread)
	defer p.on.Delete(id)
	f()
}

// here returns the thread of this goroutine: -1 if it is the subject's own.
func (p *primitiveRun) here() int {
	if thread, ok := p.on.Load(p.goroutine()); ok {
		return thread.(int)
	}
	return -1
}

// operate does the scenario's operations.
func (p *primitiveRun) operate() bool {
	if p.sc.Raced {
		var ops []Op
		for _, op := range p.sc.Ops {
			if op.Do != DoAdvance {
				op.Thread = p.thread(op)
				ops = append(ops, op)
			}
		}
		p.threads.race(ops, func(thread int, op Op) { p.at(thread, func() { p.do(thread, op) }) })
		return p.returned()
	}
	for _, op := range p.sc.Ops {
		if op.Do == DoAdvance {
			p.advance(op.For)
			continue
		}
		if !p.step(p.thread(op), func(thread int) { p.do(thread, op) }) {
			return false
		}
	}
	return true
}

// thread is the outside thread that does op.
func (p *primitiveRun) thread(op Op) int { return 1 + (max(op.Thread, 1)-1)%primitiveThreads }

// step does f on a thread and lets the run settle. It returns false if f never
// returns.
func (p *primitiveRun) step(thread int, f func(thread int)) bool {
	p.threads.do(thread, func() { p.at(thread, func() { f(thread) }) })
	return p.returned()
}

// returned lets the run settle and reports whether the threads' operations have
// returned.
func (p *primitiveRun) returned() bool {
	if p.struck.Load() && p.lockedUp() {
		p.locked = true
		p.add(Event{Kind: Rest, Arg: int(States)})
		return false
	}
	return p.paid(p.threads.busy)
}

// lockedUp reports whether, when everybody waits or sleeps, somebody waits for
// a lock: one that a panic has left locked. Then the bubble does not settle.
func (p *primitiveRun) lockedUp() bool {
	if p.opaque {
		return false
	}
	for range 64 {
		if !p.threads.busy() && len(p.waiting(func(w *waiter) bool { return w.op.Block != nil })) == 0 {
			return false
		}
		runtime.Gosched()
	}
	for {
		runtime.Gosched()
		var awake []goroutine
		locked := false
		for _, g := range goroutines() {
			if g.state != "sleep" {
				awake = append(awake, g)
			}
			locked = locked || g.waitsForLock() && g.bubble != ""
		}
		if othersWait(awake, p.self, p.outside) {
			return locked
		}
	}
}

// do does one operation of the scenario.
func (p *primitiveRun) do(thread int, op Op) {
	switch op.Do {
	case DoBegin, DoMake:
		if o := p.ops[op.Name]; o != nil {
			p.begin(thread, o, op.N, op.Do == DoBegin, op.Handle)
		}
	case DoPoll:
		if w := p.pick(op.Task, func(w *waiter) bool { return w.op.Start != nil }); w != nil {
			p.poll(thread, w, op.Handle)
		}
	case DoRun:
		p.pollWoken(thread)
	case DoDrop:
		if w := p.pick(op.Task, (*waiter).canGo); w != nil {
			p.giveUp(thread, w)
		}
	}
}

// pick returns one of the waiters that are not over and suit.
func (p *primitiveRun) pick(n int, suits func(*waiter) bool) *waiter {
	waiting := p.waiting(suits)
	if len(waiting) == 0 {
		return nil
	}
	return waiting[max(n-1, 0)%len(waiting)]
}

func (p *primitiveRun) waiting(suits func(*waiter) bool) (waiting []*waiter) {
	p.touch()
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	for _, w := range p.waiters {
		if w.op.waits() && !w.over && suits(w) {
			waiting = append(waiting, w)
		}
	}
	return waiting
}

// canGo reports whether w can be given up.
func (w *waiter) canGo() bool {
	if w.op.Start == nil {
		return !w.op.NoCancel && !w.gone
	}
	_, ok := w.future.(futures.Dropper)
	return ok
}

// begin calls an operation of the primitive, unless it may not be called now.
func (p *primitiveRun) begin(thread int, o *PrimitiveOp, n int, poll bool, handle int) {
	w := p.call(o, n)
	if w == nil {
		return
	}
	e := Event{Kind: Call, Thread: thread, Task: w.id, Arg: w.arg, Note: o.Name}
	switch {
	case o.Start != nil:
		e.Kind = Start
		p.add(e)
		panicked := p.guarded(thread, w.id, func() { w.future = o.Start(w.arg) })
		if panicked != "" || w.future == nil {
			p.tb.fault(fmt.Sprintf("Start of %s gave no future %s", o.Name, panicked))
			p.touch()
			p.over(w, -1)
		} else if p.publish(w); poll {
			p.poll(thread, w, handle)
		}
	case o.Block != nil:
		ctx, cancel := p.newContext()
		w.cancel = cancel
		p.touch()
		p.stateMu.Lock()
		e.Kind, e.Thread = Block, blockThread+p.blocked
		p.blocked++
		p.stateMu.Unlock()
		p.add(e)
		p.publish(w)
		p.start(func() { p.at(e.Thread, func() { p.block(e.Thread, w, ctx) }) })
	default:
		p.add(e)
		p.direct(thread, w)
	}
}

// call makes a waiter for a call of o, with its argument; nil if o may not be
// called now. It is not among those that wait before it is published.
func (p *primitiveRun) call(o *PrimitiveOp, n int) *waiter {
	p.touch()
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	if o.Alone && p.inUse(o) {
		return nil
	}
	arg := 0
	if o.Once {
		if p.begun[o.Name] {
			return nil
		}
		p.begun[o.Name] = true
	}
	switch taken := p.taken[o.Undoes]; {
	case o.Undoes != "":
		if len(taken) == 0 {
			return nil
		}
		arg, p.taken[o.Undoes] = taken[0], taken[1:]
	case o.Fresh:
		p.fresh++
		arg = p.fresh
	case o.Args > 0:
		arg = 1 + max(n-1, 0)%o.Args
	}
	w := &waiter{r: p, id: len(p.waiters) + 1, op: o, arg: arg, over: true, busy: p.newLock()}
	for i := range w.probes {
		w.probes[i] = waiterProbe{w: w, number: i}
	}
	p.waiters = append(p.waiters, w)
	return w
}

// publish lets w be picked.
func (p *primitiveRun) publish(w *waiter) {
	p.touch()
	p.stateMu.Lock()
	w.over = false
	p.stateMu.Unlock()
}

// over notes that w has ended, with a result if it is not negative. That has been
// announced.
func (p *primitiveRun) over(w *waiter, result int) {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	w.over, w.ended = true, true
	if result < 0 {
		return
	}
	for i := range p.s.Ops {
		if p.s.Ops[i].Undoes == w.op.Name {
			p.taken[w.op.Name] = append(p.taken[w.op.Name], w.arg)
			return
		}
	}
}

// direct calls an operation that never waits.
func (p *primitiveRun) direct(thread int, w *waiter) {
	panicked := p.announced(thread, w.id, p.touch, func() {
		result, ok := 0, true
		if w.op.Do != nil {
			result = w.op.Do(w.arg)
		} else {
			result, ok = w.op.Try(w.arg)
		}
		p.touch()
		e := Event{Kind: Return, Thread: thread, Task: w.id, Arg: result}
		if !ok {
			e.Arg, e.Note, result = 0, noteRefused, -1
		}
		p.add(e)
		p.over(w, result)
	})
	p.blame(w, panicked)
}

// block calls an operation that waits on this goroutine.
func (p *primitiveRun) block(thread int, w *waiter, ctx context.Context) {
	panicked := p.announced(thread, w.id, p.touch, func() {
		result, err := w.op.Block(ctx, w.arg)
		p.touch()
		e := Event{Kind: Return, Thread: thread, Task: w.id, Arg: result}
		if err != nil {
			e.Arg, e.Note, result = 0, noteGivenUp, -1
			if ctx.Err() == nil {
				p.tb.fault(fmt.Sprintf("%s, which was not cancelled, returned the error %v; want a negative result for a refusal", w.op.Name, err))
			}
		}
		p.add(e)
		p.over(w, result)
	})
	p.blame(w, panicked)
	w.cancel()
}

// blame notes that w has ended with a panic. That has been announced.
func (p *primitiveRun) blame(w *waiter, panicked string) {
	if panicked == "" {
		return
	}
	p.over(w, -1)
	p.accuse(w, panicked)
}

// accuse makes a panic a fault of the plug, unless wakers panic.
func (p *primitiveRun) accuse(w *waiter, panicked string) {
	if !p.sc.panics() {
		p.tb.fault(fmt.Sprintf("%s(%d) panicked: %s", w.op.Name, w.arg, panicked))
	}
}

// asBefore stands for the waker of the poll before.
const asBefore = -1

// poll polls the future of w with one of its wakers, unless somebody else does
// or it is over.
func (p *primitiveRun) poll(thread int, w *waiter, n int) {
	if !w.busy.TryLock() {
		return
	}
	defer w.busy.Unlock()
	p.touch()
	p.stateMu.Lock()
	if w.over {
		p.stateMu.Unlock()
		return
	}
	if n %= len(w.probes); n < 0 {
		n = w.latest
	}
	w.polls++
	poll, spurious := w.polls, w.pended && w.wakes == 0 // F7 judges it
	w.latest, w.wakes, w.pended = n, 0, false
	p.stateMu.Unlock()
	raw, id := w.probes[n].lend(poll)
	lent := new(wakers.Waker)
	lent.Init(raw)
	w.lent = append(w.lent, lent)
	e := Event{Thread: thread, Task: w.id, Poll: poll}
	begin := e
	begin.Kind, begin.Handle, begin.Arg = Poll, id, n+1
	var result int
	var ready bool
	p.add(begin)
	w.open.Store(int64(poll))
	panicked := p.panics(func() { result, ready = w.future.Poll(futures.NewContext(lent)) })
	p.touch()
	w.open.Store(0)
	switch {
	case panicked != "":
		e.Kind, e.Note = Panicked, panicked
	case ready:
		e.Kind, e.Arg = Ready, result
	default:
		e.Kind = Pending
	}
	p.add(e)
	switch e.Kind {
	case Pending:
		p.stateMu.Lock()
		w.pended = true
		p.stateMu.Unlock()
	case Ready:
		p.over(w, result)
	case Panicked:
		p.over(w, -1)
		if !spurious {
			p.accuse(w, fmt.Sprintf("poll %d: %s", poll, panicked))
		}
		p.drop(thread, w)
	}
}

// panics calls the subject and returns what it panicked with.
func (p *primitiveRun) panics(call func()) (panicked string) {
	if with := p.recovered(call); with != nil {
		return note(with)
	}
	return ""
}

// pollWoken polls every future whose task was woken.
func (p *primitiveRun) pollWoken(thread int) {
	for _, w := range p.woken() {
		p.poll(thread, w, asBefore)
	}
}

func (p *primitiveRun) woken() []*waiter {
	return p.waiting(func(w *waiter) bool { return w.op.Start != nil && w.wakes > 0 })
}

// giveUp drops the future of w, or cancels its context.
func (p *primitiveRun) giveUp(thread int, w *waiter) {
	if w.op.Block != nil {
		p.touch()
		p.stateMu.Lock()
		w.gone = true
		p.stateMu.Unlock()
		p.add(Event{Kind: Cancel, Thread: thread, Task: w.id})
		w.cancel()
		p.add(Event{Kind: Return, Thread: thread, Note: noteCancel})
		return
	}
	if !w.busy.TryLock() {
		return
	}
	defer w.busy.Unlock()
	p.touch()
	p.stateMu.Lock()
	over := w.over
	w.over, w.gone = true, true
	p.stateMu.Unlock()
	if over {
		return
	}
	p.drop(thread, w)
	p.touch()
	p.stateMu.Lock()
	w.ended = true
	p.stateMu.Unlock()
}

// drop drops the future of w.
func (p *primitiveRun) drop(thread int, w *waiter) {
	panicked := p.announced(thread, w.id, p.touch, func() {
		p.add(Event{Kind: FutureDrop, Thread: thread, Task: w.id})
		futures.Drop(w.future)
		p.touch()
		p.add(Event{Kind: Return, Thread: thread, Task: w.id})
	})
	if panicked != "" && !p.sc.panics() {
		p.tb.fault(fmt.Sprintf("Drop of the future of %s panicked: %s", w.op.Name, panicked))
	}
}
