package futures

import "github.com/wakecheck/wakecheck/wakers"

// A child is one future in an Unordered.
type child[T any] struct {
	set   *Unordered[T]
	index int
	waker wakers.Waker // lent in every poll; belongs to the garbage collector
	cx    Context

	// Guarded by set.mu. While a poll runs, future belongs to it.
	future     Future[T] // nil: taken out
	prev, next *child[T] // in the set
	queued     bool
	behind     *child[T] // in the queue
}

// add puts c into the set. It reports false if the set was dropped.
func (u *Unordered[T]) add(c *child[T]) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dropped {
		return false
	}
	c.index = u.pushed
	u.pushed++
	u.len++
	if c.prev = u.last; c.prev == nil {
		u.first = c
	} else {
		c.prev.next = c
	}
	u.last = c
	return true
}

// remove takes c out and returns its future, which is nil if that was done before.
// Whoever holds c's waker then holds nothing of the future.
func (u *Unordered[T]) remove(c *child[T]) (f Future[T]) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f, c.future = c.future, nil
	if f == nil {
		return nil
	}
	u.len--
	if c.prev == nil {
		u.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		u.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next = nil, nil
	return f
}

// empty takes all children out and returns their futures.
func (u *Unordered[T]) empty() []Future[T] {
	u.mu.Lock()
	defer u.mu.Unlock()
	fs := make([]Future[T], 0, u.len)
	for c := u.first; c != nil; {
		fs = append(fs, c.future)
		after := c.next
		c.future, c.prev, c.next = nil, nil, nil
		c = after
	}
	u.dropped, u.len, u.first, u.last = true, 0, nil, nil
	u.due = dueQueue[T]{}
	return fs
}

func (u *Unordered[T]) mustNotBeDropped() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dropped {
		stageDropped.mustBePending("Unordered")
	}
}

// wake queues c, unless that has been done, and then wakes the parent. If it is not
// the first since the parent's poll, it finds no waker.
func (u *Unordered[T]) wake(c *child[T]) {
	u.mu.Lock()
	queue := c.future != nil && !c.queued
	if queue {
		c.queued = true
		u.due.push(c)
	}
	u.mu.Unlock()
	if queue {
		u.parent.Wake()
	}
}

// dueLen returns how many children are in the queue.
func (u *Unordered[T]) dueLen() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.due.len
}

// take takes the child that is first in the queue, which may be woken again from
// now on. It returns nil if that one is no longer in the set.
func (u *Unordered[T]) take() *child[T] {
	u.mu.Lock()
	defer u.mu.Unlock()
	c := u.due.pop()
	if c == nil || c.future == nil {
		return nil
	}
	c.queued = false
	return c
}

// A dueQueue holds children in the order in which they were woken.
type dueQueue[T any] struct {
	head, tail *child[T]
	len        int
}

func (q *dueQueue[T]) push(c *child[T]) {
	if q.tail == nil {
		q.head = c
	} else {
		q.tail.behind = c
	}
	q.tail = c
	q.len++
}

func (q *dueQueue[T]) pop() *child[T] {
	c := q.head
	if c == nil {
		return nil
	}
	if q.head = c.behind; q.head == nil {
		q.tail = nil
	}
	c.behind = nil
	q.len--
	return c
}

// A childWaker queues a child of a set.
type childWaker[T any] struct{ *child[T] }

func (w childWaker[T]) Clone() wakers.RawWaker { return w }
func (w childWaker[T]) Wake()                  { w.set.wake(w.child) }
func (w childWaker[T]) WakeByRef()             { w.set.wake(w.child) }
func (w childWaker[T]) Drop()                  {}
