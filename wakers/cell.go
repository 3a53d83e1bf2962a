package wakers

import "github.com/wakecheck/wakecheck/internal/sync"

// A Cell is a slot for the latest waker of a task that waits for something. The
// task registers its waker in each poll, and whoever makes the thing happen
// wakes the Cell. The zero value is empty and ready to use; a Cell must not be
// copied. All methods may be called from any goroutine at the same time.
//
// No wake is lost if both sides keep an order:
//
//	the task:   Register, then check whether it has happened
//	the other:  make it happen, then Wake
//
// If the task checks too early to see it, then the Wake comes after the Register
// and finds the waker. What was done before a Wake is seen after a Register that
// comes after that Wake, so it need not be atomic by itself.
//
// The latest Register wins; an older waker is dropped unwoken. Wakers' code may
// call the Cell again and it may panic: the Cell calls it without its lock held
// and with its own work done.
//
// Source: futures::task::AtomicWaker.
type Cell struct {
	// A mutex around two words. Locking it costs the same two atomic writes as a
	// call of the lock-free original. Registering a new waker locks twice, since
	// its clone is made in between; that is the price, some 10 ns, for serving any
	// number of Registers at once, and a waker that comes back to the Cell. The
	// original clones while it holds the slot and loses such registrations.
	mu  sync.Mutex
	raw RawWaker // nil: empty
}

// Register puts a clone of w in the Cell in place of what it held. It keeps what
// is there if that will wake the same task (see Waker.WillWake). If cloning w
// panics, the Cell holds what it held before. It panics if w is empty.
func (c *Cell) Register(w *Waker) {
	w.mustBeFilled("Cell.Register")
	c.mu.Lock()
	kept := c.raw != nil && sameWaker(c.raw, w.raw)
	c.mu.Unlock()
	if kept {
		return
	}
	if old := c.swap(cloneRaw(w.raw)); old != nil {
		old.Drop()
	}
}

// Wake empties the Cell and wakes what it held. An empty Cell does nothing: the
// next Register comes after this Wake, and the task then checks for itself.
func (c *Cell) Wake() {
	if raw := c.swap(nil); raw != nil {
		raw.Wake()
	}
}

// Take moves what the Cell holds to dst, for a wake later, when the caller has
// given up its locks. It reports whether there was anything; if not, dst is as it
// was. It panics if dst is filled.
func (c *Cell) Take(dst *Waker) bool {
	dst.mustBeEmpty("Cell.Take")
	dst.raw = c.swap(nil)
	return dst.raw != nil
}

// Clear empties the Cell and drops what it held, without waking: for a task that
// waits no longer. The Cell may be used again.
func (c *Cell) Clear() {
	if raw := c.swap(nil); raw != nil {
		raw.Drop()
	}
}

// swap is the only way into the slot for a waker and out of it, and it calls no
// code of a waker.
func (c *Cell) swap(raw RawWaker) RawWaker {
	c.mu.Lock()
	old := c.raw
	c.raw = raw
	c.mu.Unlock()
	return old
}
