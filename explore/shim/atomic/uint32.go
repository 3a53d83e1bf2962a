package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Uint32 is an atomic uint32. The zero value is zero. It must not be copied after
// its first use.
type Uint32 struct {
	_   [0]atomic.Uint32 // aligned alike, and go vet looks for copies
	v   uint32
	ref engine.Ref
}

func (x *Uint32) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Uint32")
	return o
}

// Load returns the value of x.
func (x *Uint32) Load() uint32 {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v)
	}
	return atomic.LoadUint32(&x.v)
}

// Store sets x to val.
func (x *Uint32) Store(val uint32) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, val)
		return
	}
	atomic.StoreUint32(&x.v, val)
}

// Swap sets x to new and returns what it was.
func (x *Uint32) Swap(new uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, new)
	}
	return atomic.SwapUint32(&x.v, new)
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Uint32) CompareAndSwap(old, new uint32) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, old, new)
	}
	return atomic.CompareAndSwapUint32(&x.v, old, new)
}

// Add adds delta to x and returns what it is then.
func (x *Uint32) Add(delta uint32) (new uint32) {
	if e := engine.Cur; e != nil {
		return add(e, x.object(e), &x.v, delta)
	}
	return atomic.AddUint32(&x.v, delta)
}

// And clears the bits of x that are not in mask and returns what it was.
func (x *Uint32) And(mask uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return and(e, x.object(e), &x.v, mask)
	}
	return atomic.AndUint32(&x.v, mask)
}

// Or sets the bits of mask in x and returns what it was.
func (x *Uint32) Or(mask uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return or(e, x.object(e), &x.v, mask)
	}
	return atomic.OrUint32(&x.v, mask)
}

// LoadUint32 returns *addr.
func LoadUint32(addr *uint32) (val uint32) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr)
	}
	return atomic.LoadUint32(addr)
}

// StoreUint32 sets *addr to val.
func StoreUint32(addr *uint32, val uint32) {
	if e := engine.Cur; e != nil {
		store(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, val)
		return
	}
	atomic.StoreUint32(addr, val)
}

// SwapUint32 sets *addr to new and returns what it was.
func SwapUint32(addr *uint32, new uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return swap(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, new)
	}
	return atomic.SwapUint32(addr, new)
}

// CompareAndSwapUint32 sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapUint32(addr *uint32, old, new uint32) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, old, new)
	}
	return atomic.CompareAndSwapUint32(addr, old, new)
}

// AddUint32 adds delta to *addr and returns what it is then.
func AddUint32(addr *uint32, delta uint32) (new uint32) {
	if e := engine.Cur; e != nil {
		return add(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, delta)
	}
	return atomic.AddUint32(addr, delta)
}

// AndUint32 clears the bits of *addr that are not in mask and returns what it
// was.
func AndUint32(addr *uint32, mask uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return and(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, mask)
	}
	return atomic.AndUint32(addr, mask)
}

// OrUint32 sets the bits of mask in *addr and returns what it was.
func OrUint32(addr *uint32, mask uint32) (old uint32) {
	if e := engine.Cur; e != nil {
		return or(e, e.ObjectAt(unsafe.Pointer(addr), "uint32"), addr, mask)
	}
	return atomic.OrUint32(addr, mask)
}
