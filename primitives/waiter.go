package primitives

import (
	"errors"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// ErrClosed says that an operation can never be done any more, because the
// primitive, or the end of it that the operation needs, was closed.
var ErrClosed = errors.New("primitives: closed")

// A waiter is one operation that may have to wait: the part that its future has in
// common with all others.
type waiter struct {
	cell wakers.Cell // the waker of the latest poll

	// The lock of the primitive guards what follows while the waiter is queued. From
	// then on, and before, it belongs to the future.
	state      state
	prev, next *waiter
	permits    int // what is asked of a Semaphore
}

// A state is how far a waiter has come.
type state uint8

const (
	idle      state = iota // not polled yet
	queued                 // waits
	granted                // what it waits for is set aside for it
	dismissed              // it need not wait any more, and nothing is set aside
	done                   // it has taken effect, but its poll panicked in a foreign wake
	answered               // its future was ready
	dropped                // its future was dropped
)

// mustBeLive panics unless the future called name may be polled.
func (w *waiter) mustBeLive(name string) {
	switch w.state {
	case answered:
		panic("primitives: " + name + " polled after it answered ready: a future answers once, so keep the answer and stop polling")
	case dropped:
		panic("primitives: " + name + " polled after Drop: whoever drops a future gives it up, so poll it no more")
	}
}

// await is the heart of every Poll here. look reports whether there is nothing to
// wait for any more; if it is told to and there is, it puts the waiter in its queue.
func (w *waiter) await(cx *futures.Context, look func(enqueue bool) bool) bool {
	if !look(false) { // without a clone of the waker, if it need not wait
		w.cell.Register(cx.Waker())
		if !look(true) { // what happened before the waker was there woke nobody
			return false
		}
	}
	w.cell.Clear()
	return true
}

// A queue holds waiters, first in, first out. The zero value is empty.
type queue struct{ head, tail *waiter }

// push puts w at the end and makes it queued.
func (q *queue) push(w *waiter) {
	w.state = queued
	q.link(w)
}

// pushFront puts w back at the front.
func (q *queue) pushFront(w *waiter) {
	w.state = queued
	if w.next = q.head; w.next == nil {
		q.tail = w
	} else {
		w.next.prev = w
	}
	q.head = w
}

func (q *queue) link(w *waiter) {
	if w.prev = q.tail; w.prev == nil {
		q.head = w
	} else {
		w.prev.next = w
	}
	q.tail = w
}

// remove takes w out, wherever it stands.
func (q *queue) remove(w *waiter) {
	if w.prev == nil {
		q.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, nil
}

// release moves the first waiter, with its new state, to those who are to be woken
// when the lock has been given up.
func (q *queue) release(s state, woken *queue) {
	w := q.head
	q.remove(w)
	w.state = s
	woken.link(w)
}

// releaseAll moves them all.
func (q *queue) releaseAll(s state, woken *queue) {
	for q.head != nil {
		q.release(s, woken)
	}
}

// wake empties the queue and wakes all, in order, also when some of the wakers
// panic: the panic continues after the last. No lock is held.
func (q *queue) wake() {
	if q.head == nil {
		return
	}
	defer q.wake() // after a panic there may be more
	for w := q.head; w != nil; w = q.head {
		q.remove(w)
		w.cell.Wake()
	}
}
