package primitives

import "github.com/wakecheck/wakecheck/futures"

// A Mutex is a lock that a task can hold over many polls, which a sync.Mutex cannot
// be: whoever waits for that one blocks his thread, and perhaps the very thread on
// which the holder must be polled to go on.
//
// It is a semaphore of one permit: first in, first out, and handed over. When it is
// unlocked while others wait, it belongs to the first of them at once and is never
// seen unlocked.
//
// The zero value is unlocked. A Mutex must not be copied. It has no owner: another
// task may unlock it.
//
// Source: tokio::sync::Mutex.
type Mutex struct{ permit Semaphore }

// Lock returns a future that is ready when it has locked m. Whoever drops it before
// does not hold the lock; whoever saw it ready owes an Unlock.
func (m *Mutex) Lock() futures.Future[struct{}] {
	return &lock{acquire{waiter{permits: 1}, &m.permit, "Mutex.Lock"}}
}

// TryLock locks m if it is unlocked, and reports whether it did.
func (m *Mutex) TryLock() bool { return m.permit.TryAcquire(1) }

// Unlock unlocks m, or hands it to the first who waits. It panics if m is not locked.
func (m *Mutex) Unlock() {
	if !m.permit.release(1) {
		panic("primitives: Unlock of an unlocked Mutex: unlock once what was locked once")
	}
}

type lock struct{ acquire }

func (l *lock) Poll(cx *futures.Context) (_ struct{}, ready bool) {
	_, ready = l.acquire.Poll(cx) // nil: a Mutex is never closed
	return struct{}{}, ready
}
