package engine

// The least shims that the field's programs need. Their state is reset at the
// first touch in an execution, so that a program is built once and run many
// times without an allocation.

// cell is an atomic integer.
type cell struct {
	ref Ref
	v   int
}

func (c *cell) obj() *Object {
	o, fresh := Cur.Object(&c.ref, "cell")
	if fresh {
		c.v = 0
	}
	return o
}

func (c *cell) load() int {
	Cur.Load(c.obj())
	return c.v
}

func (c *cell) store(v int) {
	Cur.Store(c.obj(), uint64(v))
	c.v = v
}

func (c *cell) swap(v int) (old int) {
	o := c.obj()
	Cur.Update(o, "swap")
	o.SetValue(uint64(v))
	old, c.v = c.v, v
	return old
}

func (c *cell) add(d int) {
	o := c.obj()
	Cur.Update(o, "add")
	c.v += d
	o.SetValue(uint64(c.v))
}

func (c *cell) or(bits int) (old int) {
	o := c.obj()
	Cur.Update(o, "or")
	old = c.v
	c.v |= bits
	o.SetValue(uint64(c.v))
	return old
}

// cas returns what it found.
func (c *cell) cas(old, v int) (found int) {
	o := c.obj()
	if Cur.CompareAndSwap(o, uint64(old), uint64(v)) {
		c.v = v
		return old
	}
	return c.v
}

// mutex is one gate, open while it is free.
type mutex struct{ ref Ref }

func (m *mutex) obj() *Object {
	o, fresh := Cur.Object(&m.ref, "mutex")
	if fresh {
		o.SetOpen(Gate)
	}
	return o
}

func (m *mutex) lock() {
	o := m.obj()
	Cur.Enter(o, "lock", Gate)
	o.SetOpen(0)
}

func (m *mutex) unlock() {
	o := m.obj()
	Cur.Write(o, "unlock")
	o.SetOpen(Gate)
}

// token is what one thread parks on: a gate, open while somebody has unparked
// it.
type token struct{ ref Ref }

func (t *token) obj() *Object {
	o, _ := Cur.Object(&t.ref, "token")
	return o
}

func (t *token) park() {
	o := t.obj()
	Cur.Enter(o, "park", Gate)
	o.SetOpen(0)
}

func (t *token) unpark() {
	o := t.obj()
	Cur.Write(o, "unpark")
	o.SetOpen(Gate)
}
