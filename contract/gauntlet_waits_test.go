package contract_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// Correct primitives that serve who waits in unusual ways.

// lifoSemaphore serves who came last, of those that it has permits for, and lets
// newcomers overtake.
func lifoSemaphore(testing.TB) contract.Primitive {
	s := newSemaphore(func(s *semaphore) {
		s.may = func(n int) bool { return s.free >= n }
		s.next = func() *acquire {
			for _, a := range slices.Backward(s.queue) {
				if a.n <= s.free {
					return a
				}
			}
			return nil
		}
	}).subject()
	s.FIFO = false
	return s
}

// A herd is a lock and all that wait for a change of what it guards. Each change
// wakes every one of them, to look for itself (X9).
type herd struct {
	mu      sync.Mutex
	waiting []*herdWait
}

// change does f with the lock held, and then wakes the herd.
func (h *herd) change(f func()) {
	h.mu.Lock()
	f()
	woken := h.waiting
	h.waiting = nil
	h.mu.Unlock()
	wakeHerd(woken)
}

// wakeHerd wakes all of them, also if a waker panics.
func wakeHerd(all []*herdWait) {
	if len(all) > 0 {
		defer wakeHerd(all[1:])
		all[0].cell.Wake()
	}
}

// leave takes w off those that wait; locked.
func (h *herd) leave(w *herdWait) {
	h.waiting = slices.DeleteFunc(h.waiting, func(other *herdWait) bool { return other == w })
}

// wait is the future that is ready when look, which is called with the lock held,
// finds what it waits for.
func (h *herd) wait(look func() (answer int, ok bool)) futures.Future[int] {
	return &herdWait{herd: h, look: look}
}

type herdWait struct {
	herd *herd
	look func() (int, bool)
	cell wakers.Cell
}

func (w *herdWait) Poll(cx *futures.Context) (int, bool) {
	w.cell.Register(cx.Waker())
	h := w.herd
	h.mu.Lock()
	h.leave(w)
	answer, ok := w.look()
	if !ok {
		h.waiting = append(h.waiting, w)
	}
	h.mu.Unlock()
	if ok {
		w.cell.Clear()
	}
	return answer, ok
}

func (w *herdWait) Drop() {
	w.herd.mu.Lock()
	w.herd.leave(w)
	w.herd.mu.Unlock()
	w.cell.Clear()
}

// A once is what a cell remembers that is initialized by one of those that come
// first: whoever enters is to set the value, or to leave it to another.
type once struct {
	entered bool
	value   int // 0: none
}

func onceCell(testing.TB) contract.Primitive {
	var h herd
	var c once
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Model: contract.NewModel(once{}, func(c once, o contract.Operation) (once, int, bool) {
			switch o.Op {
			case "enter":
				if c.value != 0 {
					return c, -1, true
				}
				return once{entered: true}, 0, !c.entered
			case "set":
				return once{value: o.Arg}, 0, true
			case "leave":
				return once{}, 0, true
			}
			return c, c.value, c.value != 0
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "enter", Fresh: true, Start: func(int) futures.Future[int] {
				return h.wait(func() (int, bool) {
					if c.value != 0 {
						return -1, true
					}
					mine := !c.entered
					c.entered = true
					return 0, mine
				})
			}},
			{Name: "set", Undoes: "enter", Do: func(v int) int { h.change(func() { c = once{value: v} }); return 0 }},
			{Name: "leave", Undoes: "enter", Do: func(int) int { h.change(func() { c = once{} }); return 0 }},
			{Name: "get", Start: func(int) futures.Future[int] {
				return h.wait(func() (int, bool) { return c.value, c.value != 0 })
			}},
			{Name: "try-get", Try: func(int) (int, bool) {
				h.mu.Lock()
				defer h.mu.Unlock()
				return c.value, c.value != 0
			}},
		},
	}
}

// A wheel has as many slots as a clock has hours, and a hand that goes on with
// each tick. Who sleeps longer than a turn stays in the slot for another one.
type wheel struct {
	mu    sync.Mutex
	hand  int
	slots [3][]*sleep
}

// A sleep is the future of so many ticks, from its first poll on.
type sleep struct {
	wheel *wheel
	ticks int // still to come before the slot counts
	slot  int
	state string // "", in a slot, over
	cell  wakers.Cell
}

const (
	sleeping = "in a slot"
	elapsed  = "over"
)

func (s *sleep) Poll(cx *futures.Context) (int, bool) {
	s.cell.Register(cx.Waker())
	w := s.wheel
	w.mu.Lock()
	over := s.state == elapsed
	if s.state == "" {
		s.state, s.slot = sleeping, (w.hand+s.ticks)%len(w.slots)
		w.slots[s.slot] = append(w.slots[s.slot], s)
	}
	w.mu.Unlock()
	if over {
		s.cell.Clear()
	}
	return 0, over
}

func (s *sleep) Drop() {
	w := s.wheel
	w.mu.Lock()
	if s.state == sleeping {
		w.slots[s.slot] = slices.DeleteFunc(w.slots[s.slot], func(other *sleep) bool { return other == s })
	}
	w.mu.Unlock()
	s.cell.Clear()
}

func (w *wheel) tick(int) int {
	w.mu.Lock()
	w.hand = (w.hand + 1) % len(w.slots)
	var due, later []*sleep
	for _, s := range w.slots[w.hand] {
		if s.ticks -= len(w.slots); s.ticks > 0 {
			later = append(later, s)
		} else {
			s.state = elapsed
			due = append(due, s)
		}
	}
	w.slots[w.hand] = later
	w.mu.Unlock()
	wakeSleeps(due)
	return 0
}

// wakeSleeps wakes all of them, also if a waker panics.
func wakeSleeps(due []*sleep) {
	if len(due) > 0 {
		defer wakeSleeps(due[1:])
		due[0].cell.Wake()
	}
}

// A tally says how many ticks a sleep, by its number, has seen.
type tally struct{ id, ticks int }

// timerWheel has an operation for each length of sleep: none keeps back another.
func timerWheel(testing.TB) contract.Primitive {
	w := new(wheel)
	lengths := make(map[string]int)
	s := contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Ops:    []contract.PrimitiveOp{{Name: "tick", Do: w.tick}},
	}
	for n := 1; n <= len(w.slots)+1; n++ {
		name := fmt.Sprintf("sleep-%d", n)
		lengths[name] = n
		s.Ops = append(s.Ops, contract.PrimitiveOp{Name: name, Start: func(int) futures.Future[int] {
			return &sleep{wheel: w, ticks: n}
		}})
	}
	s.Model = contract.NewModel([]tally(nil), func(seen []tally, o contract.Operation) ([]tally, int, bool) {
		ticks := func(id int) int {
			for _, t := range seen {
				if t.id == id {
					return t.ticks
				}
			}
			return 0
		}
		if o.Op != "tick" {
			return seen, 0, ticks(o.ID) >= lengths[o.Op]
		}
		var next []tally
		for _, other := range o.Waiting {
			next = append(next, tally{other.ID, ticks(other.ID) + 1})
		}
		return next, 0, true
	})
	return s
}
