package engine

import (
	"iter"
	"math/bits"
	"runtime"
	"strconv"
	"strings"
)

// MaxThreads is the most threads that one program may start over all its
// executions, the body included: sets of threads are the bits of a word.
const MaxThreads = 64

// Role says what it means that a thread is left blocked at the end.
type Role uint8

// The roles of a thread.
const (
	Worker  Role = iota // started by the body: a deadlock
	Daemon              // started by the code under test: a leak, if no worker is left
	Service             // part of a shim, as the clock: nothing
)

// Thread is a logical thread. Its fields are the engine's; a shim holds one
// only to Release it.
type Thread struct {
	id     int // the same for the n-th child of the same parent in every execution
	number int // in the order of starting in this execution: what a schedule says
	name   string
	fn     func()
	role   Role
	kids   int // threads it has started

	co       *coroutine
	done     bool
	stubborn bool    // it recovers from being unwound
	op       pending // what it has announced
	released bool    // for an Await
	releaser int32   // the event that released it

	events int32 // how many it has done
	last   int32 // its last event; before the first, its parent's last one when it was started; -1: none
	seen   clock // for data races: what happens before its next step
	handed clock // for an Await: what its releaser has seen
}

// pending is an announced operation.
type pending struct {
	kind   Kind
	class  Class
	need   Open // the gates it can go through; 0: it can always be done
	await  bool // it waits for a Release
	settle bool // it waits until nobody else can go on
	cas    bool // it is a read if the object's value is not old then
	old    uint64
	obj    *Object   // nil: it touches nothing
	about  *Object   // what an await waits for, for reports
	more   []*Object // further objects, of a select
	place  Place     // known while recording
}

// Number is t's place in the order of starting in its execution; 0 is the body.
func (t *Thread) Number() int { return t.number }

// ready reports whether t can do what it has announced.
func (t *Thread) ready() bool {
	switch {
	case t.op.await:
		return t.released
	case t.op.settle:
		return false // see Engine.enabled
	}
	return t.op.need == 0 || t.op.obj.open&t.op.need != 0
}

// coroutine runs the functions of threads, one after the other, so that
// neither goroutines nor stacks are made anew for each execution.
type coroutine struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	t     *Thread

	low, span uintptr // which part of the stack its operations are known to come from
}

// unwind is what a shim panics with in an execution that is given up, so that
// the thread's stack is unwound and its deferred functions run.
type unwind struct{}

// mostUnwinds bounds how often a thread may recover from unwind and go on.
const mostUnwinds = 10_000

func (e *Engine) coroutine() *coroutine {
	if n := len(e.idle); n > 0 {
		c := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return c
	}
	c := &coroutine{}
	c.next, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		for {
			e.call(c.t)
			if !yield(struct{}{}) {
				return
			}
		}
	})
	e.all = append(e.all, c)
	return c
}

// call runs the function of t to its end, however it ends.
func (e *Engine) call(t *Thread) {
	returned := false
	defer func() {
		p := recover()
		t.done = true
		e.live &^= 1 << t.id
		e.waiting &^= 1 << t.id
		switch _, unwound := p.(unwind); {
		case returned || unwound:
		case e.aborting: // a deferred function panicked on the way out
		case p != nil:
			e.fail(Panic, t, "%v%s", p, stackUnderTest())
		default:
			e.fail(Goexit, t, "%s", stackUnderTest())
		}
	}()
	t.fn()
	returned = true
}

// unnamed are the names of threads that are given none: the digits that stand
// for them in a schedule.
var unnamed = func() (names [MaxThreads]string) {
	for i := range names {
		names[i] = "thread " + digits[i:i+1]
	}
	return names
}()

// Go starts a thread that runs f. It is no scheduling point: the thread's first
// operation can be chosen from the starter's next one on. A name of "" says
// nothing but the thread's number.
func (e *Engine) Go(name string, f func(), role Role) {
	if e.aborting {
		e.giveUp()
	}
	var parent *Thread
	if len(e.threads) > 0 {
		parent = e.caller()
	}
	n := len(e.threads)
	if n == cap(e.threads) {
		e.threads = append(e.threads, &Thread{})
	} else {
		e.threads = e.threads[:n+1]
		if e.threads[n] == nil {
			e.threads[n] = &Thread{}
		}
	}
	t := e.threads[n]
	id := e.nameThread(parent)
	if id < 0 {
		e.threads = e.threads[:n]
		e.Fail(Limit, "the program starts more than 64 threads, counted over all its executions")
	}
	if name == "" {
		name = unnamed[n]
	}
	seen, handed := t.seen[:0], t.handed[:0]
	*t = Thread{id: id, number: n, name: name, fn: f, role: role, last: -1, seen: seen, handed: handed}
	e.byID[id] = t
	if parent != nil {
		t.last = parent.last
		if e.racing {
			t.seen = append(t.seen, parent.seen...)
			parent.seen.tick(parent.id)
		}
	}
	if e.racing {
		t.seen.tick(id)
	}
	e.unstarted = append(e.unstarted, t)
}

// called is what reports call a thread: of several with the same name all but the
// first that was started are numbered.
func (e *Engine) called(t *Thread) string {
	same := 1
	for _, o := range e.threads[:t.number] {
		if o.name == t.name {
			same++
		}
	}
	if same == 1 {
		return t.name
	}
	return t.name + "#" + strconv.Itoa(same)
}

// nameThread gives the next child of parent the number that it has in every
// execution, -1 if there are too many.
func (e *Engine) nameThread(parent *Thread) int {
	if parent == nil {
		if e.nids == 0 {
			e.nids = 1
		}
		return 0
	}
	kids := &e.kids[parent.id]
	if parent.kids == len(*kids) {
		if e.nids == MaxThreads {
			return -1
		}
		*kids = append(*kids, e.nids)
		e.nids++
	}
	id := (*kids)[parent.kids]
	parent.kids++
	return id
}

// start runs the threads that are new up to their first operations.
func (e *Engine) start() {
	for i := 0; i < len(e.unstarted); i++ { // they may start others
		t := e.unstarted[i]
		t.co = e.coroutine()
		t.co.t = t
		e.live |= 1 << t.id
		e.running = t
		e.starting = true
		e.resume(t)
		e.starting = false
		if e.aborting {
			break
		}
	}
	e.unstarted = e.unstarted[:0]
}

// resume lets t run to its next operation, or to its end.
func (e *Engine) resume(t *Thread) {
	e.resumed = t
	t.co.next()
	e.resumed = nil
	if t.done {
		e.release(t)
	}
}

func (e *Engine) release(t *Thread) {
	t.co.t = nil
	e.idle = append(e.idle, t.co)
	t.co = nil
}

// unwindAll ends the threads that have not ended by themselves.
func (e *Engine) unwindAll() {
	e.aborting = true
	for m := e.live; m != 0; m &= m - 1 {
		t := e.byID[bits.TrailingZeros64(m)]
		if t == nil || t.co == nil {
			continue
		}
		e.running = t
		e.unwinds = 0
		for !t.done && !t.stubborn {
			e.resume(t)
		}
	}
	e.running = nil
}

// giveUp is called by each operation of an execution that has been given up.
func (e *Engine) giveUp() {
	e.unwinds++
	if t := e.running; e.unwinds > mostUnwinds {
		// It recovers from whatever it is told. It stays here until the
		// exploration has ended, and is then ended by what nobody can recover from.
		t.stubborn = true
		if before := e.failure; before == nil || before.Fault != Stubborn {
			e.failure = nil
			e.fail(Stubborn, t, "")
			if before != nil {
				e.failure.Message = strings.TrimSuffix(before.Fault.String()+": "+before.Message, ": ")
			}
		}
		for t.co.yield(struct{}{}) {
		}
		runtime.Goexit()
	}
	panic(unwind{})
}
