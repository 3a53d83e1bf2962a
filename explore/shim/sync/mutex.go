package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Locker is what can be locked and unlocked.
type Locker = sync.Locker

// Mutex is a lock that one thread at a time can hold. The zero value is
// unlocked. It must not be copied after its first use.
//
// Any of the threads that wait in Lock may be the next to get it. Go's mutex is
// fairer than that in the long run, but promises nothing.
type Mutex struct {
	real sync.Mutex
	ref  engine.Ref
}

// object returns the model of m: its gate is open while m is unlocked.
func (m *Mutex) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&m.ref, "Mutex")
	if fresh {
		o.SetOpen(engine.Gate)
	}
	return o
}

// Lock locks m. It blocks while m is locked.
func (m *Mutex) Lock() {
	e := engine.Cur
	if e == nil {
		m.real.Lock()
		return
	}
	o := m.object(e)
	e.Enter(o, "lock", engine.Gate)
	o.SetOpen(0)
	e.Acquire(o)
}

// TryLock locks m if it is unlocked, and reports whether it did.
func (m *Mutex) TryLock() bool {
	e := engine.Cur
	if e == nil {
		return m.real.TryLock()
	}
	o := m.object(e)
	e.Write(o, "trylock")
	free := o.Open() != 0
	if free {
		o.SetOpen(0)
		e.Acquire(o)
	}
	if e.Recording() {
		e.Note("= %v", free)
	}
	return free
}

// Unlock unlocks m, which any thread may have locked. An exploration fails, and
// without one the process ends, if m is not locked.
func (m *Mutex) Unlock() {
	e := engine.Cur
	if e == nil {
		m.real.Unlock()
		return
	}
	o := m.object(e)
	e.Write(o, "unlock")
	if o.Open() != 0 {
		e.Fail(engine.Misuse, "sync: unlock of unlocked mutex")
	}
	e.ReleaseTo(o)
	o.SetOpen(engine.Gate)
}
