package contract

import "github.com/wakecheck/wakecheck/wakers"

// A parentProbe is a waker that a combinator's handle is polled with. It stands
// for the task that owns the handle.
type parentProbe struct {
	c  *combinatorRun
	h  *sharedHandle
	n  int // from 0
	id int // of all its handles, if they are steady
}

// steadyProbe is the probe whose handles say of each other that they wake the
// same. No two handles of the others do (X3), but a call names the handle it
// was made on.
const steadyProbe = 2

func (p *parentProbe) task() int { return p.h.n*perHandle + p.n + 1 }

// lend returns a handle for a poll, and its number. The recorder is locked.
func (p *parentProbe) lend(poll int) (wakers.RawWaker, int) {
	r := p.c.recorder
	if p.n != steadyProbe {
		r.handles++
		return &parentHandle{p: p, id: r.handles, poll: poll}, r.handles
	}
	if p.id == 0 {
		r.handles++
		p.id = r.handles
	}
	return steadyHandle{p}, p.id
}

// called records a call on a handle, and counts the wakes of the latest probe.
func (p *parentProbe) called(e Event) {
	e.Thread, e.Task = p.c.lane(), p.task()
	p.c.touch()
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	p.c.addLocked(e)
	if p.h.latest == p.n && (e.Kind == Wake || e.Kind == WakeByRef) {
		p.h.wakes++
	}
}

// A parentHandle is an object of its own for each handle.
type parentHandle struct {
	p    *parentProbe
	id   int
	poll int // the poll it was lent to, or the one its ancestor was lent to
}

func (h *parentHandle) Clone() wakers.RawWaker {
	h.p.c.tally()
	clone := *h
	clone.id = h.p.c.handle(Event{Kind: Clone, Thread: h.p.c.lane(), Task: h.p.task(), Poll: h.poll, Handle: h.id})
	return &clone
}

func (h *parentHandle) call(k Kind) { h.p.called(Event{Kind: k, Poll: h.poll, Handle: h.id}) }
func (h *parentHandle) Wake()       { h.call(Wake) }
func (h *parentHandle) WakeByRef()  { h.call(WakeByRef) }
func (h *parentHandle) Drop()       { h.call(Drop) }

// A steadyHandle is equal to every other handle of its probe.
type steadyHandle struct{ p *parentProbe }

func (h steadyHandle) Clone() wakers.RawWaker {
	h.p.called(Event{Kind: Clone, Handle: h.p.id, Arg: h.p.id})
	return h
}

func (h steadyHandle) call(k Kind) { h.p.called(Event{Kind: k, Handle: h.p.id}) }
func (h steadyHandle) Wake()       { h.call(Wake) }
func (h steadyHandle) WakeByRef()  { h.call(WakeByRef) }
func (h steadyHandle) Drop()       { h.call(Drop) }
