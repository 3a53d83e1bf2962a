package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Uint64 is an atomic uint64. The zero value is zero. It must not be copied after
// its first use.
type Uint64 struct {
	_   [0]atomic.Uint64 // aligned alike, and go vet looks for copies
	v   uint64
	ref engine.Ref
}

func (x *Uint64) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Uint64")
	return o
}

// Load returns the value of x.
func (x *Uint64) Load() uint64 {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v)
	}
	return atomic.LoadUint64(&x.v)
}

// Store sets x to val.
func (x *Uint64) Store(val uint64) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, val)
		return
	}
	atomic.StoreUint64(&x.v, val)
}

// Swap sets x to new and returns what it was.
func (x *Uint64) Swap(new uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, new)
	}
	return atomic.SwapUint64(&x.v, new)
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Uint64) CompareAndSwap(old, new uint64) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, old, new)
	}
	return atomic.CompareAndSwapUint64(&x.v, old, new)
}

// Add adds delta to x and returns what it is then.
func (x *Uint64) Add(delta uint64) (new uint64) {
	if e := engine.Cur; e != nil {
		return add(e, x.object(e), &x.v, delta)
	}
	return atomic.AddUint64(&x.v, delta)
}

// And clears the bits of x that are not in mask and returns what it was.
func (x *Uint64) And(mask uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return and(e, x.object(e), &x.v, mask)
	}
	return atomic.AndUint64(&x.v, mask)
}

// Or sets the bits of mask in x and returns what it was.
func (x *Uint64) Or(mask uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return or(e, x.object(e), &x.v, mask)
	}
	return atomic.OrUint64(&x.v, mask)
}

// LoadUint64 returns *addr.
func LoadUint64(addr *uint64) (val uint64) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr)
	}
	return atomic.LoadUint64(addr)
}

// StoreUint64 sets *addr to val.
func StoreUint64(addr *uint64, val uint64) {
	if e := engine.Cur; e != nil {
		store(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, val)
		return
	}
	atomic.StoreUint64(addr, val)
}

// SwapUint64 sets *addr to new and returns what it was.
func SwapUint64(addr *uint64, new uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return swap(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, new)
	}
	return atomic.SwapUint64(addr, new)
}

// CompareAndSwapUint64 sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapUint64(addr *uint64, old, new uint64) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, old, new)
	}
	return atomic.CompareAndSwapUint64(addr, old, new)
}

// AddUint64 adds delta to *addr and returns what it is then.
func AddUint64(addr *uint64, delta uint64) (new uint64) {
	if e := engine.Cur; e != nil {
		return add(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, delta)
	}
	return atomic.AddUint64(addr, delta)
}

// AndUint64 clears the bits of *addr that are not in mask and returns what it
// was.
func AndUint64(addr *uint64, mask uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return and(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, mask)
	}
	return atomic.AndUint64(addr, mask)
}

// OrUint64 sets the bits of mask in *addr and returns what it was.
func OrUint64(addr *uint64, mask uint64) (old uint64) {
	if e := engine.Cur; e != nil {
		return or(e, e.ObjectAt(unsafe.Pointer(addr), "uint64"), addr, mask)
	}
	return atomic.OrUint64(addr, mask)
}
