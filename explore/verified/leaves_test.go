//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// Arrivals is a future that is ready when so many have arrived.
type arrivals struct {
	want int32
	came atomic.Int32
	cell wakers.Cell
}

func (a *arrivals) Poll(cx *futures.Context) (int, bool) {
	a.cell.Register(cx.Waker())
	n := a.came.Load()
	if n == a.want {
		a.cell.Clear()
	}
	return int(n), n == a.want
}

func (a *arrivals) Drop() { a.cell.Clear() }

func (a *arrivals) arrive() {
	a.came.Add(1)
	a.cell.Wake()
}

// A wakened future is woken by a thread that its first poll starts. It is ready in
// the poll after.
type wakened struct {
	x     threads
	polls explore.Var[int]
	last  func() // what the last poll does; nil: nothing
	over  bool
}

func (f *wakened) Poll(cx *futures.Context) (int, bool) {
	f.x.Assert(!f.over) // E5
	first := f.polls.Get() == 0
	if first {
		f.x.Go("waker", clone(cx.Waker()).Wake)
	}
	f.polls.Set(f.polls.Get() + 1) // late: the wake has not seen it
	if first {
		return 0, false
	}
	if f.last != nil {
		f.last()
	}
	f.over = true
	return 2, true
}

// A visitor is a future that lets threads wake it, and looks in each poll at what
// was done before those wakes that have been made (W21, E12), and at what the poll
// before has done (E13). Whoever has its answer looks at what the last poll has
// done.
type visitor struct {
	x       threads
	threads int    // one or two
	itself  bool   // wakes itself too, in its first poll
	last    func() // what the last poll does; nil: nothing
	over    bool

	data  [2]explore.Var[int]
	woken [2]ghost
	came  atomic.Int32
	polls explore.Var[int]
}

func (v *visitor) Poll(cx *futures.Context) (int, bool) {
	v.x.Assert(!v.over) // E5
	woken := [2]bool{v.woken[0].set, v.woken[1].set}
	first := v.polls.Get() == 0
	if first {
		for i := range v.threads {
			w := clone(cx.Waker())
			v.x.Go([]string{"waker 1", "waker 2"}[i], func() { v.wake(i, w) })
		}
		if v.itself {
			cx.Waker().WakeByRef()
		}
	}
	v.polls.Set(v.polls.Get() + 1) // late: the wakes have not seen it
	if first {
		return 0, false
	}
	for i := range v.data {
		if woken[i] {
			v.x.Assert(v.data[i].Get() == 1)
		}
	}
	if int(v.came.Load()) < v.threads {
		return 0, false
	}
	if v.last != nil {
		v.last()
	}
	v.over = true
	return 1, true
}

// wake makes a wake. The last thread to have made its own makes one more, so that
// there is a poll after all of them.
func (v *visitor) wake(i int, w *wakers.Waker) {
	v.data[i].Set(1)
	w.WakeByRef()
	v.woken[i].set = true
	if int(v.came.Add(1)) == v.threads {
		w.WakeByRef()
	}
	w.Drop()
}

// answered looks at the answer.
func (v *visitor) answered(got int, err error) {
	v.x.Assert(got == 1 && err == nil)
	v.x.Assert(v.polls.Get() >= 2)
}

// A held future is one that counts what becomes of it.
type held struct {
	futures.Future[struct{}]
	ends explore.Var[int] // it was ready, or was dropped
}

func (h *held) Poll(cx *futures.Context) (struct{}, bool) {
	v, ready := h.Future.Poll(cx)
	if ready {
		h.end()
	}
	return v, ready
}

func (h *held) Drop() {
	h.end()
	futures.Drop(h.Future)
}

func (h *held) end() { h.ends.Set(h.ends.Get() + 1) }

// once reports whether it has ended, and once.
func (h *held) once() bool { return h.ends.Get() == 1 }

// A spawnsInDrop never is ready. Its drop spawns on the executor that closes.
type spawnsInDrop struct {
	x       threads
	on      executor.Spawner
	dropped bool
}

func (s *spawnsInDrop) Poll(*futures.Context) (int, bool) { return 0, false }

func (s *spawnsInDrop) Drop() {
	s.x.Assert(!s.dropped)
	s.dropped = true
	h := executor.Spawn(s.on, futures.Yield())
	s.x.Go("joiner", func() { ends(s.x, h, executor.ErrClosed) })
}
