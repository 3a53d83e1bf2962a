package engine

import "unsafe"

// ObjectAt returns the object of the plain variable at p in this execution, for
// shims of functions that work on a pointer to what anybody may declare. The
// variable is kept from being freed while the execution lasts, so that no other
// one comes to lie at its address.
func (e *Engine) ObjectAt(p unsafe.Pointer, label string) *Object {
	o := e.addresses[p]
	if o == nil {
		if e.addresses == nil {
			e.addresses = make(map[unsafe.Pointer]*Object)
		}
		o = e.newObject(label)
		e.addresses[p] = o
	}
	return o
}
