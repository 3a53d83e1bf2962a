//go:build explore

package verified

import (
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestPrimitives(t *testing.T) { prove(t, primitiveScenarios) }

var primitiveScenarios = []scenario{
	{"F5 F22 notify: before, during or after the wait", func(x *explore.X) {
		var n primitives.Notify
		var data explore.Var[int]
		x.Go("notifier", func() { data.Set(1); n.NotifyOne() })
		executor.BlockOn(n.Wait())
		x.Assert(data.Get() == 1)
	}, 5, 0},
	{"F12 notify: who is told and dropped passes it on", func(x *explore.X) {
		var n primitives.Notify
		var c wakers.Counting
		first := n.Wait()
		polled(&c, first)
		x.Go("notifier", n.NotifyOne)
		x.Go("dropper", func() { futures.Drop(first) })
		executor.BlockOn(n.Wait())
	}, 36, 0},
	{"F23 notify: all who wait", func(x *explore.X) {
		var n primitives.Notify
		var c wakers.Counting
		first, second := n.Wait(), n.Wait()
		polled(&c, first)
		polled(&c, second)
		x.Go("notifier", n.NotifyAll)
		executor.BlockOn(first)
		executor.BlockOn(second)
	}, 23, 0},
	{"F22 mutex: one after the other", func(x *explore.X) {
		var m primitives.Mutex
		var held explore.Var[int]
		for _, name := range []string{"one", "other"} {
			x.Go(name, func() {
				executor.BlockOn(m.Lock())
				held.Set(held.Get() + 1)
				m.Unlock()
			})
		}
	}, 10, 0},
	{"F12 mutex: who has it handed over and is dropped hands it on", func(x *explore.X) {
		var m primitives.Mutex
		var c wakers.Counting
		m.TryLock()
		first := m.Lock()
		polled(&c, first)
		x.Go("holder", m.Unlock)
		x.Go("dropper", func() { futures.Drop(first) })
		executor.BlockOn(m.Lock())
		m.Unlock()
	}, 36, 0},
	{"F23 semaphore: one who wants two, one who wants one", func(x *explore.X) {
		s := primitives.NewSemaphore(2)
		for i, name := range []string{"one", "two"} {
			x.Go(name, func() {
				x.Assert(executor.BlockOn(s.Acquire(i+1)) == nil)
				s.Release(i + 1)
			})
		}
	}, 10, 0},
	{"F5 semaphore: a close ends the wait", func(x *explore.X) {
		s := primitives.NewSemaphore(1)
		s.TryAcquire(1)
		x.Go("closer", s.Close)
		x.Assert(executor.BlockOn(s.Acquire(1)) == primitives.ErrClosed)
	}, 5, 0},
	{"F21 F22 channel: a value and the end", func(x *explore.X) {
		c := primitives.NewChannel[int](1)
		var data explore.Var[int]
		x.Go("sender", func() {
			data.Set(1)
			x.Assert(executor.BlockOn(c.Send(7)) == nil)
			c.CloseSend()
		})
		r := executor.BlockOn(c.Receive())
		x.Assert(r.Value == 7 && r.Err == nil && data.Get() == 1)
		x.Assert(executor.BlockOn(c.Receive()).Err == primitives.ErrClosed)
	}, 84, 0},
	{"F21 F23 channel: two senders, room for one", func(x *explore.X) {
		c := primitives.NewChannel[int](1)
		x.Go("sender 1", func() { x.Assert(executor.BlockOn(c.Send(1)) == nil) })
		x.Go("sender 2", func() { x.Assert(executor.BlockOn(c.Send(2)) == nil) })
		x.Assert(executor.BlockOn(c.Receive()).Value+executor.BlockOn(c.Receive()).Value == 3)
	}, 9672, 0},
	{"F12 F21 channel: a receive is dropped, the value is for the next", func(x *explore.X) {
		c := primitives.NewChannel[int](1)
		var counting wakers.Counting
		first := c.Receive()
		polled(&counting, first)
		x.Go("sender", func() { x.Assert(c.TrySend(7) == nil) })
		x.Go("dropper", func() { futures.Drop(first) })
		x.Assert(executor.BlockOn(c.Receive()).Value == 7)
	}, 36, 0},
	{"F5 F22 oneshot: a value", func(x *explore.X) {
		s, r := primitives.NewOneshot[int]()
		var data explore.Var[int]
		x.Go("sender", func() { data.Set(1); x.Assert(s.Send(7) == nil) })
		x.Assert(executor.BlockOn(r).Value == 7 && data.Get() == 1)
	}, 9, 0},
	{"F21 oneshot: a value and a receiver that is dropped", func(x *explore.X) {
		s, r := primitives.NewOneshot[int]()
		var c wakers.Counting
		polled(&c, r)
		x.Go("dropper", r.Drop)
		if s.Send(7) == nil {
			v, ok := s.TakeBack()
			x.Assert(ok && v == 7)
		}
		executor.BlockOn(s.Gone())
	}, 8, 0},
	{"F21 oneshot: one of two has the value", func(x *explore.X) {
		s, r := primitives.NewOneshot[int]()
		x.Assert(s.Send(7) == nil)
		back := false
		var g group
		g.run(x, "sender", func() { _, back = s.TakeBack() })
		got := executor.BlockOn(r)
		g.wait()
		x.Assert(back == (got.Err == primitives.ErrClosed) && back != (got.Value == 7))
	}, 3, 0},
}
