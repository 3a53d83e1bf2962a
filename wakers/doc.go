// Package wakers has the half of the poll contract that says "poll me again".
//
// An executor polls a task. If the task is not ready it answers pending, and the
// executor turns to others, or parks its thread. Who tells it when to poll again?
// Not the clock, and not a loop that asks: the executor lends each poll a waker,
// the task gives a clone of it to whoever will know (a timer, an I/O loop, another
// goroutine), and that one calls Wake. Nothing else ties the two sides together,
// so a wake that gets lost is a task that waits for ever.
//
// What a waker does is the executor's business, so it is a RawWaker: clone, wake,
// wake by ref, drop. VTable makes one of four functions and a data pointer, as
// Rust does. Three are here, each written as a VTable:
//
//   - Noop does nothing.
//   - Counting counts wakes and the handles that live.
//   - Parking unparks a goroutine that waits in a Parker.
//
// A handle is one right to wake. Cloning makes a handle, Wake and Drop end it, and
// WakeByRef wakes and keeps it. A waker that counts its handles knows when the last
// one has gone, and only then may it free what it points to; so each handle must
// end exactly once. A Waker is a handle that sees to that: it is filled and emptied
// in place, never copied (go vet reports copies), and panics if used when empty.
//
//	var w, clone wakers.Waker
//	w.Init(raw)         // one handle
//	clone.CloneFrom(&w) // two
//	clone.Wake()        // one: Wake ends the handle
//	w.Drop()            // none
//
// Cell keeps the waker of the latest poll where another goroutine can wake it.
//
// The words and laws are those of std::task and std::thread::park in Rust; each
// declaration names its source.
package wakers
