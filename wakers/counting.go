package wakers

import "github.com/wakecheck/wakecheck/internal/atomic"

// Counting makes wakers that count: the wakes, and the handles that live. Both
// counts are exact however many goroutines use the handles. The zero value is
// ready to use. All methods may be called from any goroutine, and none blocks.
// A Counting must not be copied.
//
// The count of live handles answers, without a clock, a question that no timeout
// can: if a future is pending, was not woken, and Live is zero, then nobody is
// left who could ever wake it.
//
// Counting stands for a waker that frees its memory with its last handle, and
// notices who would then have touched freed memory: see Freed and Late.
type Counting struct {
	_     noCopy
	live  atomic.Int64
	wakes atomic.Int64
	late  atomic.Int64
	freed atomic.Bool
}

var countingVTable = VTable[Counting]{
	Clone:     (*Counting).clone,
	Wake:      (*Counting).wake,
	WakeByRef: (*Counting).wakeByRef,
	Drop:      (*Counting).drop,
}

// CountingVTable returns a copy of the table that Counting uses, to read or to
// vary. A Raw of the varied table stands for a handle that Counting.Raw has
// counted:
//
//	vt := wakers.CountingVTable()
//	vt.WakeByRef = vt.Wake // a bug: ends a handle that still lives
//	c.Raw()                // counts the first handle
//	raw := vt.Raw(&c)      // and this is it
func CountingVTable() VTable[Counting] { return countingVTable }

// Raw returns a new handle, which Live counts.
func (c *Counting) Raw() RawWaker {
	c.live.Add(1)
	return countingVTable.Raw(c)
}

// InitWaker fills w with a new handle, which Live counts.
func (c *Counting) InitWaker(w *Waker) { w.Init(c.Raw()) }

// Wakes returns how many times a handle was woken, by Wake or WakeByRef.
func (c *Counting) Wakes() int { return int(c.wakes.Load()) }

// Live returns how many handles were made, by Raw and by cloning, and not yet
// ended. A negative number says that more handles were ended than made.
func (c *Counting) Live() int { return int(c.live.Load()) }

// Freed reports whether Live has ever fallen to zero. From then on a real waker's
// memory may be gone: to call any handle made before is an error, which Late
// counts. To make a new handle with Raw is none.
func (c *Counting) Freed() bool { return c.freed.Load() }

// Late returns how many calls of Clone, Wake, WakeByRef and Drop came when no
// handle was alive, so that each was made on a handle that had ended: uses after
// free. It is zero for a correct program.
func (c *Counting) Late() int { return int(c.late.Load()) }

// Each function learns from the count itself whether its handle can be alive,
// so that counting costs one atomic add and there is no window between the
// check and the count.

func (c *Counting) clone() *Counting {
	if c.live.Add(1) <= 1 {
		c.late.Add(1)
	}
	return c
}

func (c *Counting) wake() {
	c.wakes.Add(1)
	c.drop()
}

func (c *Counting) wakeByRef() {
	c.wakes.Add(1)
	if c.live.Load() <= 0 {
		c.late.Add(1)
	}
}

func (c *Counting) drop() {
	if n := c.live.Add(-1); n <= 0 {
		c.ended(n)
	}
}

// ended notes that a call has ended the last handle, or one too many.
func (c *Counting) ended(live int64) {
	c.freed.Store(true)
	if live < 0 {
		c.late.Add(1)
	}
}
