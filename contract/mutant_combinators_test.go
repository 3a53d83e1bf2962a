package contract_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// plainly makes a set of which nothing is said.
func plainly(s *set) futures.Future[[]int] { return s }

// claiming makes a set that says what it is.
func claiming(s *set) futures.Future[[]int] { return s.claimed() }

func combinatorMutants() []mutant {
	check := func(name string, mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int], notices ...string) mutant {
		return mutant{contract.CombinatorDoor, name, func() contract.Report { return contract.CheckCombinator(mk) }, notices}
	}
	row := func(name string, as func(*set) futures.Future[[]int], edit func(*set), notices ...string) mutant {
		return check(name, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return as(newSet(edit, fs...))
		}, notices...)
	}
	sharedRow := func(name string, edit func(*sharing), notices ...string) mutant {
		return check(name, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return newSharing(edit, newSet(func(*set) {}, fs...)).claimed()
		}, notices...)
	}
	joinRow := func(name string, edit func(*joining), notices ...string) mutant {
		return check(name, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return newJoining(edit, fs...)
		}, notices...)
	}
	return []mutant{
		joinRow("none, a join that polls all", func(*joining) {}),
		row("none, a set", claiming, func(*set) {}),
		row("none, a join that polls the woken", plainly, func(*set) {}),
		row("none, a select", selecting, func(s *set) { s.answer = s.first }),
		sharedRow("none, shared", func(*sharing) {}),

		row("a wake of a child wakes nobody", plainly, func(s *set) {
			s.notify = func() {}
		}, "C1"),
		row("forgets who was woken while it polled", plainly, func(s *set) {
			var late []*member // woken by children
			var polling atomic.Int64
			register, notify := s.register, s.notify
			s.register = func(cx *futures.Context) {
				polling.Store(goid())
				register(cx)
			}
			s.notify = func() {
				if polling.Load() == goid() {
					late = append(late, s.newest())
				}
				notify()
			}
			s.stop = func() {
				polling.Store(0)
				for _, m := range late {
					s.forget(m)
				}
				late = nil
			}
		}, "C2", "C4"),
		row("wakes the first who polled it", plainly, func(s *set) {
			var first wakers.Waker
			s.register = func(cx *futures.Context) {
				if !first.Filled() {
					first.CloneFrom(cx.Waker())
				}
			}
			s.notify = func() { first.WakeByRef() }
			s.again = s.notify
		}, "C3"),
		row("a child cannot wake itself in its poll", plainly, func(s *set) {
			s.lend = func(m *member, _ *futures.Context) *wakers.Waker {
				w := new(wakers.Waker)
				w.Init(deaf{m})
				return w
			}
		}, "C4"),
		check("holds a lock while a child is polled", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return newSet(func(s *set) {
				lock := make(chan struct{}, 1) // which its holder may take again
				var holder atomic.Int64
				poll, notify := s.poll, s.notify
				s.poll = func(m *member, cx *futures.Context) (int, bool) {
					lock <- struct{}{}
					holder.Store(goid())
					defer func() { holder.Store(0); <-lock }()
					return poll(m, cx)
				}
				s.notify = func() {
					if holder.Load() != goid() {
						lock <- struct{}{}
						<-lock
					}
					notify()
				}
			}, fs...)
		}, "C1"),
		check("keeps the waker of its task where all sets keep theirs", onSharedCell(), "C1"),
		row("a handle panics when its child is gone", plainly, func(s *set) {
			s.gone = func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				if s.over {
					panic("the set is gone")
				}
			}
		}, "C5"),
		check("a wake never returns when the set is gone", func(tb testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			end := make(chan struct{})
			tb.Cleanup(func() { close(end) })
			return newSet(func(s *set) {
				s.gone = func() {
					s.mu.Lock()
					over := s.over
					s.mu.Unlock()
					if over {
						<-end
					}
				}
			}, fs...)
		}, "C5"),
		row("polls a child that was ready", plainly, func(s *set) {
			s.done = func(m *member) { m.future.Poll(futures.NewContext(&m.waker)) }
		}, "C6"),
		row("polls a child inside its wake", plainly, func(s *set) {
			s.lend = func(m *member, _ *futures.Context) *wakers.Waker {
				w := new(wakers.Waker)
				w.Init(&eager{m: m})
				return w
			}
			poll := s.poll
			s.poll = func(m *member, cx *futures.Context) (int, bool) {
				v, ready := poll(m, cx)
				return v + m.answered, ready || m.answered > 0
			}
		}, "C7"),
		row("polls all, and claims to select", claiming, func(s *set) {
			register := s.register
			s.register = func(cx *futures.Context) {
				register(cx)
				for _, m := range s.members {
					if !m.ended && m.polls > 0 {
						m.wake()
					}
				}
			}
		}, "C8"),
		row("polls as long as children are woken", unselective, func(s *set) {
			s.bound = func() int { return 1 << 20 }
		}, "C9"),
		row("does not say that more are woken when it stops", unselective, func(s *set) {
			var polling atomic.Bool
			register, notify := s.register, s.notify
			s.register = func(cx *futures.Context) { polling.Store(true); register(cx) }
			s.notify = func() {
				if !polling.Load() {
					notify()
				}
			}
			s.yield = func(*futures.Context) {}
			s.stop = func() { polling.Store(false) }
		}, "C1", "C4", "C9"),
		sharedRow("only the handle that polled first is woken", func(s *sharing) {
			s.waker.Drop()
			s.waker.Init(oneOf{s, func([]*shared) int { return 0 }})
		}, "C10"),
		sharedRow("who polls has the answer, and the others are not told", func(s *sharing) {
			s.waker.Drop()
			s.waker.Init(oneOf{s, func(hs []*shared) int { return len(hs) - 1 }})
			wake := s.wakeOthers
			s.wakeOthers = func(but *shared) {
				if !s.ready {
					wake(but)
				}
			}
		}, "C10"),
		row("is dropped, and its children are not", claiming, func(s *set) {
			s.drop = func([]*member) {}
		}, "C11"),
		row("the panic of a drop saves the other children", claiming, func(s *set) {
			s.drop = func(members []*member) {
				for _, m := range members {
					if !m.ended {
						futures.Drop(m.future)
					}
				}
			}
		}, "C11"),
		row("keeps its children", claiming, func(s *set) {
			s.done = func(*member) {}
		}, "C12"),
		row("swallows panics", claiming, func(s *set) {
			poll := s.poll
			s.poll = func(m *member, cx *futures.Context) (v int, ready bool) {
				defer func() {
					if recover() != nil {
						m.future, ready = nil, true
					}
				}()
				return poll(m, cx)
			}
		}, "C13"),
		sharedRow("wakes one handle, and a panic is known to that only", func(s *sharing) {
			s.waker.Drop()
			s.waker.Init(oneOf{s, func(hs []*shared) int { return len(hs) - 1 }})
			wake := s.wakeOthers
			s.wakeOthers = func(but *shared) {
				if !s.poisoned {
					wake(but)
				}
			}
		}, "C10", "C13"),
		row("polls who was woken last", claiming, func(s *set) {
			s.next = func() *member { return s.takeOut(s.woken() - 1) }
			s.bound = func() int { return 1 }
		}, "C14"),
		row("polls who was woken last, and declares more polls than it is soon seen in", func(s *set) futures.Future[[]int] {
			c := s.claimed()
			c.Fair = 9
			return c
		}, func(s *set) {
			s.next = func() *member { return s.takeOut(s.woken() - 1) }
			s.bound = func() int { return 1 }
		}, "C14"),
		row("lends a new waker in each poll", plainly, func(s *set) {
			s.lend = func(m *member, _ *futures.Context) *wakers.Waker {
				w := new(wakers.Waker)
				w.Init(&fresh{m})
				return w
			}
		}, "C15"),
		row("every wake of a child wakes its task", claiming, func(s *set) {
			var latest wakers.Waker
			s.register = func(cx *futures.Context) { latest.CloneFrom(cx.Waker()) }
			s.notify = func() {
				if latest.Filled() {
					latest.WakeByRef()
				}
			}
			s.pushed = s.notify
		}, "C16"),
		row("waits when it is empty", unselective, func(s *set) {
			s.answer = func() bool { return s.left == 0 && len(s.values) > 0 }
			s.register = func(cx *futures.Context) {
				if len(s.members) > 0 {
					s.parent.Register(cx.Waker())
				}
			}
		}, "C17"),
		row("does not say that a child was added", claiming, func(s *set) {
			s.pushed = func() {}
		}, "C18"),
		row("polls a child with the no-op waker", plainly, func(s *set) {
			var noop wakers.Waker
			wakers.Noop{}.InitWaker(&noop)
			s.lend = func(m *member, _ *futures.Context) *wakers.Waker {
				if m.polls == 1 {
					return &noop
				}
				return &m.waker
			}
		}, "W24"),
		joinRow("never answers", func(j *joining) {
			j.answer = func() bool { return false }
		}, "F1"),
		row("a select that waits for all", selecting, func(*set) {}, "F1"),
		row("panics in a spurious poll", plainly, func(s *set) {
			var woken atomic.Bool
			woken.Store(true)
			register, notify, yield := s.register, s.notify, s.yield
			s.register = func(cx *futures.Context) {
				if !woken.Swap(false) {
					panic("nobody woke me")
				}
				register(cx)
			}
			s.notify = func() { woken.Store(true); notify(); woken.Store(true) }
			s.yield = func(cx *futures.Context) { woken.Store(true); yield(cx) }
		}, "F7"),
		row("keeps the borrowed waker", plainly, func(s *set) {
			var latest *wakers.Waker
			s.register = func(cx *futures.Context) { latest = cx.Waker() }
			s.notify = func() { latest.WakeByRef() }
		}, "F16"),
	}
}

// onSharedCell makes sets that have one slot for the wakers of their tasks.
func onSharedCell() func(testing.TB, ...futures.Future[int]) futures.Future[[]int] {
	var cells perRun[*wakers.Cell]
	return func(tb testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		cell := cells.get(tb, func() *wakers.Cell { return new(wakers.Cell) })
		return newSet(func(s *set) {
			s.register = func(cx *futures.Context) { cell.Register(cx.Waker()) }
			s.notify = cell.Wake
		}, fs...)
	}
}

// selecting makes a set that answers with its first child.
func selecting(s *set) futures.Future[[]int] {
	c := contract.Combinator{Future: s, First: true, Least: 1}
	c.Profile = "go-pool"
	return c
}

// newest is the child that was woken last.
func (s *set) newest() *member {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil
	}
	return s.queue[len(s.queue)-1]
}

// forget takes a child out of the queue.
func (s *set) forget(m *member) {
	s.mu.Lock()
	i := slices.Index(s.queue, m)
	s.mu.Unlock()
	s.takeOut(i)
}

// first reports whether a child was ready.
func (s *set) first() bool { return len(s.values) > 0 }

// unselective makes a set that claims no more than its profile asks for.
func unselective(s *set) futures.Future[[]int] {
	c := contract.Combinator{Future: s}
	c.Profile = "rust"
	return c
}

// A deaf handle does nothing when it is woken by reference; its clones do.
type deaf struct{ m *member }

func (d deaf) Clone() wakers.RawWaker { return d.m }
func (d deaf) Wake()                  {}
func (d deaf) WakeByRef()             {}
func (d deaf) Drop()                  {}

// An eager handle polls its child, once, when it is woken by reference, which
// clones are not.
type eager struct {
	m    *member
	done bool
}

func (e *eager) Clone() wakers.RawWaker { return e.m }
func (e *eager) Wake()                  {}
func (e *eager) Drop()                  {}
func (e *eager) WakeByRef() {
	e.m.wake()
	if !e.done {
		e.done = true
		e.m.answered, _ = e.m.future.Poll(futures.NewContext(&e.m.waker))
	}
}

// A fresh handle equals its clones, and no other.
type fresh struct{ m *member }

func (f *fresh) Clone() wakers.RawWaker { return f }
func (f *fresh) Wake()                  { f.m.wake() }
func (f *fresh) WakeByRef()             { f.m.wake() }
func (f *fresh) Drop()                  {}

// A oneOf wakes one handle.
type oneOf struct {
	s      *sharing
	choose func([]*shared) int
}

func (o oneOf) Clone() wakers.RawWaker { return o }
func (o oneOf) Wake()                  { o.WakeByRef() }
func (o oneOf) Drop()                  {}
func (o oneOf) WakeByRef() {
	o.s.mu.Lock()
	var h *shared
	if len(o.s.handles) > 0 {
		h = o.s.handles[o.choose(o.s.handles)]
	}
	o.s.mu.Unlock()
	if h != nil {
		h.cell.Wake()
	}
}
