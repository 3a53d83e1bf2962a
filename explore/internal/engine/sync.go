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

// Release makes what the running thread has done so far part of what is seen
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
