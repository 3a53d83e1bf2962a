package primitives_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// A subject is a primitive at which more than one can wait.
type subject struct {
	wait   func() futures.Future[any] // a new waiting operation; any number can be pending
	one    func()                     // lets the first who waits go on
	all    func()                     // lets three or more go on
	poke   func()                     // calls every method that does not wait; changes nothing for good
	pass   bool                       // what was set aside for a dropped waiter goes to the next
	scarce bool                       // one lets only one go on
	missed bool                       // one does nothing for those who come later
}

// erased lets futures of different types stand in one table.
type erased[T any] struct{ futures.Future[T] }

func (e erased[T]) Poll(cx *futures.Context) (any, bool) { return e.Future.Poll(cx) }
func (e erased[T]) Drop()                                { futures.Drop(e.Future) }

func erase[T any](f futures.Future[T]) futures.Future[any] { return erased[T]{f} }

var subjects = []struct {
	name string
	make func() subject
}{
	{"Notify one", func() subject {
		n := new(primitives.Notify)
		return subject{
			wait: func() futures.Future[any] { return erase(n.Wait()) },
			one:  n.NotifyOne,
			all:  func() { n.NotifyOne(); n.NotifyOne(); n.NotifyOne() },
			poke: func() {
				if n.TryWait() {
					n.NotifyOne()
				}
			},
			pass: true, scarce: true,
		}
	}},
	{"Notify all", func() subject {
		n := new(primitives.Notify)
		return subject{
			wait: func() futures.Future[any] { return erase(n.Wait()) },
			one:  n.NotifyAll,
			all:  n.NotifyAll,
			poke: func() { n.TryWait() },

			missed: true,
		}
	}},
	{"Semaphore", func() subject {
		s := primitives.NewSemaphore(6)
		s.TryAcquire(6)
		return subject{
			wait: func() futures.Future[any] { return erase(s.Acquire(2)) },
			one:  func() { s.Release(2) },
			all:  func() { s.Release(6) },
			poke: func() {
				s.Free()
				if s.TryAcquire(1) {
					s.Release(1)
				}
			},
			pass: true, scarce: true,
		}
	}},
	{"Semaphore closed", func() subject {
		s := primitives.NewSemaphore(1)
		s.TryAcquire(1)
		return subject{
			wait: func() futures.Future[any] { return erase(s.Acquire(1)) },
			one:  s.Close,
			all:  s.Close,
			poke: func() { s.TryAcquire(1) },
		}
	}},
	{"Mutex", func() subject {
		m := new(primitives.Mutex)
		m.TryLock()
		return subject{
			wait: func() futures.Future[any] { return erase(m.Lock()) },
			one:  m.Unlock,
			poke: func() {
				if m.TryLock() {
					m.Unlock()
				}
			},
			pass: true, scarce: true,
		}
	}},
	{"Channel receive", func() subject {
		c := primitives.NewChannel[int](3)
		return subject{
			wait: func() futures.Future[any] { return erase(c.Receive()) },
			one:  func() { c.TrySend(1) },
			all:  func() { c.TrySend(1); c.TrySend(2); c.TrySend(3) },
			poke: func() {
				c.Len()
				if v, err := c.TryReceive(); err == nil {
					c.TrySend(v)
				}
			},
			pass: true, scarce: true,
		}
	}},
	{"Channel receive closed", func() subject {
		c := primitives.NewChannel[int](1)
		return subject{
			wait: func() futures.Future[any] { return erase(c.Receive()) },
			one:  c.CloseSend,
			all:  c.CloseSend,
			poke: func() { c.TryReceive() },
		}
	}},
	{"Channel send", func() subject {
		c := primitives.NewChannel[int](3)
		for c.TrySend(0) == nil {
		}
		return subject{
			wait: func() futures.Future[any] { return erase(c.Send(1)) },
			one:  func() { c.TryReceive() },
			all:  func() { c.TryReceive(); c.TryReceive(); c.TryReceive() },
			poke: func() {
				c.Len()
				if c.TrySend(9) == nil {
					c.TryReceive()
				}
			},
			pass: true, scarce: true,
		}
	}},
	{"Channel send closed", func() subject {
		c := primitives.NewChannel[int](1)
		c.TrySend(0)
		return subject{
			wait: func() futures.Future[any] { return erase(c.Send(1)) },
			one:  func() { c.CloseReceive() },
			all:  func() { c.CloseReceive() },
			poke: func() { c.TrySend(1) },
		}
	}},
	{"Oneshot gone", func() subject {
		s, r := primitives.NewOneshot[int]()
		return subject{
			wait: func() futures.Future[any] { return erase(s.Gone()) },
			one:  r.Drop,
			all:  r.Drop,
			poke: func() { s.TakeBack() },
		}
	}},
}

func forEachSubject(t *testing.T, test func(*testing.T, subject)) {
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) { test(t, s.make()) })
	}
}

func TestLatestWakerIsWoken(t *testing.T) { // F1, F2, F4, F7, F17
	forEachSubject(t, func(t *testing.T, s subject) {
		f, a, b := s.wait(), newProbe(t), newProbe(t)
		for _, p := range []*probe{a, a, b, a, b} {
			mustPend(t, f, p)
			p.want(t, "pending", 0, 1)
		}
		a.want(t, "replaced", 0, 0)
		s.one()
		a.want(t, "replaced, then let go on", 0, 0)
		b.want(t, "let go on", 1, 0)
		mustBeReady(t, f, a)
		a.want(t, "ready", 0, 0)
		v := mustPanic(t, func() { f.Poll(a.cx) })
		if !strings.Contains(fmt.Sprint(v), "polled after it answered ready") {
			t.Errorf("a poll after ready panicked with %v", v)
		}
	})
}

func TestNothingToWaitFor(t *testing.T) { // F10, F18
	forEachSubject(t, func(t *testing.T, s subject) {
		if s.missed {
			return
		}
		unpolled := s.wait()
		s.one()
		p := newProbe(t)
		f := s.wait()
		mustBeReady(t, f, p)
		p.want(t, "ready at once", 0, 0)
		futures.Drop(unpolled)
		if v := mustPanic(t, func() { unpolled.Poll(p.cx) }); !strings.Contains(fmt.Sprint(v), "polled after Drop") {
			t.Errorf("a poll after Drop panicked with %v", v)
		}
	})
}

// It happens after the first look of a poll and before the waker is there.
func TestHappensWhileItRegisters(t *testing.T) { // F4, F5
	forEachSubject(t, func(t *testing.T, s subject) {
		if s.missed {
			return
		}
		o := &odd{onClone: s.one}
		if _, ready := s.wait().Poll(o.context()); !ready {
			t.Error("pending, and nobody will wake it")
		}
		if kept := o.kept.Load(); kept != 0 {
			t.Errorf("ready, and still %d wakers kept", kept)
		}
	})
}

func TestDropUnregisters(t *testing.T) { // F11
	forEachSubject(t, func(t *testing.T, s subject) {
		a, b := newProbe(t), newProbe(t)
		first, second := s.wait(), s.wait()
		mustPend(t, first, a)
		mustPend(t, second, b)
		futures.Drop(first)
		a.want(t, "dropped", 0, 0)
		s.one()
		a.want(t, "dropped, then let go on", 0, 0)
		b.want(t, "next in the queue", 1, 0)
		mustBeReady(t, second, b)
	})
}

// What was set aside for one that is dropped goes to the next, and is kept if there
// is none.
func TestDropPassesOn(t *testing.T) { // F12
	forEachSubject(t, func(t *testing.T, s subject) {
		if !s.pass {
			return
		}
		a, b, c := newProbe(t), newProbe(t), newProbe(t)
		first, second := s.wait(), s.wait()
		mustPend(t, first, a)
		mustPend(t, second, b)
		s.one()
		a.want(t, "first", 1, 0)
		b.want(t, "second", 0, 1)
		futures.Drop(first)
		b.want(t, "second, the first was dropped", 1, 0)
		futures.Drop(second)
		mustBeReady(t, s.wait(), c)
		a.want(t, "first, at the end", 1, 0)
	})
}

func TestFirstInFirstOut(t *testing.T) { // F23, F24
	forEachSubject(t, func(t *testing.T, s subject) {
		var fs []futures.Future[any]
		var ps []*probe
		for i := range 4 {
			fs, ps = append(fs, s.wait()), append(ps, newProbe(t))
			mustPend(t, fs[i], ps[i])
		}
		mustPend(t, fs[0], ps[0]) // a later poll keeps the place
		s.one()
		for i, p := range ps {
			switch {
			case i == 0 || !s.scarce:
				p.want(t, fmt.Sprint("waiter ", i), 1, 0)
				mustBeReady(t, fs[i], p)
			default:
				p.want(t, fmt.Sprint("waiter ", i), 0, 1)
				mustPend(t, fs[i], p)
				futures.Drop(fs[i])
			}
		}
	})
}

// Each function of a waker comes back to the primitive: with every method that does
// not wait, with what lets others go on, and with a new waiter.
func TestWakersComeBack(t *testing.T) { // F13
	for _, slot := range []string{"clone", "wake", "drop"} {
		t.Run(slot, func(t *testing.T) {
			forEachSubject(t, func(t *testing.T, s subject) {
				inner, depth := newProbe(t), 0
				back := func() {
					if depth > 0 {
						return
					}
					depth++
					defer func() { depth-- }()
					s.poke()
					f := s.wait()
					if _, ready := f.Poll(inner.cx); !ready {
						futures.Drop(f)
					}
				}
				o := new(odd)
				switch slot {
				case "clone":
					o.onClone = back
				case "wake":
					o.onWake = back
				case "drop":
					o.onDrop = back
				}
				f, p := s.wait(), newProbe(t)
				for _, cx := range []*futures.Context{o.context(), p.cx, o.context()} {
					if _, ready := f.Poll(cx); ready {
						t.Fatal("ready, want pending")
					}
				}
				s.one()
				if _, ready := f.Poll(p.cx); !ready {
					t.Error("pending after it was let go on")
				}
				if kept := o.kept.Load(); kept != 0 {
					t.Errorf("ready, and still %d wakers kept", kept)
				}
			})
		})
	}
}

// A waker that drops its own future while it is woken.
func TestWakerDropsTheFuture(t *testing.T) { // F11, F12, F13
	forEachSubject(t, func(t *testing.T, s subject) {
		f, g, p := s.wait(), s.wait(), newProbe(t)
		o := &odd{onWake: func() { futures.Drop(f) }}
		f.Poll(o.context())
		mustPend(t, g, p)
		s.one()
		p.want(t, "the other one", 1, 0)
		mustBeReady(t, g, p)
	})
}

// A waker that panics leaves everybody else woken and the primitive in order.
func TestWakerThatPanics(t *testing.T) { // F14
	forEachSubject(t, func(t *testing.T, s subject) {
		if s.all == nil {
			return
		}
		a, c := newProbe(t), newProbe(t)
		o := &odd{onWake: func() { panic("wake") }}
		fs := []futures.Future[any]{s.wait(), s.wait(), s.wait()}
		mustPend(t, fs[0], a)
		fs[1].Poll(o.context())
		mustPend(t, fs[2], c)
		panics := 0
		for range 3 { // all may be several calls, each of which lets one go on
			func() {
				defer func() {
					if recover() != nil {
						panics++
					}
				}()
				s.all()
			}()
			if c.Wakes() > 0 {
				break
			}
		}
		a.want(t, "before the one that panics", 1, 0)
		c.want(t, "after the one that panics", 1, 0)
		if panics != 1 {
			t.Errorf("%d panics, want one: it goes to who made the change", panics)
		}
		for _, f := range fs {
			mustBeReady(t, f, a)
		}
	})
}

func TestWakerThatPanicsInCloneOrDrop(t *testing.T) { // F14
	forEachSubject(t, func(t *testing.T, s subject) {
		f, p := s.wait(), newProbe(t)
		clone := &odd{onClone: func() { panic("clone") }}
		if v := mustPanic(t, func() { f.Poll(clone.context()) }); v != "clone" {
			t.Errorf("Poll panicked with %v", v)
		}
		drop := &odd{onDrop: func() { panic("drop") }}
		f.Poll(drop.context())
		if v := mustPanic(t, func() { f.Poll(p.cx) }); v != "drop" {
			t.Errorf("Poll panicked with %v", v)
		}
		p.want(t, "registered all the same", 0, 1)
		s.one()
		p.want(t, "let go on", 1, 0)
		mustBeReady(t, f, p)
	})
}
