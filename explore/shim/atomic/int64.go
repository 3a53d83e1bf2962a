package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Int64 is an atomic int64. The zero value is zero. It must not be copied after
// its first use.
type Int64 struct {
	_   [0]atomic.Int64 // aligned alike, and go vet looks for copies
	v   int64
	ref engine.Ref
}

func (x *Int64) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Int64")
	return o
}

// Load returns the value of x.
func (x *Int64) Load() int64 {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v)
	}
	return atomic.LoadInt64(&x.v)
}

// Store sets x to val.
func (x *Int64) Store(val int64) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, val)
		return
	}
	atomic.StoreInt64(&x.v, val)
}

// Swap sets x to new and returns what it was.
func (x *Int64) Swap(new int64) (old int64) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, new)
	}
	return atomic.SwapInt64(&x.v, new)
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Int64) CompareAndSwap(old, new int64) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, old, new)
	}
	return atomic.CompareAndSwapInt64(&x.v, old, new)
}

// Add adds delta to x and returns what it is then.
func (x *Int64) Add(delta int64) (new int64) {
	if e := engine.Cur; e != nil {
		return add(e, x.object(e), &x.v, delta)
	}
	return atomic.AddInt64(&x.v, delta)
}

// And clears the bits of x that are not in mask and returns what it was.
func (x *Int64) And(mask int64) (old int64) {
	if e := engine.Cur; e != nil {
		return and(e, x.object(e), &x.v, mask)
	}
	return atomic.AndInt64(&x.v, mask)
}

// Or sets the bits of mask in x and returns what it was.
func (x *Int64) Or(mask int64) (old int64) {
	if e := engine.Cur; e != nil {
		return or(e, x.object(e), &x.v, mask)
	}
	return atomic.OrInt64(&x.v, mask)
}

// LoadInt64 returns *addr.
func LoadInt64(addr *int64) (val int64) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr)
	}
	return atomic.LoadInt64(addr)
}

// StoreInt64 sets *addr to val.
func StoreInt64(addr *int64, val int64) {
	if e := engine.Cur; e != nil {
		store(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, val)
		return
	}
	atomic.StoreInt64(addr, val)
}

// SwapInt64 sets *addr to new and returns what it was.
func SwapInt64(addr *int64, new int64) (old int64) {
	if e := engine.Cur; e != nil {
		return swap(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, new)
	}
	return atomic.SwapInt64(addr, new)
}

// CompareAndSwapInt64 sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapInt64(addr *int64, old, new int64) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, old, new)
	}
	return atomic.CompareAndSwapInt64(addr, old, new)
}

// AddInt64 adds delta to *addr and returns what it is then.
func AddInt64(addr *int64, delta int64) (new int64) {
	if e := engine.Cur; e != nil {
		return add(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, delta)
	}
	return atomic.AddInt64(addr, delta)
}

// AndInt64 clears the bits of *addr that are not in mask and returns what it
// was.
func AndInt64(addr *int64, mask int64) (old int64) {
	if e := engine.Cur; e != nil {
		return and(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, mask)
	}
	return atomic.AndInt64(addr, mask)
}

// OrInt64 sets the bits of mask in *addr and returns what it was.
func OrInt64(addr *int64, mask int64) (old int64) {
	if e := engine.Cur; e != nil {
		return or(e, e.ObjectAt(unsafe.Pointer(addr), "int64"), addr, mask)
	}
	return atomic.OrInt64(addr, mask)
}
