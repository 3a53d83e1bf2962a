// Package explore runs a small concurrent test under every schedule that can
// make a difference.
//
//	func TestHandOff(t *testing.T) {
//		explore.Test(t, func(x *explore.X) { // one execution; it runs once per schedule
//			var s Slot
//			x.Go("producer", func() { s.Put(1) })
//			x.Go("consumer", func() { x.Assert(s.Get() == 1) })
//		})
//	}
//
// The body makes fresh objects, starts threads and returns, or goes on itself
// as thread "main". The code under test is written on the shims: it imports
// explore/shim/sync for sync, explore/shim/atomic for sync/atomic, and so on,
// starts goroutines with X.Go or channel operations with explore/shim/channel.
// Outside of an exploration the shims are what they stand for.
//
// What is found: a deadlock (no thread can go on; the report says who waits for
// what), a thread left behind, a false assertion, a panic, a data race on a
// [Var], an execution without end. The failure is the one with the fewest
// preemptions, and of those the shortest, with a column for each thread and a
// line to paste that runs it again.
//
// What is proved, if nothing is found and the [Result] says "proved": none of
// the schedules of this body fails. Between two operations on shims a thread
// runs without interruption; that loses nothing, as long as what threads share
// is either behind shims or free of data races (hold it in a [Var] to have that
// checked). Atomics are sequentially consistent, as Go's are. Virtual time
// passes as an event like any other: a timer may fire at any moment, the
// earliest first.
//
// What is not: other inputs than the body's; code that blocks in what is not a
// shim (reported, by name); loops that spin without end (reported as endless).
// The body must depend on nothing but the schedule: neither time nor randomness
// nor map order; draw inputs before the body, never in it, and use [X.Choose]
// for choices that are to be explored too.
package explore
