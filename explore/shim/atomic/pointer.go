package atomic

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Pointer is an atomic *T. The zero value is nil. It must not be copied after
// its first use.
type Pointer[T any] struct {
	_   [0]*T                // no conversion between Pointers of different types
	_   [0]atomic.Pointer[T] // go vet looks for copies
	v   unsafe.Pointer
	ref engine.Ref
}

func (x *Pointer[T]) object(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&x.ref, "atomic.Pointer")
	return o
}

// Load returns the value of x.
func (x *Pointer[T]) Load() *T {
	if e := engine.Cur; e != nil {
		return (*T)(load(e, x.object(e), &x.v))
	}
	return (*T)(atomic.LoadPointer(&x.v))
}

// Store sets x to val.
func (x *Pointer[T]) Store(val *T) {
	if e := engine.Cur; e != nil {
		storePointer(e, x.object(e), &x.v, unsafe.Pointer(val))
		return
	}
	atomic.StorePointer(&x.v, unsafe.Pointer(val))
}

// Swap sets x to new and returns what it was.
func (x *Pointer[T]) Swap(new *T) (old *T) {
	if e := engine.Cur; e != nil {
		return (*T)(swapPointer(e, x.object(e), &x.v, unsafe.Pointer(new)))
	}
	return (*T)(atomic.SwapPointer(&x.v, unsafe.Pointer(new)))
}

// CompareAndSwap sets x to new if it is old, and reports whether it was.
func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool) {
	if e := engine.Cur; e != nil {
		return casPointer(e, x.object(e), &x.v, unsafe.Pointer(old), unsafe.Pointer(new))
	}
	return atomic.CompareAndSwapPointer(&x.v, unsafe.Pointer(old), unsafe.Pointer(new))
}

// LoadPointer returns *addr.
func LoadPointer(addr *unsafe.Pointer) (val unsafe.Pointer) {
	if e := engine.Cur; e != nil {
		return load(e, e.ObjectAt(unsafe.Pointer(addr), "unsafe.Pointer"), addr)
	}
	return atomic.LoadPointer(addr)
}

// StorePointer sets *addr to val.
func StorePointer(addr *unsafe.Pointer, val unsafe.Pointer) {
	if e := engine.Cur; e != nil {
		storePointer(e, e.ObjectAt(unsafe.Pointer(addr), "unsafe.Pointer"), addr, val)
		return
	}
	atomic.StorePointer(addr, val)
}

// SwapPointer sets *addr to new and returns what it was.
func SwapPointer(addr *unsafe.Pointer, new unsafe.Pointer) (old unsafe.Pointer) {
	if e := engine.Cur; e != nil {
		return swapPointer(e, e.ObjectAt(unsafe.Pointer(addr), "unsafe.Pointer"), addr, new)
	}
	return atomic.SwapPointer(addr, new)
}

// CompareAndSwapPointer sets *addr to new if it is old, and reports whether it
// was.
func CompareAndSwapPointer(addr *unsafe.Pointer, old, new unsafe.Pointer) (swapped bool) {
	if e := engine.Cur; e != nil {
		return casPointer(e, e.ObjectAt(unsafe.Pointer(addr), "unsafe.Pointer"), addr, old, new)
	}
	return atomic.CompareAndSwapPointer(addr, old, new)
}

// word is a pointer as the engine compares it. What *p points to is not freed,
// so that nothing else can have its address.
func word(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

func storePointer(e *engine.Engine, o *engine.Object, p *unsafe.Pointer, val unsafe.Pointer) {
	e.Store(o, word(val))
	*p = val
	if e.Recording() {
		e.Note("%v", val)
	}
}

func swapPointer(e *engine.Engine, o *engine.Object, p *unsafe.Pointer, new unsafe.Pointer) (old unsafe.Pointer) {
	e.Update(o, "swap")
	old = *p
	*p = new
	o.SetValue(word(new))
	if e.Recording() {
		e.Note("%v → %v", old, new)
	}
	return old
}

func casPointer(e *engine.Engine, o *engine.Object, p *unsafe.Pointer, old, new unsafe.Pointer) (swapped bool) {
	o.SetValue(word(*p))
	swapped = e.CompareAndSwap(o, word(old), word(new))
	runtime.KeepAlive(old) // while it was awaited that *p may be compared with it
	if swapped {
		*p = new
	}
	note(e, swapped, old, new, *p)
	return swapped
}
