package primitives

import (
	"errors"
	"fmt"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
)

var (
	// ErrFull says that there is no room to send, or that it is set aside for those
	// who waited before.
	ErrFull = errors.New("primitives: the channel is full")

	// ErrEmpty says that there is nothing to receive, or that it is set aside for
	// those who waited before.
	ErrEmpty = errors.New("primitives: nothing to receive")
)

// A Channel carries values from any number of senders to any number of receivers,
// through a buffer. Each value is received once, in the order in which they were
// sent, and each end serves first in, first out.
//
// A value goes from a send into the buffer when a poll of the send answers, and from
// the buffer to a receive when a poll of that answers. In between nothing is handed
// over: a sender that waited is granted room and a receiver that waited the right to
// one value, and if they are dropped, that goes to the next. So a value is never lost
// with a future: a send that was dropped has not sent, a receive that was dropped has
// not received.
//
// Each end is closed by itself. After CloseSend there are no more values, and the
// receivers get those that are left. After CloseReceive nobody will receive, and
// what is left is given to the caller.
//
// If a waker panics that a receive wakes, to say that there is room or no more to
// come, then nothing was received: the value is back at its place. Those who were
// woken find that there is no room, or a value after all, and wait or receive. Only if
// the room was used before the panic, the buffer holds one more than its capacity.
//
// Source: tokio::sync::mpsc and async-channel, bounded.
type Channel[T any] struct {
	capacity int

	mu            sync.Mutex
	values        ring[T]
	senders       side // wait for room
	receivers     side // wait for a value
	sendClosed    bool
	receiveClosed bool
}

// A side is one end of a channel. Nobody waits there for what is free, that is, there
// and not granted to others: settle sees to it.
type side struct {
	waiters queue
	granted int // how much of what is there is set aside
}

func (s *side) grant(woken *queue) {
	s.granted++
	s.waiters.release(granted, woken)
}

// NewChannel returns a channel whose buffer holds up to capacity values. It panics if
// that is less than 1: a send ends when the value is in the buffer.
func NewChannel[T any](capacity int) *Channel[T] {
	if capacity < 1 {
		panic(fmt.Sprintf("primitives: NewChannel(%d): the capacity must be 1 or more", capacity))
	}
	return &Channel[T]{capacity: capacity}
}

// Len returns how many values are in the buffer.
func (c *Channel[T]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.values.len
}

// Send returns a future that is ready with nil when v is in the buffer, or with
// ErrClosed if one of the ends was closed before.
func (c *Channel[T]) Send(v T) futures.Future[error] {
	return &send[T]{channel: c, value: v}
}

// TrySend sends v if there is room that is not set aside. Otherwise it returns ErrFull
// or ErrClosed.
func (c *Channel[T]) TrySend(v T) error {
	var woken queue
	c.mu.Lock()
	var err error
	switch {
	case c.closed():
		err = ErrClosed
	case !c.hasRoom():
		err = ErrFull
	default:
		c.values.pushBack(v)
		c.settle(&woken)
	}
	c.mu.Unlock()
	woken.wake()
	return err
}

// Receive returns a future that is ready with the next value. Its Err is ErrClosed if
// none will come any more.
func (c *Channel[T]) Receive() futures.Future[futures.Result[T]] {
	return &receive[T]{channel: c}
}

// TryReceive receives a value if there is one that is not set aside. Otherwise it
// returns ErrEmpty, or ErrClosed if none will come any more.
func (c *Channel[T]) TryReceive() (v T, err error) {
	var woken queue
	c.mu.Lock()
	switch {
	case c.hasValue():
		v = c.values.popFront()
		c.settle(&woken)
	case c.ended():
		err = ErrClosed
	default:
		err = ErrEmpty
	}
	c.mu.Unlock()

	returned := false
	defer func() {
		if !returned {
			c.putBack(v)
		}
	}()
	woken.wake()
	returned = true
	return v, err
}

// CloseSend says that no more values will be sent: what waits to send is answered with
// ErrClosed, and a receive too once the buffer is empty.
func (c *Channel[T]) CloseSend() {
	var woken queue
	c.mu.Lock()
	c.sendClosed = true
	c.settle(&woken)
	c.mu.Unlock()
	woken.wake()
}

// CloseReceive says that nobody will receive any more: whatever waits on either side
// is answered with ErrClosed. It returns the values that were sent and not received.
func (c *Channel[T]) CloseReceive() []T {
	var woken queue
	c.mu.Lock()
	c.receiveClosed = true
	left := c.values.all()
	c.settle(&woken)
	c.mu.Unlock()
	woken.wake()
	return left
}

// The methods below are called with mu held.

func (c *Channel[T]) closed() bool  { return c.sendClosed || c.receiveClosed }
func (c *Channel[T]) hasRoom() bool { return c.values.len+c.senders.granted < c.capacity }
func (c *Channel[T]) hasValue() bool {
	return c.values.len > c.receivers.granted
}

// ended reports whether there is no value and none will come.
func (c *Channel[T]) ended() bool {
	return c.closed() && c.values.len == 0
}

// settle lets go on who can: it is called after every change.
func (c *Channel[T]) settle(woken *queue) {
	for c.receivers.waiters.head != nil && c.hasValue() {
		c.receivers.grant(woken)
	}
	if c.ended() {
		c.receivers.waiters.releaseAll(dismissed, woken)
	}
	if c.closed() {
		c.senders.waiters.releaseAll(dismissed, woken)
	}
	for c.senders.waiters.head != nil && c.hasRoom() {
		c.senders.grant(woken)
	}
}

// overfull reports whether who was granted room has to wait again, since a value was
// put back.
func (c *Channel[T]) overfull() bool { return !c.closed() && c.values.len >= c.capacity }

// putBack undoes a receive, because a waker panicked. It takes the lock itself.
func (c *Channel[T]) putBack(v T) {
	var woken queue
	c.mu.Lock()
	c.values.pushFront(v)
	c.settle(&woken)
	c.mu.Unlock()
	woken.wake()
}
