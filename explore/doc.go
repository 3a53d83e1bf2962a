// Package explore runs a small concurrent test under every schedule that can
// make a difference, and shows the simplest that fails.
//
//	func TestTicket(t *testing.T) {
//		explore.Test(t, func(x *explore.X) { // one execution; it runs once per schedule
//			var ticket Ticket
//			var sold atomic.Int32
//			buy := func() {
//				if ticket.Buy() {
//					x.Assert(sold.Add(1) == 1)
//				}
//			}
//			x.Go("ann", buy)
//			x.Go("bob", buy)
//		})
//	}
//
// The test and the code under test import the shims instead of what they stand
// for: explore/shim/sync for sync, explore/shim/atomic for sync/atomic, …. They
// start goroutines with [X.Go] or explore/shim/runtime, and use channels with
// explore/shim/channel. Outside of an exploration shims are what they stand for.
// While one goes on nobody else may use them: a goroutine that a go statement has
// started, or a test that runs in parallel and does not explore, panics.
//
// Found are deadlocks, threads left behind, false assertions, panics, data races
// on a [Var], executions without end. Of all that fail alike [Failure] shows the
// one with the fewest preemptions, then steps, and the line that runs it again.
//
// Proved, if the [Result] says so: no schedule of this body fails. Atomics are
// sequentially consistent, as Go's are. Between two operations on shims a thread
// is not interrupted, which hides nothing if plain memory is free of data races:
// hold what threads share in a [Var] to have that checked too. Time is virtual:
// a timer may fire at any moment, the earliest first.
//
// Not proved is anything about other inputs, more threads or longer runs than
// the body has, nor with a bound in [Config]. The body must depend on the
// schedule alone: draw inputs before it, not in it; no time, randomness, map
// order or package variables; [X.Choose] tries each choice. It must wait by
// shims alone: what blocks elsewhere is reported, a loop that spins has no end.
package explore
