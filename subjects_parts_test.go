package wakecheck_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// The contract over the parts that are built of others: what shares a future, what
// holds many, and the waiting operations of the primitives.

func TestShared(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		var e futures.Event
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: futures.NewShared(e.Wait()), Fire: e.Fire}
	})
}

// The handle under test is the second: the first is polled before and then given
// up, as a task that drove the future and was cancelled.
func TestSharedTakesOver(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		var e futures.Event
		first := futures.NewShared(e.Wait())
		second := first.Clone()
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: &takeOver[struct{}]{second, first}, Fire: e.Fire}
	})
}

// A takeOver polls another handle first, in its first poll, and drops it.
type takeOver[T any] struct {
	*futures.Shared[T]
	first *futures.Shared[T]
}

func (s *takeOver[T]) Poll(cx *futures.Context) (T, bool) {
	if s.first != nil {
		if _, ready := s.first.Poll(cx); ready {
			s.first = nil
		}
		s.dropFirst()
	}
	return s.Shared.Poll(cx)
}

func (s *takeOver[T]) Drop() {
	s.dropFirst()
	s.Shared.Drop()
}

func (s *takeOver[T]) dropFirst() {
	if s.first != nil {
		s.first.Drop()
		s.first = nil
	}
}

func TestUnordered(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
		var a, b futures.Event
		s := &setSum{left: 2}
		s.set.Push(a.Wait())
		s.set.Push(b.Wait())
		return contract.FutureSubject[int]{Claims: tokioWay, Future: s, Fire: func() { b.Fire(); a.Fire() }, Want: 1}
	})
}

// A setSum is ready when the set is empty, with the sum of the indices.
type setSum struct {
	set       futures.Unordered[struct{}]
	sum, left int
}

func (s *setSum) Poll(cx *futures.Context) (int, bool) {
	for s.left > 0 {
		next, ready := s.set.PollNext(cx)
		if !ready {
			return 0, false
		}
		s.sum += next.Index
		s.left--
	}
	return s.sum, true
}

func (s *setSum) Drop() { s.set.Drop() }

func TestNotify(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		var n primitives.Notify
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: n.Wait(), Fire: n.NotifyOne}
	})
}

func TestSemaphore(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[error] {
		s := primitives.NewSemaphore(2)
		s.TryAcquire(1)
		return contract.FutureSubject[error]{Claims: tokioWay, Future: s.Acquire(2), Fire: func() { s.Release(1) }}
	})
}

func TestSemaphoreClosed(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[error] {
		var s primitives.Semaphore
		s.TryAcquire(1)
		return contract.FutureSubject[error]{Claims: tokioWay, Future: s.Acquire(1), Fire: s.Close, Want: primitives.ErrClosed}
	})
}

func TestMutex(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		var m primitives.Mutex
		m.TryLock()
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: m.Lock(), Fire: m.Unlock}
	})
}

func TestChannelReceive(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[futures.Result[int]] {
		c := primitives.NewChannel[int](1)
		return contract.FutureSubject[futures.Result[int]]{
			Claims: tokioWay,
			Future: c.Receive(),
			Fire:   func() { c.TrySend(7) },
			Want:   futures.Result[int]{Value: 7},
		}
	})
}

func TestChannelSend(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[error] {
		c := primitives.NewChannel[int](1)
		c.TrySend(1)
		return contract.FutureSubject[error]{Claims: tokioWay, Future: c.Send(2), Fire: func() { c.TryReceive() }}
	})
}

func TestOneshot(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[futures.Result[int]] {
		s, r := primitives.NewOneshot[int]()
		return contract.FutureSubject[futures.Result[int]]{
			Claims: tokioWay,
			Future: r,
			Fire:   func() { s.Send(7) },
			Want:   futures.Result[int]{Value: 7},
		}
	})
}

func TestOneshotGone(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		s, r := primitives.NewOneshot[int]()
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: s.Gone(), Fire: r.Drop}
	})
}
