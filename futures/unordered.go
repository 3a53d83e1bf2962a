package futures

import (
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// An Unordered is a set of futures whose values are taken in the order in which
// they come. Unlike Join and Select it lends each child a waker of its own and so
// knows who was woken: a poll costs what the woken children cost, however many
// others wait. It is for many children, and for children that come and go.
//
// The zero value is an empty set, ready to use; a set must not be copied. Push and
// Len may be called by any goroutine, also by a child in its poll. The other methods
// belong to one goroutine at a time, as a future's do. A child's waker may be used
// by anybody at any time; when the child has answered or was dropped, it does
// nothing.
//
// How it works: a child that is woken goes to the end of a queue, unless it is in
// it already. A poll takes the children that it finds in the queue, in order, each
// once, until one is ready. A child that is woken while the poll runs is queued
// behind them, for the next poll; so a poll ends even if a child wakes itself for
// ever, and no child is overtaken for ever. The first child to be queued takes the
// waker of the latest poll and wakes it; the others then find none.
//
// A child that panics is taken out and dropped, and the panic goes to who polled.
// The others are not concerned: the set may be polled again.
type Unordered[T any] struct {
	parent wakers.Cell // the waker of the latest poll
	latest *next[T]    // whose poll that was; nil: PollNext
	// A poll has found answer, and has not handed it out yet. Both belong to who polls.
	answered bool
	answer   Selected[T]

	// mu guards what follows, and is not held when a child or a waker is called.
	mu          sync.Mutex
	dropped     bool
	pushed, len int
	first, last *child[T] // the set, in the order of Push
	due         dueQueue[T]
}

// Push adds f to the set and returns its index: 0 for the first, then 1 and so on.
// If a task waits for the next value it is woken, for a new child is to be polled
// once. If the set was dropped, f is dropped too, and Push returns -1. It panics if
// f is nil.
func (u *Unordered[T]) Push(f Future[T]) int {
	if f == nil {
		panic("futures: Unordered.Push(nil): it needs a future")
	}
	c := &child[T]{set: u, future: f}
	c.waker.Init(childWaker[T]{c})
	c.cx = *NewContext(&c.waker)
	if !u.add(c) {
		Drop(f)
		return -1
	}
	u.wake(c)
	return c.index
}

// Len returns how many children have not answered yet.
func (u *Unordered[T]) Len() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.len
}

// Next returns a future that is ready with the next value and the index of its
// child, or with Index -1 as soon as the set is empty. It is one step, and more can
// follow: to drop it gives up the step and not the children. One step is polled at
// a time; if there are several, the task of the latest poll is the one to be woken.
func (u *Unordered[T]) Next() Future[Selected[T]] { return &next[T]{set: u} }

// PollNext polls for the next value, like the future of Next. It may be called
// again after it was ready, for the value after.
func (u *Unordered[T]) PollNext(cx *Context) (_ Selected[T], ready bool) {
	return u.poll(cx, nil)
}

// Drop gives up all children, in the order of Push. The set cannot be used again.
func (u *Unordered[T]) Drop() {
	defer u.parent.Clear()
	u.answered, u.answer = false, Selected[T]{}
	forEach(u.empty(), Drop[T])
}

type next[T any] struct {
	set   *Unordered[T]
	stage stage
}

func (n *next[T]) Poll(cx *Context) (_ Selected[T], ready bool) {
	n.stage.mustBePending("Unordered.Next")
	s, ready := n.set.poll(cx, n)
	if ready {
		n.stage = stageReady
	}
	return s, ready
}

func (n *next[T]) Drop() {
	n.stage = stageDropped
	if n.set.latest == n {
		n.set.parent.Clear()
	}
}

func (u *Unordered[T]) poll(cx *Context, n *next[T]) (_ Selected[T], ready bool) {
	if u.answered {
		return u.handOut(), true
	}
	if u.Len() == 0 {
		u.mustNotBeDropped()
		u.parent.Clear()
		return Selected[T]{Index: -1}, true
	}
	// Before the queue is read: who is queued after that finds the waker.
	u.latest = n
	u.parent.Register(cx.Waker())
	for range u.dueLen() {
		c := u.take()
		if c == nil {
			continue // it was queued and then answered, or panicked
		}
		if v, ok := u.pollChild(c); ok {
			u.answer, u.answered = Selected[T]{Index: c.index, Value: v}, true
			return u.handOut(), true
		}
	}
	return Selected[T]{}, false
}

// handOut gives up the waker and returns the answer. If that waker panics, the
// answer stays for the next poll.
func (u *Unordered[T]) handOut() (s Selected[T]) {
	u.parent.Clear()
	s, u.answer, u.answered = u.answer, s, false
	return s
}

// pollChild polls c and takes it out if that was its last poll.
func (u *Unordered[T]) pollChild(c *child[T]) (v T, ready bool) {
	returned := false
	defer func() {
		switch {
		case ready:
			u.remove(c)
		case !returned: // it panicked, or ended the goroutine
			// If others are due, their wakes are spent; perhaps who polled recovers
			// and answers pending.
			defer func() {
				if u.dueLen() > 0 {
					u.parent.Wake()
				}
			}()
			Drop(u.remove(c))
		}
	}()
	v, ready = c.future.Poll(&c.cx)
	returned = true
	return v, ready
}
