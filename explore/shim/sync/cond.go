package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Cond is where threads wait for others to say that something has changed. It
// must have its L, and must not be copied after its first use.
//
// As Go's, it wakes those who wait in the order in which they came, and none for
// no reason.
type Cond struct {
	// L is held while what is waited for is looked at or changed. It does not
	// change after the first use.
	L Locker

	real sync.Cond
	init sync.Once // gives real its L

	ref     engine.Ref
	waiting []*engine.Thread
	self    *Cond
}

// NewCond returns a Cond with this L.
func NewCond(l Locker) *Cond { return &Cond{L: l} }

func (c *Cond) object(e *engine.Engine) *engine.Object {
	if c.self == nil {
		c.self = c
	}
	if c.self != c {
		panic("sync.Cond is copied")
	}
	o, fresh := e.Object(&c.ref, "Cond")
	if fresh {
		c.waiting = c.waiting[:0]
	}
	return o
}

func (c *Cond) inReal() *sync.Cond {
	c.init.Do(func() { c.real.L = c.L })
	return &c.real
}

// Wait unlocks L, waits for a Signal or Broadcast that comes after its call, and
// locks L before it returns. Another thread may hold L in between, so what is
// waited for must be looked at again.
func (c *Cond) Wait() {
	e := engine.Cur
	if e == nil {
		c.inReal().Wait()
		return
	}
	o := c.object(e)
	e.Write(o, "wait")
	c.waiting = append(c.waiting, e.Self())
	c.L.Unlock()
	e.Await(o, "wake")
	c.L.Lock()
}

// Signal wakes the one who has waited longest, if somebody waits.
func (c *Cond) Signal() {
	e := engine.Cur
	if e == nil {
		c.inReal().Signal()
		return
	}
	o := c.object(e)
	e.Write(o, "signal")
	c.wake(e, min(1, len(c.waiting)))
}

// Broadcast wakes all who wait.
func (c *Cond) Broadcast() {
	e := engine.Cur
	if e == nil {
		c.inReal().Broadcast()
		return
	}
	o := c.object(e)
	e.Write(o, "broadcast")
	c.wake(e, len(c.waiting))
}

// wake wakes the first n who wait.
func (c *Cond) wake(e *engine.Engine, n int) {
	if e.Recording() {
		e.Note("wakes %d of %d", n, len(c.waiting))
	}
	for _, t := range c.waiting[:n] {
		e.Release(t)
	}
	c.waiting = append(c.waiting[:0], c.waiting[n:]...)
}
