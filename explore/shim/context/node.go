package context

import (
	"context"
	"reflect"
	"slices"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// node is a context that can be canceled, or, as in package context, what is to
// be called when its parent is. Its object is the lock of what is below the
// line, with a gate that is open while it is free. To look at err one can also
// touch the channel, since that is closed in the step that sets err.
type node struct {
	context.Context // the parent
	deadline        time.Time
	f               func()
	done            chan struct{}
	stop            func() bool // detaches it from a parent of another package
	ref             engine.Ref

	err, cause error
	children   []*node
	timer      *time.Timer

	touched []*engine.Object // scratch of shut
}

// key is the key by which a context gives the node that it is or derives from.
var key int

func newNode(parent Context) *node {
	mustHave(parent)
	return &node{Context: parent, done: make(chan struct{})}
}

func mustHave(parent Context) {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
}

// derive makes a node that is canceled when parent is.
func derive(e *engine.Engine, parent Context) *node {
	c := newNode(parent)
	c.attach(e)
	return c
}

// Done returns the channel that is closed when c is done.
func (c *node) Done() <-chan struct{} { return c.done }

// Deadline returns the deadline of c, or else of its parents.
func (c *node) Deadline() (time.Time, bool) {
	if !c.deadline.IsZero() {
		return c.deadline, true
	}
	return c.Context.Deadline()
}

// Value returns what the parents of c hold for k.
func (c *node) Value(k any) any {
	if k == &key {
		return c
	}
	return c.Context.Value(k)
}

// Err returns why c is done, nil if it is not.
func (c *node) Err() error {
	e := engine.Cur
	if e == nil {
		return c.err // its execution is over
	}
	o := channel.FeedOf(e, c.done).Object()
	e.Read(o, "err")
	if c.err != nil {
		e.Acquire(o)
	}
	if e.Recording() {
		e.Note("= %v", c.err)
	}
	return c.err
}

// why returns the cause of c.
func (c *node) why() error {
	if e := engine.Cur; e != nil {
		c.lock(e, "cause")
		defer c.free(e)
	}
	return c.cause
}

// String is as of a context of package context.
func (c *node) String() string {
	name := reflect.TypeOf(c.Context).String()
	if s, ok := c.Context.(interface{ String() string }); ok {
		name = s.String()
	}
	if c.deadline.IsZero() {
		return name + ".WithCancel"
	}
	return name + ".WithDeadline(" + c.deadline.String() + " [" + time.Until(c.deadline).String() + "])"
}

func (c *node) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&c.ref, "context")
	if fresh {
		o.SetOpen(engine.Gate)
	}
	return o
}

// lock is a scheduling point that locks c.
func (c *node) lock(e *engine.Engine, k engine.Kind) {
	o := c.object(e)
	e.Enter(o, k, engine.Gate)
	o.SetOpen(0)
	e.Acquire(o)
}

// free unlocks c in the same step.
func (c *node) free(e *engine.Engine) {
	o := c.object(e)
	e.ReleaseTo(o)
	o.SetOpen(engine.Gate)
}

// unlock is a scheduling point that unlocks c.
func (c *node) unlock(e *engine.Engine) {
	e.Write(c.object(e), "unlock")
	c.free(e)
}

// parent returns the node that cancels c, nil if there is none.
func (c *node) parent() *node {
	p, ok := c.Context.Value(&key).(*node)
	if !ok || p.done != c.Context.Done() {
		return nil // it has been given another channel on the way
	}
	return p
}

// attach lets c be canceled when its parent is, or cancels it if that has been
// done.
func (c *node) attach(e *engine.Engine) {
	done := c.Context.Done()
	if done == nil {
		return
	}
	p := c.parent()
	if p == nil {
		c.follow(e, done)
		return
	}
	p.lock(e, "derive")
	err, cause := p.err, p.cause
	if err == nil {
		p.children = append(p.children, c)
		p.free(e)
		return
	}
	p.free(e)
	c.cancel(err, cause, false)
}

// follow lets c be canceled when done, of a context of another package, is
// closed.
func (c *node) follow(e *engine.Engine, done <-chan struct{}) {
	parent := c.Context
	cancel := func() { c.cancel(parent.Err(), Cause(parent), false) }
	if channel.Select(true, channel.RecvCase(done, nil, nil)) == 0 {
		cancel()
		return
	}
	if a, ok := parent.(interface{ AfterFunc(func()) func() bool }); ok {
		c.stop = a.AfterFunc(cancel)
		return
	}
	e.Go("context", func() {
		if channel.Select(false, channel.RecvCase(done, nil, nil), channel.RecvCase(c.done, nil, nil)) == 0 {
			cancel()
		}
	}, engine.Service)
}

// cancel ends c, if that has not been done, and all that derive from it. It
// reports whether it did. It detaches c unless the parent calls it; one that is
// to call f does so for the parent only.
func (c *node) cancel(err, cause error, detach bool) bool {
	e := engine.Cur
	if e == nil {
		return c.cancelAfter(err, cause)
	}
	if !c.shut(e, err, cause, !detach) {
		return false
	}
	if n := len(c.children); n > 0 {
		for ; n > 0; n-- {
			k := e.Choose(n)
			child := c.children[k]
			c.children = slices.Delete(c.children, k, k+1)
			child.cancel(err, c.cause, false)
		}
		c.unlock(e)
	}
	if detach {
		c.detach(e)
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	return true
}

// shut is a scheduling point that sets err, unless that has been done, and
// closes the channel, and starts f if it is to. It leaves c locked if there are
// children to be canceled.
func (c *node) shut(e *engine.Engine, err, cause error, starts bool) bool {
	o := c.object(e)
	feed := channel.FeedOf(e, c.done)
	c.touched = append(c.touched[:0], feed.Object())
	e.Announce(o, c.touched, "cancel", engine.Gate)
	if c.err != nil {
		e.Commit(c.touched)
		e.Acquire(o)
		c.free(e)
		return false
	}
	c.touched = feed.Waiting(c.touched)
	e.Commit(c.touched)
	e.Acquire(o)
	if cause == nil {
		cause = err
	}
	c.err, c.cause = err, cause
	if e.Recording() {
		e.Note("%v", cause)
	}
	feed.Close(e)
	if c.f != nil && starts {
		e.Go("context.AfterFunc", c.f, engine.Daemon)
	}
	if len(c.children) > 0 {
		o.SetOpen(0)
		return true
	}
	c.free(e)
	return true
}

// cancelAfter is cancel when the execution is over, and nobody looks on.
func (c *node) cancelAfter(err, cause error) bool {
	if c.err != nil {
		return false
	}
	if cause == nil {
		cause = err
	}
	c.err, c.cause = err, cause
	close(c.done)
	for _, child := range c.children {
		child.cancelAfter(err, cause)
	}
	c.children = nil
	return true
}

// detach takes c from its parent.
func (c *node) detach(e *engine.Engine) {
	if c.stop != nil {
		c.stop()
		return
	}
	if p := c.parent(); p != nil {
		p.lock(e, "detach")
		if i := slices.Index(p.children, c); i >= 0 {
			p.children = slices.Delete(p.children, i, i+1)
		}
		p.free(e)
	}
}
