package primitives

import (
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// A Semaphore hands out permits, of which there are as many as its size, and gets
// them back.
//
// It is strict: first in, first out. While one waits who wants many permits, nobody
// after him gets any, however few he wants. So the one who wants many gets them, and
// the price is that permits may lie idle until there are enough.
//
// Conservation: at any time the size is what is free plus what was acquired and not
// released, and permits set aside for a task that has yet to poll count as acquired.
// If that task is dropped, the next in the queue gets them.
//
// The zero value is a semaphore of size 1. A Semaphore must not be copied.
//
// Source: tokio::sync::Semaphore, golang.org/x/sync/semaphore.
type Semaphore struct {
	size int // 0: one

	mu      sync.Mutex
	taken   int // acquired or set aside
	closed  bool
	waiters queue
}

// NewSemaphore returns a semaphore of the given size. It panics if that is less than
// 1.
func NewSemaphore(size int) *Semaphore {
	if size < 1 {
		panic(fmt.Sprintf("primitives: NewSemaphore(%d): a semaphore without permits lets nobody through; the size must be 1 or more", size))
	}
	return &Semaphore{size: size}
}

// Size returns how many permits there are, free or not.
func (s *Semaphore) Size() int { return max(s.size, 1) }

// Free returns how many permits could be acquired if nobody waited.
func (s *Semaphore) Free() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Size() - s.taken
}

// Acquire returns a future that is ready with nil when it has acquired n permits, all
// at once; the caller then owes a Release(n). Its answer is ErrClosed if the
// semaphore is closed before. It panics if n is less than 1 or more than the size.
func (s *Semaphore) Acquire(n int) futures.Future[error] {
	s.mustFit("Acquire", n)
	return &acquire{waiter{permits: n}, s, "Semaphore.Acquire"}
}

// TryAcquire acquires n permits if they are free and nobody waits. It reports whether
// it did. It panics if n is less than 1 or more than the size.
func (s *Semaphore) TryAcquire(n int) bool {
	s.mustFit("TryAcquire", n)
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && s.take(n)
}

// Release gives n permits back and wakes those who can now go on. It panics if n is
// less than 1 or more than are acquired or set aside.
func (s *Semaphore) Release(n int) {
	s.mustFit("Release", n)
	if !s.release(n) {
		panic(fmt.Sprintf("primitives: Semaphore.Release(%d) of more permits than are acquired: release once what was acquired once", n))
	}
}

// Close ends the waiting: all who wait, and all who come later, are answered with
// ErrClosed. Permits that are acquired or set aside stay so, and are released as ever.
func (s *Semaphore) Close() {
	var woken queue
	s.mu.Lock()
	s.closed = true
	s.settle(&woken)
	s.mu.Unlock()
	woken.wake()
}

func (s *Semaphore) mustFit(call string, n int) {
	if n < 1 || n > s.Size() {
		panic(fmt.Sprintf("primitives: Semaphore.%s(%d): want 1 to %d permits, the size of the semaphore", call, n, s.Size()))
	}
}

// take takes n permits if they are free and nobody waits; mu is held.
func (s *Semaphore) take(n int) bool {
	if s.waiters.head != nil || s.taken+n > s.Size() {
		return false
	}
	s.taken += n
	return true
}

// release reports false if n permits are not taken.
func (s *Semaphore) release(n int) bool {
	var woken queue
	s.mu.Lock()
	ok := n <= s.taken
	if ok {
		s.taken -= n
		s.settle(&woken)
	}
	s.mu.Unlock()
	woken.wake()
	return ok
}

// settle lets go on who can, after permits came back, the queue got a new head, or
// the semaphore was closed; mu is held.
func (s *Semaphore) settle(woken *queue) {
	if s.closed {
		s.waiters.releaseAll(dismissed, woken)
	}
	for w := s.waiters.head; w != nil && s.taken+w.permits <= s.Size(); w = s.waiters.head {
		s.taken += w.permits
		s.waiters.release(granted, woken)
	}
}

// An acquire waits for permits.
type acquire struct {
	waiter
	semaphore *Semaphore
	name      string // for who polls too late
}

func (a *acquire) Poll(cx *futures.Context) (err error, ready bool) {
	if !a.await(cx, a.look) {
		return nil, false
	}
	if a.state == dismissed {
		err = ErrClosed
	}
	a.state = answered
	return err, true
}

func (a *acquire) look(enqueue bool) bool {
	s := a.semaphore
	s.mu.Lock()
	defer s.mu.Unlock()
	a.mustBeLive(a.name)
	if a.state == idle {
		switch {
		case s.closed:
			a.state = dismissed
		case s.take(a.permits):
			a.state = granted
		case enqueue:
			s.waiters.push(&a.waiter)
		}
	}
	return a.state == granted || a.state == dismissed
}

func (a *acquire) Drop() {
	defer a.cell.Clear()
	var woken queue
	s := a.semaphore
	s.mu.Lock()
	switch a.state {
	case queued: // perhaps the others waited only for their turn
		s.waiters.remove(&a.waiter)
		s.settle(&woken)
	case granted:
		s.taken -= a.permits
		s.settle(&woken)
	}
	a.state = dropped
	s.mu.Unlock()
	woken.wake()
}
