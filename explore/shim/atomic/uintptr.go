package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Uintptr is an atomic uintptr. The zero value is zero. It must not be copied after
// its first use.
type Uintptr struct {
	_   [0]atomic.Uintptr // aligned alike, and go vet looks for copies
	v   uintptr
	ref engine.Ref
}

func (x *Uintptr) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Uintptr")
	return o
}

// Load returns the value of x.
func (x *Uintptr) Load() uintptr {
	if e := engine.Cur; e != nil {
		return load(e, x.object(e), &x.v)
	}
	return atomic.LoadUintptr(&x.v)
}

// Store sets x to val.
func (x *Uintptr) Store(val uintptr) {
	if e := engine.Cur; e != nil {
		store(e, x.object(e), &x.v, val)
		return
	}
	atomic.StoreUintptr(&x.v, val)
}

// Swap sets x to new and returns what it was.
func (x *Uintptr) Swap(new uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return swap(e, x.object(e), &x.v, new)
	}
	return atomic.SwapUintptr(&x.v, new)
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Uintptr) CompareAndSwap(old, new uintptr) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, x.object(e), &x.v, old, new)
	}
	return atomic.CompareAndSwapUintptr(&x.v, old, new)
}

// Add adds delta to x and returns what it is then.
func (x *Uintptr) Add(delta uintptr) (new uintptr) {
	if e := engine.Cur; e != nil {
		return add(e, x.object(e), &x.v, delta)
	}
	return atomic.AddUintptr(&x.v, delta)
}

// And clears the bits of x that are not in mask and returns what it was.
func (x *Uintptr) And(mask uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return and(e, x.object(e), &x.v, mask)
	}
	return atomic.AndUintptr(&x.v, mask)
}

// Or sets the bits of mask in x and returns what it was.
func (x *Uintptr) Or(mask uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return or(e, x.object(e), &x.v, mask)
	}
	return atomic.OrUintptr(&x.v, mask)
}

// LoadUintptr returns *addr.
func LoadUintptr(addr *uintptr) (val uintptr) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr)
	}
	return atomic.LoadUintptr(addr)
}

// StoreUintptr sets *addr to val.
func StoreUintptr(addr *uintptr, val uintptr) {
	if e := engine.Cur; e != nil {
		store(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, val)
		return
	}
	atomic.StoreUintptr(addr, val)
}

// SwapUintptr sets *addr to new and returns what it was.
func SwapUintptr(addr *uintptr, new uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return swap(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, new)
	}
	return atomic.SwapUintptr(addr, new)
}

// CompareAndSwapUintptr sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapUintptr(addr *uintptr, old, new uintptr) (swapped bool) {
	if e := engine.Cur; e != nil {
		return cas(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, old, new)
	}
	return atomic.CompareAndSwapUintptr(addr, old, new)
}

// AddUintptr adds delta to *addr and returns what it is then.
func AddUintptr(addr *uintptr, delta uintptr) (new uintptr) {
	if e := engine.Cur; e != nil {
		return add(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, delta)
	}
	return atomic.AddUintptr(addr, delta)
}

// AndUintptr clears the bits of *addr that are not in mask and returns what it
// was.
func AndUintptr(addr *uintptr, mask uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return and(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, mask)
	}
	return atomic.AndUintptr(addr, mask)
}

// OrUintptr sets the bits of mask in *addr and returns what it was.
func OrUintptr(addr *uintptr, mask uintptr) (old uintptr) {
	if e := engine.Cur; e != nil {
		return or(e, e.ObjectAt(unsafe.Pointer(addr), "uintptr"), addr, mask)
	}
	return atomic.OrUintptr(addr, mask)
}
