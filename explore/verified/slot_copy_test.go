//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

var slotMutants = []mutant{
	{"F2", leavesItToTheWake, explore.Assertion, slotCopyLatest},
	{"F11", wakesWhereItIs, explore.Assertion, waitCopyDropped},
}

// A slotCopy is futures::task::AtomicWaker in short: a cell without a lock, for one
// task. Who sets its state from zero has the waker.
type slotCopy struct {
	mistake string
	state   atomic.Uint32
	waker   wakers.Waker
}

const (
	registering = 1 << iota
	waking
)

const leavesItToTheWake = "a register that meets a wake leaves it to that to wake"

func (s *slotCopy) Register(w *wakers.Waker) {
	if !s.state.CompareAndSwap(0, registering) {
		if s.mistake != leavesItToTheWake {
			w.WakeByRef() // what is woken is the waker before it
		}
		return
	}
	s.waker.CloneFrom(w)
	if !s.state.CompareAndSwap(registering, 0) {
		s.wakeTaken() // for the wake that found the slot taken
	}
}

func (s *slotCopy) Wake() {
	if s.state.Or(waking) == 0 {
		s.wakeTaken()
	}
}

func (s *slotCopy) wakeTaken() {
	var w wakers.Waker
	if s.waker.Filled() {
		s.waker.MoveTo(&w)
	}
	s.state.Store(0)
	if w.Filled() {
		w.Wake()
	}
}

// slotCopyLatest registers two wakers, one after the other, and looks each time, as
// a task does that is polled twice. It waits for two others.
func slotCopyLatest(x threads, mistake string) {
	s := &slotCopy{mistake: mistake}
	var first, second wakers.Counting
	var came atomic.Int32
	var g group
	saw := false
	g.run(x, "task", func() {
		for _, c := range []*wakers.Counting{&first, &second} {
			var w wakers.Waker
			c.InitWaker(&w)
			s.Register(&w)
			w.Drop()
			saw = came.Load() == 2
		}
	})
	for _, name := range []string{"waker 1", "waker 2"} {
		g.run(x, name, func() { came.Add(1); s.Wake() })
	}
	g.wait()
	x.Assert(saw || second.Wakes() > 0)
}

// A waitCopy is a wait for an event in short, which may be given up.
type waitCopy struct {
	mistake string
	mu      sync.Mutex
	waker   wakers.Waker
}

const wakesWhereItIs = "wakes what is registered where it is, after it has let go of the lock"

func (c *waitCopy) fire() {
	var w wakers.Waker
	c.mu.Lock()
	registered := c.waker.Filled()
	if registered && c.mistake != wakesWhereItIs {
		c.waker.MoveTo(&w)
	}
	c.mu.Unlock()
	switch {
	case w.Filled():
		w.Wake()
	case registered:
		c.waker.WakeByRef()
	}
}

func (c *waitCopy) Drop() {
	var w wakers.Waker
	c.mu.Lock()
	if c.waker.Filled() {
		c.waker.MoveTo(&w)
	}
	c.mu.Unlock()
	if w.Filled() {
		w.Drop()
	}
}

// waitCopyDropped gives up a wait while its event fires.
func waitCopyDropped(x threads, mistake string) {
	c := &waitCopy{mistake: mistake}
	var counting wakers.Counting
	counting.InitWaker(&c.waker)
	var g group
	g.run(x, "firer", c.fire)
	g.run(x, "dropper", c.Drop)
	g.wait()
	c.Drop()
	x.Assert(counting.Late() == 0)
	x.Assert(counting.Live() == 0)
}
