package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Int32 is an atomic int32. The zero value is zero. It must not be copied after
// its first use.
type Int32 struct {
	_   [0]atomic.Int32 // aligned alike, and go vet looks for copies
	v   int32
	ref engine.Ref
}

func (x *Int32) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Int32")
	return o
}

// Load returns the value of x.
func (x *Int32) Load() int32 {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v)
	}
	return atomic.LoadInt32(&x.v)
}

// Store sets x to val.
func (x *Int32) Store(val int32) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, val)
		return
	}
	atomic.StoreInt32(&x.v, val)
}

// Swap sets x to new and returns what it was.
func (x *Int32) Swap(new int32) (old int32) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, new)
	}
	return atomic.SwapInt32(&x.v, new)
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Int32) CompareAndSwap(old, new int32) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, old, new)
	}
	return atomic.CompareAndSwapInt32(&x.v, old, new)
}

// Add adds delta to x and returns what it is then.
func (x *Int32) Add(delta int32) (new int32) {
	if e := engine.Cur; e != nil {
		return add(e, x.object(e), &x.v, delta)
	}
	return atomic.AddInt32(&x.v, delta)
}

// And clears the bits of x that are not in mask and returns what it was.
func (x *Int32) And(mask int32) (old int32) {
	if e := engine.Cur; e != nil {
		return and(e, x.object(e), &x.v, mask)
	}
	return atomic.AndInt32(&x.v, mask)
}

// Or sets the bits of mask in x and returns what it was.
func (x *Int32) Or(mask int32) (old int32) {
	if e := engine.Cur; e != nil {
		return or(e, x.object(e), &x.v, mask)
	}
	return atomic.OrInt32(&x.v, mask)
}

// LoadInt32 returns *addr.
func LoadInt32(addr *int32) (val int32) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr)
	}
	return atomic.LoadInt32(addr)
}

// StoreInt32 sets *addr to val.
func StoreInt32(addr *int32, val int32) {
	if e := engine.Cur; e != nil {
		store(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, val)
		return
	}
	atomic.StoreInt32(addr, val)
}

// SwapInt32 sets *addr to new and returns what it was.
func SwapInt32(addr *int32, new int32) (old int32) {
	if e := engine.Cur; e != nil {
		return swap(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, new)
	}
	return atomic.SwapInt32(addr, new)
}

// CompareAndSwapInt32 sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapInt32(addr *int32, old, new int32) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, old, new)
	}
	return atomic.CompareAndSwapInt32(addr, old, new)
}

// AddInt32 adds delta to *addr and returns what it is then.
func AddInt32(addr *int32, delta int32) (new int32) {
	if e := engine.Cur; e != nil {
		return add(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, delta)
	}
	return atomic.AddInt32(addr, delta)
}

// AndInt32 clears the bits of *addr that are not in mask and returns what it
// was.
func AndInt32(addr *int32, mask int32) (old int32) {
	if e := engine.Cur; e != nil {
		return and(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, mask)
	}
	return atomic.AndInt32(addr, mask)
}

// OrInt32 sets the bits of mask in *addr and returns what it was.
func OrInt32(addr *int32, mask int32) (old int32) {
	if e := engine.Cur; e != nil {
		return or(e, e.ObjectAt(unsafe.Pointer(addr), "int32"), addr, mask)
	}
	return atomic.OrInt32(addr, mask)
}
