package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Once does something once. The zero value has not done it. It must not be
// copied after its first use.
type Once struct {
	real sync.Once
	ref  engine.Ref
}

// The values of a Once's model. Its gate is shut while it is running.
const (
	onceNew = iota
	onceBegun
)

func (o *Once) object(e *engine.Engine) *engine.Object {
	obj, fresh := e.Object(&o.ref, "Once")
	if fresh {
		obj.SetValue(onceNew)
		obj.SetOpen(engine.Gate)
	}
	return obj
}

// Do calls f if it is the first call of Do, and blocks until that call has
// returned. A call that panics has returned, too. What f does happens before the
// return of any call of Do. An f that calls Do blocks for ever.
func (o *Once) Do(f func()) {
	e := engine.Cur
	if e == nil {
		o.real.Do(f)
		return
	}
	obj := o.object(e)
	if !e.EnterIf(obj, "do", engine.Gate, onceNew) {
		e.Acquire(obj)
		return
	}
	obj.SetValue(onceBegun)
	obj.SetOpen(0)
	defer func() {
		e.Write(obj, "done")
		e.ReleaseTo(obj)
		obj.SetOpen(engine.Gate)
	}()
	f()
}
