package primitives

// A ring is a buffer of values with two ends. The zero value is empty.
type ring[T any] struct {
	slots []T
	head  int // the first value
	len   int
}

func (r *ring[T]) pushBack(v T) {
	r.makeRoom()
	r.slots[(r.head+r.len)%len(r.slots)] = v
	r.len++
}

func (r *ring[T]) pushFront(v T) {
	r.makeRoom()
	r.head = (r.head + len(r.slots) - 1) % len(r.slots)
	r.slots[r.head] = v
	r.len++
}

// popFront takes the first value; there must be one.
func (r *ring[T]) popFront() (v T) {
	v, r.slots[r.head] = r.slots[r.head], v
	r.head = (r.head + 1) % len(r.slots)
	r.len--
	return v
}

// all takes all values.
func (r *ring[T]) all() []T {
	vs := make([]T, 0, r.len)
	for r.len > 0 {
		vs = append(vs, r.popFront())
	}
	return vs
}

func (r *ring[T]) makeRoom() {
	if r.len < len(r.slots) {
		return
	}
	slots := make([]T, max(4, 2*r.len))
	n := copy(slots, r.slots[r.head:])
	copy(slots[n:], r.slots[:r.head])
	r.slots, r.head = slots, 0
}
