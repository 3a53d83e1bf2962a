// Package verified is the list of what is proved of the wakers, futures,
// executors and primitives of this module. It is a package of tests:
//
//	go test -tags explore -v ./explore/verified
//
// With the tag, those packages are built as they stand, but for their atomics,
// locks, channels and timers: these are models. So what runs here is the code that
// an ordinary build has, under every schedule that can make a difference, and not
// a description of it.
//
// There is one file for each room: parker, cell, counting, BlockOn, queue, pool,
// submitter, futures, primitives. Each has a table of small scenarios: the laws
// that it is about, the threads, and how many executions it takes to know that no
// schedule fails. A scenario whose count changes fails the test: it has become
// another program, or the explorer another explorer. Look for the reason; then
// write the new count down.
//
// That nothing fails would also be said by scenarios that see nothing. So there
// are mutants beside them, at least one for each law: short copies that pass, and
// fail as soon as one line is wrong, each with the shortest schedule that shows it.
// There are copies of a parker, of what the handles on a waker share, of cells and
// events, of a notify, a semaphore and a channel, of combinators, of a task, a queue
// and a pool; and of a sleeper with several wakers, which this module has none of.
//
// Two things are shown in their own way. That a future which wakes nobody hangs
// its executor: not that some schedule hangs, but that all of them do, by counting
// how executions end. And the rule by which an executor may conclude that it hangs
// for good, from the number of handles on its waker: that it is never wrong and
// never late, and that it is one or the other if its two looks are taken in the
// other order, or if nobody is told of the last handle's end.
//
// What is not proved: larger programs than these (the file bounded_test.go has
// some, under schedules of two preemptions at most, and says so); data races on
// fields that are no [explore.Var], which go test -race looks for; futures.Go and
// futures.Readable, which run on the real package context and on real
// connections.
//
// [explore.Var]: https://pkg.go.dev/github.com/wakecheck/wakecheck/explore#Var
package verified
