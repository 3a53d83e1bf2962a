package contract_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A semaphore is a good primitive: permits that are handed over to those that
// wait, oldest first. It is small enough to see that it is right, and a mutant
// edits one of its parts. Those that are called with the lock held say so.
type semaphore struct {
	register func(*acquire, *futures.Context) // arms a, before it looks
	may      func(n int) bool                 // locked: n permits may be taken at once
	next     func() *acquire                  // locked: who is granted next, and can be
	wake     func([]*acquire)                 // wakes who was granted
	pass     func(*acquire)                   // locked: a was granted and is given up
	done     func(*acquire)                   // a is ready
	leave    func(*acquire)                   // a is given up
	closing  func() []*acquire                // locked: who is to be woken by a close

	mu     sync.Mutex
	free   int
	closed bool
	queue  []*acquire
}

const semaphorePermits = 2

func newSemaphore(edit func(*semaphore)) *semaphore {
	s := &semaphore{free: semaphorePermits}
	s.register = func(a *acquire, cx *futures.Context) { a.cell.Register(cx.Waker()) }
	s.may = func(n int) bool { return s.free >= n && len(s.queue) == 0 }
	s.next = func() *acquire {
		if len(s.queue) == 0 || s.queue[0].n > s.free {
			return nil
		}
		return s.queue[0]
	}
	s.wake = wakeEach
	s.pass = func(a *acquire) { s.free += a.n }
	s.done = func(a *acquire) { a.cell.Clear() }
	s.leave = func(a *acquire) { a.cell.Clear() }
	s.closing = func() []*acquire { return s.queue }
	edit(s)
	return s
}

// wakeEach wakes all of them, also if a waker panics.
func wakeEach(list []*acquire) {
	if len(list) == 0 {
		return
	}
	defer wakeEach(list[1:])
	list[0].cell.Wake()
}

// An acquire is the future of n permits.
type acquire struct {
	s       *semaphore
	n       int
	cell    wakers.Cell
	polls   int
	queued  bool
	granted bool
	over    bool
}

func (a *acquire) Poll(cx *futures.Context) (int, bool) {
	s := a.s
	a.polls++
	s.register(a, cx)
	s.mu.Lock()
	answer := 0
	switch {
	case a.granted:
	case s.closed:
		answer = -1
	case !a.queued && s.may(a.n):
		s.free -= a.n
	default:
		if !a.queued {
			a.queued = true
			s.queue = append(s.queue, a)
		}
		s.mu.Unlock()
		return 0, false
	}
	a.over = true
	s.mu.Unlock()
	s.done(a)
	return answer, true
}

func (a *acquire) Drop() {
	s := a.s
	s.mu.Lock()
	var granted []*acquire
	if !a.over {
		a.over = true
		if a.granted {
			s.pass(a)
		} else if a.queued {
			s.remove(a)
		}
		granted = s.grant()
	}
	s.mu.Unlock()
	defer s.wake(granted)
	s.leave(a)
}

// remove takes a out of the queue; locked.
func (s *semaphore) remove(a *acquire) {
	for i, other := range s.queue {
		if other == a {
			s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
			return
		}
	}
}

// grant gives what is free to those that wait, and returns them; locked.
func (s *semaphore) grant() (granted []*acquire) {
	for a := s.next(); a != nil && !s.closed; a = s.next() {
		s.remove(a)
		a.granted = true
		s.free -= a.n
		granted = append(granted, a)
	}
	return granted
}

func (s *semaphore) acquire(n int) futures.Future[int] { return &acquire{s: s, n: n} }

func (s *semaphore) tryAcquire(n int) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !s.may(n) {
		return 0, false
	}
	s.free -= n
	return 0, true
}

func (s *semaphore) release(n int) int {
	s.mu.Lock()
	s.free += n
	granted := s.grant()
	s.mu.Unlock()
	s.wake(granted)
	return 0
}

func (s *semaphore) close(int) int {
	s.mu.Lock()
	s.closed = true
	waiting := s.closing()
	s.queue = nil
	s.mu.Unlock()
	s.wake(waiting)
	return 0
}

// A semaphoreState is what a semaphore remembers.
type semaphoreState struct {
	free   int
	closed bool
}

var semaphoreModel = contract.NewModel(semaphoreState{free: semaphorePermits}, func(s semaphoreState, o contract.Operation) (semaphoreState, int, bool) {
	switch o.Op {
	case "acquire", "try-acquire":
		if s.closed {
			return s, -1, o.Op == "acquire"
		}
		ok := s.free >= o.Arg
		s.free -= o.Arg
		return s, 0, ok
	case "release", "release-tried":
		s.free += o.Arg
	case "close":
		s.closed = true
	}
	return s, 0, true
})

func (s *semaphore) subject() contract.Primitive {
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		FIFO:   true,
		Model:  semaphoreModel,
		Ops: []contract.PrimitiveOp{
			{Name: "acquire", Args: semaphorePermits, Start: s.acquire},
			{Name: "try-acquire", Args: semaphorePermits, Try: s.tryAcquire},
			{Name: "release", Undoes: "acquire", Do: s.release},
			{Name: "release-tried", Undoes: "try-acquire", Do: s.release},
			{Name: "close", Once: true, Do: s.close},
		},
	}
}

func goodSemaphore(testing.TB) contract.Primitive {
	return newSemaphore(func(*semaphore) {}).subject()
}
