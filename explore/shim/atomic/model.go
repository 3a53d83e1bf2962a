package atomic

import "github.com/wakecheck/wakecheck/explore/internal/engine"

// integer is what an atomic holds that is counted with.
type integer interface {
	int32 | int64 | uint32 | uint64 | uintptr | truth
}

// The operations below announce themselves on o and then act on *p. They are
// alone: the engine runs one thread at a time.

func load[T any](e *engine.Engine, o *engine.Object, p *T) T {
	e.Load(o)
	if e.Recording() {
		e.Note("= %v", *p)
	}
	return *p
}

func store[T integer](e *engine.Engine, o *engine.Object, p *T, val T) {
	e.Store(o, uint64(val))
	*p = val
	if e.Recording() {
		e.Note("%v", val)
	}
}

func swap[T integer](e *engine.Engine, o *engine.Object, p *T, new T) (old T) {
	e.Update(o, "swap")
	return set(e, o, p, new)
}

func add[T integer](e *engine.Engine, o *engine.Object, p *T, delta T) (new T) {
	e.Update(o, "add")
	set(e, o, p, *p+delta)
	return *p
}

func and[T integer](e *engine.Engine, o *engine.Object, p *T, mask T) (old T) {
	e.Update(o, "and")
	return set(e, o, p, *p&mask)
}

func or[T integer](e *engine.Engine, o *engine.Object, p *T, mask T) (old T) {
	e.Update(o, "or")
	return set(e, o, p, *p|mask)
}

// set is the second half of an Update.
func set[T integer](e *engine.Engine, o *engine.Object, p *T, new T) (old T) {
	old = *p
	*p = new
	o.SetValue(uint64(new))
	if e.Recording() {
		e.Note("%v → %v", old, new)
	}
	return old
}

func cas[T integer](e *engine.Engine, o *engine.Object, p *T, old, new T) (swapped bool) {
	// What the engine foresees of a swap that is announced rests on this value.
	// It differs from the one known only if whoever had the variable alone has
	// set it plainly, which happened before this.
	o.SetValue(uint64(*p))
	swapped = e.CompareAndSwap(o, uint64(old), uint64(new))
	if swapped {
		*p = new
	}
	note(e, swapped, old, new, *p)
	return swapped
}

// note records a compare-and-swap.
func note[T any](e *engine.Engine, swapped bool, old, new, now T) {
	switch {
	case !e.Recording():
	case swapped:
		e.Note("%v → %v", old, new)
	default:
		e.Note("%v → %v fails: it is %v", old, new, now)
	}
}
