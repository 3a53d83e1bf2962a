package engine

// Kind names an operation in reports.
type Kind string

// point announces op and returns when the running thread has been picked to do
// it. What follows, up to the next announcement, is done without interruption.
func (e *Engine) point(op pending) *Thread {
	t := e.caller()
	if e.aborting {
		e.giveUp()
	}
	t.op = op
	if e.recording {
		t.op.place = Here()
	}
	if len(e.threads) == 1 && (t.ready() || op.settle) {
		return t // nobody else has begun: there is nothing to choose, and nobody to wait for
	}
	if op.await || op.settle || op.need != 0 {
		e.waiting |= 1 << t.id
	}
	if !e.starting && len(e.unstarted) == 0 {
		if e.picked = e.pick(); e.picked == t {
			e.picked = nil
			return t
		}
	}
	t.co.yield(struct{}{})
	if e.aborting {
		e.giveUp()
	}
	return t
}

// commit records that t does what it has announced, as an operation of the
// given class. The effect, on the Object and on what it stands for, follows.
func (e *Engine) commit(t *Thread, class Class) {
	e.waiting &^= 1 << t.id
	if len(e.threads) == 1 {
		return
	}
	t.op.class = class
	t.events++
	e.strategy.step(e, t)
	if e.recording {
		e.record(t)
	}
}

// Read is a scheduling point that touches o without changing it.
func (e *Engine) Read(o *Object, k Kind) {
	e.commit(e.point(pending{kind: k, class: Read, obj: o}), Read)
}

// Write is a scheduling point that may change o.
func (e *Engine) Write(o *Object, k Kind) {
	e.commit(e.point(pending{kind: k, class: Write, obj: o}), Write)
}

// Join is a scheduling point whose effect on o is the same in whatever order
// it and its kin are done, such as counting down.
func (e *Engine) Join(o *Object, k Kind) {
	e.commit(e.point(pending{kind: k, class: Join, obj: o}), Join)
}

// WriteAll is a scheduling point that may change all of the objects. The slice
// is kept until the operation is done. With no object it touches nothing.
func (e *Engine) WriteAll(os []*Object, k Kind) {
	op := pending{kind: k, class: Write}
	if len(os) > 0 {
		op.obj, op.more = os[0], os[1:]
	}
	e.commit(e.point(op), Write)
}

// Enter is a scheduling point that can be passed while one of the gates need
// of o is open. It changes o: the caller sets what is open after it.
//
// Operations on an object with gates are of class Write, but for these: Read,
// if they leave the gates as they are, and Join, if they close none, and open
// one only together, each operation of class Join since the last of class Write
// being needed for it, as those are that count down to zero. So it is always one
// operation of class Write that has closed a gate, and it can be told which
// could have gone through before.
func (e *Engine) Enter(o *Object, k Kind, need Open) {
	e.commit(e.point(pending{kind: k, class: Write, need: need, obj: o}), Write)
}

// Announce is the first half of a scheduling point that changes o and more, and
// that is passed while one of the gates need of o is open, at any time if need
// is 0. It returns when the running thread has been picked; the caller then
// looks at what it is about to do and calls Commit. The slice is kept until
// then. It is for an operation that turns out to change more than it names, as a send
// that ends a select, which waits on other channels too.
func (e *Engine) Announce(o *Object, more []*Object, k Kind, need Open) {
	e.point(pending{kind: k, class: Write, need: need, obj: o, more: more})
}

// Commit is the second half of what Announce began. More are the objects that
// the operation changes besides the first: those announced, and those that it
// turned out to change. What was not announced must be such that another
// thread's operation can tell only by touching what was.
func (e *Engine) Commit(more []*Object) {
	t := e.running
	t.op.more = more
	e.commit(t, Write)
}

// Pass is Enter for an operation of class Read or Join.
func (e *Engine) Pass(o *Object, k Kind, need Open, class Class) {
	e.commit(e.point(pending{kind: k, class: class, need: need, obj: o}), class)
}

// EnterIf is Enter if o's value is old, when it is let through, and else Pass of
// class Read. It reports which.
func (e *Engine) EnterIf(o *Object, k Kind, need Open, old uint64) bool {
	t := e.point(pending{kind: k, class: Write, need: need, cas: true, old: old, obj: o})
	class := Write
	if o.value != old {
		class = Read
	}
	e.commit(t, class)
	return class == Write
}

// Self is the running thread, for somebody to Release.
func (e *Engine) Self() *Thread { return e.running }

// Await blocks the running thread until it has been released since it last
// awaited. It touches no object: what made the thread wait was an operation of
// its own, and what releases it is one of another thread. A thread that nobody
// can release, on is what the report says it waits for.
func (e *Engine) Await(on *Object, k Kind) {
	t := e.point(pending{kind: k, await: true, class: Join, about: on})
	e.commit(t, Join)
	t.released = false
	if e.racing {
		t.seen.join(t.handed)
	}
}

// Release lets t pass its Await. It belongs to the effect of an operation of
// the running thread, or of a timer.
func (e *Engine) Release(t *Thread) {
	t.released = true
	t.releaser = e.running.last
	if e.racing {
		t.handed = append(t.handed[:0], e.running.seen...)
		e.running.seen.tick(e.running.id)
	}
}

// Settle blocks the running thread until no other thread can go on, timers
// included: what a test does next, it does to a program at rest. Of several that
// settle the youngest goes on first.
func (e *Engine) Settle() {
	e.commit(e.point(pending{kind: "settle", settle: true, class: Join}), Join)
}

// Load is a Read of an atomic.
func (e *Engine) Load(o *Object) {
	e.Read(o, "load")
	e.Acquire(o)
}

// Store is a Write of an atomic that does not look at the old value.
func (e *Engine) Store(o *Object, v uint64) {
	e.Write(o, "store")
	o.value = v
	e.Publish(o)
}

// Update is a Write of an atomic that looks at the old value: the caller sets
// the new one.
func (e *Engine) Update(o *Object, k Kind) {
	e.Write(o, k)
	e.Acquire(o)
	e.Publish(o)
}

// CompareAndSwap is a Write of an atomic that holds old, else a Read.
func (e *Engine) CompareAndSwap(o *Object, old, new uint64) bool {
	t := e.point(pending{kind: "cas", class: Write, cas: true, old: old, obj: o})
	if o.value != old {
		e.commit(t, Read)
		e.Acquire(o)
		return false
	}
	e.commit(t, Write)
	o.value = new
	e.Acquire(o)
	e.Publish(o)
	return true
}

// Yield is a scheduling point that touches nothing.
func (e *Engine) Yield(k Kind) {
	e.YieldAt(nil, k)
}

// YieldAt is Yield, of which a report says that it is about o.
func (e *Engine) YieldAt(o *Object, k Kind) {
	e.commit(e.point(pending{kind: k, class: Join, about: o}), Join)
}

// Spuriously reports, in some execution, that the running thread's park shall
// return without what it waits for: while Limits allow it, and it has done so
// but n times since it last got what it waited for.
func (e *Engine) Spuriously(n int) bool {
	return n < e.limits.Spurious && e.Choose(2) == 1
}

// Choose returns each of 0 … n-1 in some execution, 0 if n is less than 1.
func (e *Engine) Choose(n int) int {
	e.caller()
	if e.aborting {
		e.giveUp()
	}
	if n < 2 {
		return 0
	}
	if n > most+1 {
		e.Fail(Limit, "a choice among %d; a schedule can say one among %d", n, most+1)
	}
	if e.endless() {
		e.giveUp()
	}
	k := e.strategy.choose(e, n)
	e.path = append(e.path, choice{toss: true, pick: int16(k)})
	return k
}
