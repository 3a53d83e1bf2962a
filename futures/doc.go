// Package futures holds values that may not be there yet, and the promise that
// somebody says when to ask again.
//
// A [Future] is asked with Poll. It answers ready with its value, or pending;
// it never blocks. A loop that asks over and over would find the value too, but
// it would burn a processor, so a pending future makes a promise: the waker in
// the poll's [Context] will be woken when asking again may help. Whoever polls
// (an executor) sleeps until then. The promise is the whole contract between
// the two, and here are its rules, as every future in this package keeps them,
// [Silent] excepted, which exists to break the first:
//
//   - Pending means armed: a clone of the waker is where it will be woken.
//   - Only the waker of the latest poll counts; the one before is dropped.
//   - Register first, then look whether it has happened. Who makes it happen
//     does that first and then wakes. So the two cannot miss each other.
//   - A poll without a wake does no harm and leaves the future armed.
//   - To give up a future is to [Drop] it. It then holds no waker any more.
//   - Code of a waker is never called with a lock held: it may come back.
//   - Pending futures do not wake the task to look busy; only [Yield] and
//     [Countdown] wake it in their own poll, and say so.
//
// Leaves wait for something themselves: [Countdown], [Yield], an [Event], a
// function on its own goroutine ([Go]), the clock ([After]), a connection
// ([Readable]); [Func] is for your own. [Join] and [Select] compose a handful of
// them, an [Unordered] is a set of any number, and a [Shared] is one of several
// handles on the same one.
//
// To write a leaf: keep a wakers.Cell for the waker, Register in Poll and then
// look, Clear it on ready and in Drop. event.go shows it.
package futures
