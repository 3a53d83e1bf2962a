package atomic

import (
	"fmt"
	"sync/atomic"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Bool is an atomic bool. The zero value is false. It must not be copied after
// its first use.
type Bool struct {
	_   [0]atomic.Bool // go vet looks for copies
	v   truth
	ref engine.Ref
}

func (x *Bool) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Bool")
	return o
}

// truth is a bool as an atomic holds it.
type truth uint32

// String is what a report shows.
func (b truth) String() string { return fmt.Sprint(b != 0) }

func bit(b bool) truth {
	if b {
		return 1
	}
	return 0
}

// Load returns the value of x.
func (x *Bool) Load() bool {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v) != 0
	}
	return atomic.LoadUint32((*uint32)(&x.v)) != 0
}

// Store sets x to val.
func (x *Bool) Store(val bool) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, bit(val))
		return
	}
	atomic.StoreUint32((*uint32)(&x.v), uint32(bit(val)))
}

// Swap sets x to new and returns what it was.
func (x *Bool) Swap(new bool) (old bool) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, bit(new)) != 0
	}
	return atomic.SwapUint32((*uint32)(&x.v), uint32(bit(new))) != 0
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Bool) CompareAndSwap(old, new bool) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, bit(old), bit(new))
	}
	return atomic.CompareAndSwapUint32((*uint32)(&x.v), uint32(bit(old)), uint32(bit(new)))
}
