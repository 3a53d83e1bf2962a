package engine

// Data races are found with vector clocks of what Go's memory model calls
// happens before, which is less than the order of an execution: of two stores
// to an atomic the second does not see what went before the first, and a load
// is not seen at all. (https://go.dev/ref/mem)

// clock says, by thread, how many of its periods (from one release to the
// next) happen before this point.
type clock []int32

func (c *clock) grow(n int) {
	for len(*c) < n {
		*c = append(*c, 0)
	}
}

func (c *clock) tick(id int) {
	c.grow(id + 1)
	(*c)[id]++
}

func (c *clock) join(d clock) {
	c.grow(len(d))
	for i, n := range d {
		if n > (*c)[i] {
			(*c)[i] = n
		}
	}
}

// has reports whether period n of thread id happens before c.
func (c clock) has(id int, n int32) bool { return id < len(c) && c[id] >= n }

// Acquire makes the running thread see what has been released to o.
func (e *Engine) Acquire(o *Object) {
	if e.racing {
		e.running.seen.join(o.sync)
	}
}

// ReleaseTo makes what the running thread has done so far part of what is seen
// by those who acquire o.
func (e *Engine) ReleaseTo(o *Object) {
	if e.racing {
		o.sync.join(e.running.seen)
		e.running.seen.tick(e.running.id)
	}
}

// Publish is ReleaseTo, but hides what others have released to o: a store.
func (e *Engine) Publish(o *Object) {
	if e.racing {
		o.sync = append(o.sync[:0], e.running.seen...)
		e.running.seen.tick(e.running.id)
	}
}

// Forward is Publish to o by the thread that was the last to publish to from, as
// of then: for what is done on behalf of a thread that waits.
func (e *Engine) Forward(from, o *Object) {
	if e.racing {
		o.sync = append(o.sync[:0], from.sync...)
	}
}

// Cell is a plain variable whose accesses are checked for data races. The zero
// value is ready.
type Cell struct {
	epoch uint64
	ref   Ref      // for reports
	write access   // the last one
	reads []access // since then, the last one of each thread
}

// access is what a thread did to a Cell, in which of its periods, and where.
type access struct {
	thread *Thread
	period int32
	place  Place // known while recording
}

// ReadCell is a read of c by the running thread. It is no scheduling point: if
// two accesses race, the clocks show it in whatever order they come.
func (e *Engine) ReadCell(c *Cell) {
	now, ok := e.access(c, "read")
	if !ok {
		return
	}
	e.ordered("written", c.write, "read", now)
	for i := range c.reads {
		if c.reads[i].thread == now.thread {
			c.reads[i] = now
			return
		}
	}
	c.reads = append(c.reads, now)
}

// WriteCell is a write of c by the running thread.
func (e *Engine) WriteCell(c *Cell) {
	now, ok := e.access(c, "write")
	if !ok {
		return
	}
	e.ordered("written", c.write, "written", now)
	for _, r := range c.reads {
		e.ordered("read", r, "written", now)
	}
	c.write, c.reads = now, c.reads[:0]
}

// access makes the access of the running thread to c. In an execution that does
// not keep what happens before what there is none: the exploration begins anew.
func (e *Engine) access(c *Cell, k Kind) (now access, ok bool) {
	t := e.caller()
	if e.aborting {
		return now, false // on the way out; the values do not matter any more
	}
	e.needClocks()
	if c.epoch != e.epoch {
		c.epoch, c.write, c.reads = e.epoch, access{}, c.reads[:0]
	}
	now = access{thread: t, period: t.seen[t.id]}
	if e.recording {
		now.place = Here()
		o, _ := e.Object(&c.ref, "Var")
		e.show(k, o, now.place, true)
	}
	return now, true
}

// needClocks begins the exploration anew if it does not keep what happens before
// what. It does not return then.
func (e *Engine) needClocks() {
	if !e.racing {
		e.restart = true
		e.aborting = true
		panic(unwind{})
	}
}

// Mark stands for what a thread has done up to some point.
type Mark struct {
	thread int
	period int32
}

// Mark stands for what the running thread has done so far.
func (e *Engine) Mark() Mark {
	if e.aborting {
		e.giveUp()
	}
	e.needClocks()
	t := e.running
	m := Mark{t.id, t.seen[t.id]}
	t.seen.tick(t.id) // what comes later is not part of it
	return m
}

// Sees reports whether m happens before what the running thread does now.
func (e *Engine) Sees(m Mark) bool {
	return m.thread == e.running.id || e.running.seen.has(m.thread, m.period)
}

// ordered ends the execution if access a does not happen before b, which is
// being made.
func (e *Engine) ordered(did string, a access, does string, b access) {
	if a.thread == nil || a.thread == b.thread || b.thread.seen.has(a.thread.id, a.period) {
		return
	}
	e.Fail(Race, "%s by %s%s and %s by %s%s, with nothing that orders them",
		did, e.called(a.thread), a.place, does, e.called(b.thread), b.place)
}
