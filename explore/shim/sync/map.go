package sync

import (
	"slices"
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Map is a map[any]any that threads may use at once. The zero value is empty. It
// must not be copied after its first use.
//
// To an exploration it is one thing: two loads commute, whatever their keys, and
// no other two operations do. What it holds stays from one execution to the next
// if the Map does; a body that wants it empty makes a new one or calls Clear.
type Map struct {
	real sync.Map

	ref  engine.Ref
	keys []any               // those that are there, in the order of their coming; kept up while exploring
	seen map[any]*engine.Ref // by key: what happened before it was written last
}

func (m *Map) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&m.ref, "Map")
	if fresh {
		clear(m.seen)
		m.recount()
	}
	return o
}

// recount takes over what has been stored and deleted without an engine. The
// keys known already keep their order, so that executions repeat.
func (m *Map) recount() {
	m.keys = slices.DeleteFunc(m.keys, func(k any) bool { return !m.has(k) })
	m.real.Range(func(k, _ any) bool {
		if !slices.Contains(m.keys, k) {
			m.keys = append(m.keys, k)
		}
		return true
	})
}

func (m *Map) has(key any) bool {
	_, ok := m.real.Load(key)
	return ok
}

// sync is the object of what happened before key was written last.
func (m *Map) sync(e *engine.Engine, key any) *engine.Object {
	r := m.seen[key]
	if r == nil {
		if m.seen == nil {
			m.seen = make(map[any]*engine.Ref)
		}
		r = new(engine.Ref)
		m.seen[key] = r
	}
	o, _ := e.Object(r, "")
	return o
}

// write announces an operation that may change what is at key and sees what was
// there, and then does it.
func (m *Map) write(e *engine.Engine, k engine.Kind, key any, sees bool, do func() (wrote bool)) {
	e.Write(m.object(e), k)
	was := m.has(key)
	wrote := do()
	o := m.sync(e, key)
	if sees {
		e.Acquire(o)
	}
	if wrote {
		e.Publish(o)
	}
	switch is := m.has(key); {
	case is && !was:
		m.keys = append(m.keys, key)
	case was && !is:
		i := slices.Index(m.keys, key)
		m.keys = slices.Delete(m.keys, i, i+1)
	}
	if e.Recording() {
		v, ok := m.real.Load(key)
		e.Note("[%v] is %v, %v then", key, v, ok)
	}
}

// Load returns the value at key, and whether there is one.
func (m *Map) Load(key any) (value any, ok bool) {
	if e := engine.Cur; e != nil {
		return m.load(e, "load", key)
	}
	return m.real.Load(key)
}

func (m *Map) load(e *engine.Engine, k engine.Kind, key any) (value any, ok bool) {
	e.Read(m.object(e), k)
	value, ok = m.real.Load(key)
	e.Acquire(m.sync(e, key))
	if e.Recording() {
		e.Note("[%v] = %v, %v", key, value, ok)
	}
	return value, ok
}

// Store sets the value at key.
func (m *Map) Store(key, value any) {
	e := engine.Cur
	if e == nil {
		m.real.Store(key, value)
		return
	}
	m.write(e, "store", key, false, func() bool { m.real.Store(key, value); return true })
}

// LoadOrStore returns the value at key if there is one, and else sets it to
// value and returns that. It reports whether there was one.
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	e := engine.Cur
	if e == nil {
		return m.real.LoadOrStore(key, value)
	}
	m.write(e, "load or store", key, true, func() bool {
		actual, loaded = m.real.LoadOrStore(key, value)
		return !loaded
	})
	return actual, loaded
}

// LoadAndDelete deletes the value at key and returns it, and whether there was
// one.
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	e := engine.Cur
	if e == nil {
		return m.real.LoadAndDelete(key)
	}
	m.write(e, "load and delete", key, true, func() bool {
		value, loaded = m.real.LoadAndDelete(key)
		return true
	})
	return value, loaded
}

// Delete deletes the value at key.
func (m *Map) Delete(key any) {
	e := engine.Cur
	if e == nil {
		m.real.Delete(key)
		return
	}
	m.write(e, "delete", key, false, func() bool { m.real.Delete(key); return true })
}

// Swap sets the value at key and returns the one before, and whether there was
// one.
func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	e := engine.Cur
	if e == nil {
		return m.real.Swap(key, value)
	}
	m.write(e, "swap", key, true, func() bool {
		previous, loaded = m.real.Swap(key, value)
		return true
	})
	return previous, loaded
}

// CompareAndSwap sets the value at key to new if it is old, which must be of a
// comparable type, and reports whether it was.
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	e := engine.Cur
	if e == nil {
		return m.real.CompareAndSwap(key, old, new)
	}
	m.write(e, "cas", key, true, func() bool {
		swapped = m.real.CompareAndSwap(key, old, new)
		return swapped
	})
	return swapped
}

// CompareAndDelete deletes the value at key if it is old, which must be of a
// comparable type, and reports whether it was.
func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	e := engine.Cur
	if e == nil {
		return m.real.CompareAndDelete(key, old)
	}
	m.write(e, "compare and delete", key, true, func() bool {
		deleted = m.real.CompareAndDelete(key, old)
		return deleted
	})
	return deleted
}

// Clear deletes all values.
func (m *Map) Clear() {
	e := engine.Cur
	if e == nil {
		m.real.Clear()
		return
	}
	e.Write(m.object(e), "clear")
	for _, key := range m.keys {
		e.Publish(m.sync(e, key))
	}
	m.real.Clear()
	m.keys = m.keys[:0]
}

// Range calls f with each key and its value, until f returns false. What is
// stored and deleted meanwhile it may or may not see, but a key only once. While
// an exploration runs it goes through the keys that are there when it is called,
// in the order in which they came, and loads the value of each when its turn
// comes.
func (m *Map) Range(f func(key, value any) bool) {
	e := engine.Cur
	if e == nil {
		m.real.Range(f)
		return
	}
	e.Read(m.object(e), "range")
	for _, key := range slices.Clone(m.keys) {
		if value, ok := m.load(e, "range", key); ok && !f(key, value) {
			return
		}
	}
}
