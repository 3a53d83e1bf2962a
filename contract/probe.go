package contract

import (
	"sync/atomic"

	"github.com/wakecheck/wakecheck/wakers"
)

// A probe is a waker of contract's own, lent to a future under test: it records
// every call on every one of its handles. Wakers 1, 2 and 3 stand for the
// wakers of three tasks.
type probe struct {
	f      *futureRun
	task   int
	shared *probeHandle // the handle that all handles of kind tableWaker are
	table  wakers.VTable[probeHandle]
	slots  [slots]fuse
}

// The kinds of wakers that a probe lends.
const (
	boxWaker     = iota     // each handle is an object of its own: will_wake is always false
	tableWaker              // a wakers.VTable: the handles of one waker will_wake each other
	relayWaker              // made by another combinator: a handle of its own over a clone of the probe
	anyWaker                // kinds before this one are for every future
	oneshotWaker = anyWaker // a box that is bound to the poll it was lent to
)

// wakerKinds are their names.
var wakerKinds = [...]string{"each handle its own object", "a VTable", "a combinator's", "bound to its poll"}

// The slots of a waker, in which its own code may strike; see foreign.go.
const (
	cloneSlot = iota
	wakeSlot
	dropSlot
	slots
)

// A probeHandle is one handle of a probe. Each is an object of its own, so that
// a call names the handle it was made on; but see tableWaker.
type probeHandle struct {
	p     *probe
	id    int
	poll  int  // the poll it was lent to, or the one its ancestor was lent to
	lent  bool // owned by the driver: the future may not end it
	same  bool // a clone of it is it
	kind  int
	quiet bool // the call to come is the driver's own: the waker does nothing else in it
}

var _ wakers.RawWaker = (*probeHandle)(nil)

// lend makes the handle of a kind that poll number poll is lent, and numbers
// it. Call returned when the poll has returned.
func (p *probe) lend(kind, poll int) (lent *wakers.Waker, id int, begun, returned func()) {
	var loan struct { // made at once
		waker  wakers.Waker
		handle probeHandle
	}
	lent, id = &loan.waker, p.f.handle(Event{})
	nothing := func() {}
	h := &loan.handle
	*h = probeHandle{p: p, id: id, poll: poll, lent: true, kind: kind}
	switch kind {
	case tableWaker:
		if p.shared == nil {
			h.same, h.lent = true, false
			p.shared = h
			p.table = wakers.VTable[probeHandle]{
				Clone:     (*probeHandle).clone,
				Wake:      (*probeHandle).Wake,
				WakeByRef: (*probeHandle).WakeByRef,
				Drop:      (*probeHandle).Drop,
			}
		}
		p.f.stateMu.Lock()
		p.shared.poll = poll
		p.f.stateMu.Unlock()
		lent.Init(p.table.Raw(p.shared))
		return lent, 0, nothing, nothing
	case relayWaker:
		r := &relay{lent: h}
		lent.Init(r)
		return lent, id, r.begin, r.returned
	}
	lent.Init(h)
	return lent, id, nothing, nothing
}

func (h *probeHandle) event(k Kind) Event {
	e := Event{Kind: k, Thread: h.p.f.thread(k), Task: h.p.task, Handle: h.id}
	if !h.same {
		e.Poll = h.poll
		return e
	}
	h.p.f.stateMu.Lock()
	defer h.p.f.stateMu.Unlock()
	e.Poll = h.poll
	return e
}

func (h *probeHandle) Clone() wakers.RawWaker { return h.clone() }

func (h *probeHandle) clone() *probeHandle {
	h.p.f.foreign(h, cloneSlot)
	h.p.f.tally()
	c := h
	e := h.event(Clone)
	if h.same {
		e.Arg = h.id
		h.p.f.add(e)
	} else {
		own := *h
		own.lent, own.id = false, h.p.f.handle(e)
		c = &own
	}
	h.p.f.account(h, 0, 1)
	return c
}

func (h *probeHandle) Wake() {
	h.p.f.touch()
	h.p.f.add(h.event(Wake))
	h.p.f.account(h, 1, -1)
	h.p.f.foreign(h, wakeSlot)
}

func (h *probeHandle) WakeByRef() {
	h.p.f.touch()
	h.p.f.add(h.event(WakeByRef))
	h.p.f.account(h, 1, 0)
	h.p.f.foreign(h, wakeSlot)
}

func (h *probeHandle) Drop() {
	h.p.f.tally()
	h.p.f.add(h.event(Drop))
	h.p.f.account(h, 0, -1)
	h.p.f.foreign(h, dropSlot)
}

// A relay is a waker such as a combinator makes for its children: handles are
// counted and come down to one clone of the waker that it was lent itself.
type relay struct {
	lent  *probeHandle
	inner *probeHandle
	refs  atomic.Int64
}

func (r *relay) begin() {
	r.inner = r.lent.clone()
	r.refs.Store(1)
}

// returned ends the handle that was lent.
func (r *relay) returned() {
	r.lent.p.f.touch()
	if r.refs.Load() == 1 { // nobody kept one
		r.inner.quiet = true
	}
	r.end()
}

// end ends one handle, and with the last one the clone. Whose end that is, and
// whether a call comes too late, depends on the order of the calls: they have been
// announced.
func (r *relay) end() {
	if r.refs.Add(-1) == 0 {
		r.inner.Drop()
	}
}

func (r *relay) Clone() wakers.RawWaker {
	r.lent.p.f.touch()
	if r.refs.Add(1) == 1 {
		r.late(Clone)
	}
	return r
}

func (r *relay) Wake() { r.WakeByRef(); r.Drop() }

func (r *relay) WakeByRef() {
	r.lent.p.f.touch()
	if r.refs.Load() <= 0 {
		r.late(WakeByRef)
		return
	}
	r.inner.WakeByRef()
}

func (r *relay) Drop() {
	r.lent.p.f.touch()
	if r.refs.Load() <= 0 {
		r.late(Drop)
		return
	}
	r.end()
}

// late records a call of a handle that has ended: it can only be the one that
// was lent.
func (r *relay) late(k Kind) {
	e := r.lent.event(k)
	if k != Clone {
		r.lent.p.f.add(e)
		return
	}
	clone := r.lent.p.f.handle(e) // it holds nothing
	e.Kind, e.Handle = Drop, clone
	r.lent.p.f.add(e)
}
