package wakers

// A VTable is a waker written as a table of four functions over a data pointer,
// as in Rust: Raw joins the table and a pointer to a RawWaker. See RawWaker for
// what each function owes its callers.
//
// All four fields are required. A table must not be changed after its first
// Raw. Two handles with the same table and the same data wake the same task, and
// WillWake says so.
//
// Source: std::task::RawWakerVTable.
type VTable[T any] struct {
	// Clone makes a handle and returns its data: usually the pointer it was
	// given, after counting the new handle, and then nothing is allocated.
	Clone func(*T) *T
	// Wake wakes the task and ends the handle.
	Wake func(*T)
	// WakeByRef wakes the task and leaves the handle as it is.
	WakeByRef func(*T)
	// Drop ends the handle.
	Drop func(*T)
}

// Raw returns a RawWaker made of data and the table. It stands for one handle
// that exists already: Raw calls none of the four functions. It allocates once,
// a clone of it only if the table's Clone returns another pointer. Raw panics if
// one of the functions is missing.
func (vt *VTable[T]) Raw(data *T) RawWaker {
	if vt.Clone == nil || vt.Wake == nil || vt.WakeByRef == nil || vt.Drop == nil {
		panic("wakers: Raw of a VTable with a nil function: set all of Clone, Wake, WakeByRef and Drop")
	}
	return &tableWaker[T]{data, vt}
}

// A tableWaker is data and table. All handles with the same data share one
// tableWaker: it is a name for them and owns nothing.
type tableWaker[T any] struct {
	data *T
	vt   *VTable[T]
}

func (t *tableWaker[T]) Clone() RawWaker {
	if data := t.vt.Clone(t.data); data != t.data {
		return &tableWaker[T]{data, t.vt}
	}
	return t
}

func (t *tableWaker[T]) Wake()      { t.vt.Wake(t.data) }
func (t *tableWaker[T]) WakeByRef() { t.vt.WakeByRef(t.data) }
func (t *tableWaker[T]) Drop()      { t.vt.Drop(t.data) }

func (t *tableWaker[T]) sameWaker(other RawWaker) bool {
	o, ok := other.(*tableWaker[T])
	return ok && *o == *t
}
