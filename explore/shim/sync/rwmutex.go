package sync

import (
	"slices"
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// RWMutex is a lock that one writer can hold, or any number of readers. The zero
// value is unlocked. It must not be copied after its first use.
//
// As Go's, it lets no reader in after a writer has come to wait: so a thread
// that locks it for reading twice blocks for ever if a writer comes in between.
// Unlike Go's, an Unlock does not at once let in the readers that wait: a TryLock
// that comes before they go on gets it. Only a check that lets the program come to
// rest between its steps, as those of explore/driver do, could know that they waited.
type RWMutex struct {
	real sync.RWMutex

	ref     engine.Ref
	writers engine.Ref // what readers have released to writers
	readers int        // how many hold it
	writer  bool       // whether one holds it

	// The threads that have locked it for reading and not undone that
	// themselves, once for each time. Each looks for itself alone.
	holders []*engine.Thread
}

// The gates of an RWMutex.
const (
	toWrite engine.Open = 1 << iota // no writer holds it or waits for it: another one may come to wait for the readers
	toRead                          // the same, for readers
	drained                         // the readers have left to the writer that waits
)

func (rw *RWMutex) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&rw.ref, "RWMutex")
	if fresh {
		rw.readers, rw.writer, rw.holders = 0, false, rw.holders[:0]
		o.SetOpen(toWrite | toRead)
	}
	return o
}

func (rw *RWMutex) released(e *engine.Engine) *engine.Object {
	o, _ := e.Object(&rw.writers, "")
	return o
}

// Lock locks rw for writing. It blocks while rw is locked; no reader gets it
// any more before this call does.
func (rw *RWMutex) Lock() {
	e := engine.Cur
	if e == nil {
		rw.real.Lock()
		return
	}
	o := rw.object(e)
	e.Enter(o, "lock", toWrite)
	o.SetOpen(0)
	if rw.readers > 0 {
		if e.Recording() {
			e.Note("waits for readers")
		}
		e.Pass(o, "lock", drained, engine.Read)
	}
	rw.locked(e, o)
}

// TryLock locks rw for writing if it is unlocked, and reports whether it did.
func (rw *RWMutex) TryLock() bool {
	e := engine.Cur
	if e == nil {
		return rw.real.TryLock()
	}
	o := rw.object(e)
	e.Write(o, "trylock")
	free := o.Open()&toWrite != 0 && rw.readers == 0
	if free {
		o.SetOpen(0)
		rw.locked(e, o)
	}
	if e.Recording() {
		e.Note("= %v", free)
	}
	return free
}

func (rw *RWMutex) locked(e *engine.Engine, o *engine.Object) {
	rw.writer = true
	e.Acquire(o)
	e.Acquire(rw.released(e))
}

// Unlock unlocks rw for writing. An exploration fails, and without one the
// process ends, if it is not locked so.
func (rw *RWMutex) Unlock() {
	e := engine.Cur
	if e == nil {
		rw.real.Unlock()
		return
	}
	o := rw.object(e)
	e.Write(o, "unlock")
	if !rw.writer {
		e.Fail(engine.Misuse, "sync: Unlock of unlocked RWMutex")
	}
	rw.writer = false
	e.ReleaseTo(o)
	o.SetOpen(toWrite | toRead)
}

// RLock locks rw for reading. It blocks while a writer holds rw or waits for it.
func (rw *RWMutex) RLock() {
	e := engine.Cur
	if e == nil {
		rw.real.RLock()
		return
	}
	o := rw.object(e)
	e.Pass(o, "rlock", toRead, engine.Join)
	rw.lockedToRead(e, o)
}

func (rw *RWMutex) lockedToRead(e *engine.Engine, o *engine.Object) {
	rw.readers++
	rw.holders = append(rw.holders, e.Self())
	e.Acquire(o)
}

// TryRLock locks rw for reading if no writer holds it or waits for it, and
// reports whether it did.
func (rw *RWMutex) TryRLock() bool {
	e := engine.Cur
	if e == nil {
		return rw.real.TryRLock()
	}
	o := rw.object(e)
	e.Write(o, "tryrlock")
	free := o.Open()&toRead != 0
	if free {
		rw.lockedToRead(e, o)
	}
	if e.Recording() {
		e.Note("= %v", free)
	}
	return free
}

// RUnlock undoes one RLock. An exploration fails, and without one the process
// ends, if rw is not locked for reading.
func (rw *RWMutex) RUnlock() {
	e := engine.Cur
	if e == nil {
		rw.real.RUnlock()
		return
	}
	o := rw.object(e)
	if slices.Contains(rw.holders, e.Self()) {
		e.Join(o, "runlock")
		i := slices.Index(rw.holders, e.Self())
		rw.holders = slices.Delete(rw.holders, i, i+1)
	} else { // another thread's, which may come too late
		e.Write(o, "runlock")
	}
	if rw.readers == 0 {
		e.Fail(engine.Misuse, "sync: RUnlock of unlocked RWMutex")
	}
	e.ReleaseTo(rw.released(e))
	rw.readers--
	if rw.readers == 0 && o.Open() == 0 {
		o.SetOpen(drained)
	}
}

// RLocker returns a Locker that calls RLock and RUnlock.
func (rw *RWMutex) RLocker() Locker { return (*rlocker)(rw) }

type rlocker RWMutex

func (r *rlocker) Lock()   { (*RWMutex)(r).RLock() }
func (r *rlocker) Unlock() { (*RWMutex)(r).RUnlock() }
