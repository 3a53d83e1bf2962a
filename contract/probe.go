package contract

import (
	"github.com/wakecheck/wakecheck/wakers"
)

// A probe is a waker of contract's own, lent to a future under test: it records
// every call on every one of its handles. Wakers 1, 2 and 3 stand for the
// wakers of three tasks.
type probe struct {
	f    *futureRun
	task int
}

// A probeHandle is one handle of a probe. Each is an object of its own, so that
// a call names the handle it was made on.
type probeHandle struct {
	p    *probe
	id   int
	poll int  // the poll it was lent to, or the one its ancestor was lent to
	lent bool // owned by the driver: the future may not end it
}

var _ wakers.RawWaker = (*probeHandle)(nil)

func (h *probeHandle) event(k Kind) Event {
	return Event{Kind: k, Thread: h.p.f.thread(k), Task: h.p.task, Poll: h.poll, Handle: h.id}
}

func (h *probeHandle) Clone() wakers.RawWaker {
	c := *h
	c.lent = false
	c.id = h.p.f.handle(h.event(Clone))
	h.p.f.account(h, 0, 1)
	return &c
}

func (h *probeHandle) Wake() {
	h.p.f.add(h.event(Wake))
	h.p.f.account(h, 1, -1)
}

func (h *probeHandle) WakeByRef() {
	h.p.f.add(h.event(WakeByRef))
	h.p.f.account(h, 1, 0)
}

func (h *probeHandle) Drop() {
	h.p.f.add(h.event(Drop))
	h.p.f.account(h, 0, -1)
}
