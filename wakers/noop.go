package wakers

// Noop makes wakers that do nothing: whoever polls with one polls again on his
// own account, as a busy loop does.
//
// Source: std::task::Waker, method noop.
type Noop struct{}

var noopVTable = VTable[Noop]{
	Clone:     func(n *Noop) *Noop { return n },
	Wake:      func(*Noop) {},
	WakeByRef: func(*Noop) {},
	Drop:      func(*Noop) {},
}

var noopRaw = noopVTable.Raw(new(Noop))

// NoopVTable returns a copy of the table that Noop uses, to read or to vary.
func NoopVTable() VTable[Noop] { return noopVTable }

// Raw returns a RawWaker whose functions do nothing. It is the same one always,
// and allocates nothing.
func (Noop) Raw() RawWaker { return noopRaw }

// InitWaker fills w with Raw.
func (n Noop) InitWaker(w *Waker) { w.Init(n.Raw()) }
