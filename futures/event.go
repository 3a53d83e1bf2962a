package futures

import (
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// An Event happens once. Any number of tasks can wait for it, each with a
// future of its own from Wait. The zero value has not fired and is ready to
// use. An Event must not be copied. Its methods may be called from any
// goroutine, and none blocks.
type Event struct {
	fired atomic.Bool // set once, with mu held

	// mu guards waits, and never anything of a waker: the code of a waker may
	// come back to the Event.
	mu    sync.Mutex
	waits []*eventWait // those that have been polled and not dropped
}

// Fire makes the event happen and wakes every task that waits for it. What the
// caller did before is seen by whoever sees the event. Only the first call does
// something. If a waker panics, the other tasks are woken all the same.
func (e *Event) Fire() {
	e.mu.Lock()
	waits := e.waits
	e.waits = nil
	e.fired.Store(true)
	e.mu.Unlock()
	forEach(waits, func(w *eventWait) { w.cell.Wake() })
}

// Fired reports whether Fire has been called.
func (e *Event) Fired() bool { return e.fired.Load() }

// Wait returns a future that is ready when the event has fired. Its Drop takes
// it off the list of those to be woken.
func (e *Event) Wait() Future[struct{}] { return &eventWait{event: e} }

// An eventWait is one task's wait. The list in the Event says who is to be
// woken, the cell says how; so a poll with a new waker does not touch the list.
type eventWait struct {
	event *Event
	cell  wakers.Cell
	place int // in event.waits if listed; guarded by event.mu
	// What follows belongs to the goroutine that polls.
	listed bool
	stage  stage
}

func (w *eventWait) Poll(cx *Context) (_ struct{}, ready bool) {
	w.stage.mustBePending("Event.Wait")
	if !w.event.Fired() {
		w.cell.Register(cx.Waker())
		if !w.listed {
			w.event.add(w)
		}
		// The second look, after the waker is where Fire finds it.
		if !w.event.Fired() {
			return struct{}{}, false
		}
	}
	w.cell.Clear()
	w.stage = stageReady
	return struct{}{}, true
}

func (w *eventWait) Drop() {
	w.stage = stageDropped
	if w.listed {
		w.event.remove(w)
	}
	w.cell.Clear()
}

// add lists w. If the event has just fired, that does nothing for w: it has yet
// to take its second look.
func (e *Event) add(w *eventWait) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w.listed, w.place = true, len(e.waits)
	e.waits = append(e.waits, w)
}

// remove takes w off the list: the last one moves to its place. Once the event
// has fired, the list belongs to Fire.
func (e *Event) remove(w *eventWait) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.Fired() {
		return
	}
	end := len(e.waits) - 1
	e.waits[w.place] = e.waits[end]
	e.waits[w.place].place = w.place
	e.waits[end] = nil
	e.waits = e.waits[:end]
}

// forEach calls do for every element, also when some of the calls panic: then
// the panic continues after the last one.
func forEach[E any](s []E, do func(E)) {
	i := 0
	defer func() {
		if i < len(s) { // do panicked, or ended the goroutine
			forEach(s[i:], do)
		}
	}()
	for i < len(s) {
		i++
		do(s[i-1])
	}
}
