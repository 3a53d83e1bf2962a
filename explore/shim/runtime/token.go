package runtime

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Token is what a thread parks for: it is there or not, once. Zero is a token
// that is not there. It must not be copied after its first use.
//
// It is what Rust calls std::thread::park and unpark, with a Token for each
// thread: to write such a parker on, and to explore what is built on one. Unlike
// a semaphore it may let Park return for no reason, which callers must expect;
// an exploration tries that when it is asked to.
type Token struct {
	mu    sync.Mutex
	there bool
	come  sync.Cond // its L is set before it is waited on

	ref     engine.Ref
	parkers []parker // each thread looks for itself alone, since it does so before it announces anything
}

// parker is a thread that has parked.
type parker struct {
	thread   *engine.Thread
	spurious int // its returns without the token since its last with it
}

// parker is that of the running thread.
func (t *Token) parker(e *engine.Engine) *parker {
	for i := range t.parkers {
		if t.parkers[i].thread == e.Self() {
			return &t.parkers[i]
		}
	}
	t.parkers = append(t.parkers, parker{thread: e.Self()})
	return &t.parkers[len(t.parkers)-1]
}

// object returns the model of t: its gate is open while the token is there.
func (t *Token) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&t.ref, "Token")
	if fresh {
		t.parkers = t.parkers[:0]
	}
	return o
}

// Park waits until the token is there, and takes it. What came before any of the
// calls of Unpark so far happens before its return. It may also return without
// the token, and without waiting for it, for no reason.
func (t *Token) Park() {
	e := engine.Cur
	if e == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		for t.come.L = &t.mu; !t.there; {
			t.come.Wait()
		}
		t.there = false
		return
	}
	o := t.object(e)
	if p := t.parker(e); e.Spuriously(p.spurious) {
		p.spurious++
		e.YieldAt(o, "park")
		if e.Recording() {
			e.Note("returns without the token")
		}
		return
	}
	e.Enter(o, "park", engine.Gate)
	o.SetOpen(0)
	e.Acquire(o)
	t.parker(e).spurious = 0 // others may have parked for the first time since
}

// Unpark makes the token be there. It does not block.
func (t *Token) Unpark() {
	e := engine.Cur
	if e == nil {
		t.mu.Lock()
		t.there = true
		t.mu.Unlock()
		t.come.Signal()
		return
	}
	o := t.object(e)
	e.Write(o, "unpark")
	e.ReleaseTo(o)
	o.SetOpen(engine.Gate)
}
