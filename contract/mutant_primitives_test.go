package contract_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func primitiveMutants() []mutant {
	plug := func(name string, mk func(testing.TB) contract.Primitive, notices ...string) mutant {
		return mutant{contract.PrimitiveDoor, name, func() contract.Report { return contract.CheckPrimitive(mk) }, notices}
	}
	row := func(name string, edit func(*semaphore), notices ...string) mutant {
		mk := func(testing.TB) contract.Primitive { return newSemaphore(edit).subject() }
		return plug(name, mk, notices...)
	}
	return []mutant{
		row("none", func(*semaphore) {}),
		row("release wakes nobody", func(s *semaphore) {
			s.wake = func([]*acquire) {}
		}, "F1"),
		row("release wakes only the first", func(s *semaphore) {
			s.wake = func(list []*acquire) { wakeEach(list[:min(len(list), 1)]) }
		}, "F1", "F23"),
		row("close wakes only the first", func(s *semaphore) {
			s.closing = func() []*acquire { return s.queue[:min(len(s.queue), 1)] }
		}, "F1", "F23"),
		plug("what is granted is lost with its waiter", func(testing.TB) contract.Primitive {
			s := newSemaphore(func(s *semaphore) { s.pass = func(*acquire) {} }).subject()
			s.Ops = slices.DeleteFunc(s.Ops, func(o contract.PrimitiveOp) bool { return o.Try != nil || o.Undoes == "try-acquire" })
			return s
		}, "F1", "F12"),
		row("keeps only the first waker", func(s *semaphore) {
			register := s.register
			s.register = func(a *acquire, cx *futures.Context) {
				if a.polls == 1 {
					register(a, cx)
				}
			}
		}, "F2"),
		row("keeps its waker when ready", func(s *semaphore) {
			s.done = func(*acquire) {}
		}, "F4"),
		row("keeps its waker when it is given up", func(s *semaphore) {
			s.leave = func(*acquire) {}
		}, "F11"),
		row("is disarmed by a spurious poll", func(s *semaphore) {
			register := s.register
			s.register = func(a *acquire, cx *futures.Context) {
				if a.polls == 1 {
					register(a, cx)
				} else {
					a.cell.Clear()
				}
			}
		}, "F1", "F7"),
		row("keeps the borrowed waker", func(s *semaphore) {
			var kept *wakers.Waker
			register := s.register
			s.register = func(a *acquire, cx *futures.Context) { register(a, cx); kept = cx.Waker() }
			s.wake = func(list []*acquire) {
				defer wakeEach(list)
				if kept != nil && len(list) > 0 {
					kept.WakeByRef()
				}
			}
			s.leave = func(a *acquire) { kept = nil; a.cell.Clear() }
		}, "F16"),
		row("wakes itself on every pending", func(s *semaphore) {
			register := s.register
			s.register = func(a *acquire, cx *futures.Context) {
				register(a, cx)
				cx.Waker().WakeByRef()
			}
		}, "F17"),
		row("gives away what is taken", func(s *semaphore) {
			s.may = func(int) bool { return len(s.queue) == 0 }
		}, "F21"),
		row("grants the youngest first", func(s *semaphore) {
			s.next = func() *acquire {
				for _, a := range slices.Backward(s.queue) {
					if a.n <= s.free {
						return a
					}
				}
				return nil
			}
		}, "F24"),
		row("wakes with its lock held", func(s *semaphore) {
			s.wake = func(list []*acquire) {
				s.mu.Lock()
				defer s.mu.Unlock()
				wakeEach(list)
			}
		}, "F13"),
		row("registers with its lock held", func(s *semaphore) {
			register := s.register
			s.register = func(a *acquire, cx *futures.Context) {
				s.mu.Lock()
				defer s.mu.Unlock()
				register(a, cx)
			}
		}, "F13"),
		row("a waker's panic leaves the others asleep", func(s *semaphore) {
			s.wake = func(list []*acquire) {
				for _, a := range list {
					a.cell.Wake()
				}
			}
		}, "F14"),
		plug("a waker's panic leaves its lock locked", lockedByPanic, "F13", "F14"),
	}
}

// lockedByPanic is a semaphore that does not unlock if a waker panics.
func lockedByPanic(tb testing.TB) contract.Primitive {
	var mu sync.Mutex
	s := newSemaphore(func(s *semaphore) {
		s.wake = func(list []*acquire) {
			mu.Lock()
			wakeEach(list)
			mu.Unlock()
		}
	})
	tb.Cleanup(func() { mu.TryLock(); mu.Unlock() })
	return s.subject()
}
