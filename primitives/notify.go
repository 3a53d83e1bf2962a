package primitives

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// A Notify tells tasks that something has happened, and carries nothing else: the
// one who is told looks for himself.
//
// NotifyOne is for one task. If nobody waits, it leaves a permit, which the next
// Wait takes without waiting; so it does not matter whether the task or the
// notification comes first. There is one permit at most: several notifications that
// find nobody are one. NotifyAll is for those who wait at that moment and leaves
// nothing.
//
// Those who wait are notified first in, first out. A task that was notified by
// NotifyOne and is dropped before it polls passes that on, as if it had not been
// there.
//
// The zero value is ready to use. A Notify must not be copied.
//
// Source: tokio::sync::Notify.
type Notify struct {
	mu      sync.Mutex
	permit  bool // only if nobody waits
	waiters queue
}

// NotifyOne notifies the task that waits for longest, or leaves a permit.
func (n *Notify) NotifyOne() {
	var woken queue
	n.mu.Lock()
	n.give(&woken)
	n.mu.Unlock()
	woken.wake()
}

// give gives one notification; mu is held.
func (n *Notify) give(woken *queue) {
	if n.waiters.head == nil {
		n.permit = true
		return
	}
	n.waiters.release(granted, woken)
}

// NotifyAll notifies every task that waits. A future of Wait counts as waiting from
// its first poll on.
func (n *Notify) NotifyAll() {
	var woken queue
	n.mu.Lock()
	n.waiters.releaseAll(dismissed, &woken)
	n.mu.Unlock()
	woken.wake()
}

// TryWait takes the permit, if there is one.
func (n *Notify) TryWait() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.takePermit()
}

func (n *Notify) takePermit() bool {
	took := n.permit
	n.permit = false
	return took
}

// Wait returns a future that is ready when it was notified.
func (n *Notify) Wait() futures.Future[struct{}] { return &notified{notify: n} }

type notified struct {
	waiter
	notify *Notify
}

func (w *notified) Poll(cx *futures.Context) (_ struct{}, ready bool) {
	if !w.await(cx, w.look) {
		return struct{}{}, false
	}
	w.state = answered
	return struct{}{}, true
}

func (w *notified) look(enqueue bool) bool {
	n := w.notify
	n.mu.Lock()
	defer n.mu.Unlock()
	w.mustBeLive("Notify.Wait")
	switch {
	case w.state == idle && n.takePermit():
		w.state = granted
	case w.state == idle && enqueue:
		n.waiters.push(&w.waiter)
	}
	return w.state == granted || w.state == dismissed
}

func (w *notified) Drop() {
	defer w.cell.Clear()
	var woken queue
	n := w.notify
	n.mu.Lock()
	switch w.state {
	case queued:
		n.waiters.remove(&w.waiter)
	case granted:
		n.give(&woken)
	}
	w.state = dropped
	n.mu.Unlock()
	woken.wake()
}
