package atomic

import (
	"sync/atomic"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Value is an atomic value of whichever type is stored first. The zero value
// holds nil. It must not be copied after its first use.
type Value struct {
	v   atomic.Value
	ref engine.Ref
}

func (v *Value) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&v.ref, "atomic.Value")
	return o
}

// Load returns the value of v, nil if none has been stored.
func (v *Value) Load() (val any) {
	e := engine.Cur
	if e != nil {
		e.Load(v.object(e))
	}
	val = v.v.Load()
	if e != nil && e.Recording() {
		e.Note("= %v", val)
	}
	return val
}

// Store sets v to val. It panics if val is nil, or of another type than what
// has been stored before.
func (v *Value) Store(val any) {
	e := engine.Cur
	if e != nil {
		e.Store(v.object(e), 0)
		if e.Recording() {
			e.Note("%v", val)
		}
	}
	v.v.Store(val)
}

// Swap sets v to new and returns what it was, nil if nothing had been stored. It
// panics as Store does.
func (v *Value) Swap(new any) (old any) {
	e := engine.Cur
	if e != nil {
		e.Update(v.object(e), "swap")
	}
	old = v.v.Swap(new)
	if e != nil && e.Recording() {
		e.Note("%v → %v", old, new)
	}
	return old
}

// CompareAndSwap sets v to new if it is old, and reports whether it was. It
// panics as Store does, and if old cannot be compared. To the exploration it is
// a write also if it fails.
func (v *Value) CompareAndSwap(old, new any) (swapped bool) {
	e := engine.Cur
	if e == nil {
		return v.v.CompareAndSwap(old, new)
	}
	o := v.object(e)
	e.Write(o, "cas")
	e.Acquire(o)
	swapped = v.v.CompareAndSwap(old, new)
	if swapped {
		e.Publish(o)
	}
	note(e, swapped, old, new, v.v.Load())
	return swapped
}
