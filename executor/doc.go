// Package executor has executors: they poll futures, and sleep when there is
// nothing to poll.
//
// A future that is pending says nothing about when to ask again. One can ask all
// the time: that is [Spin], and it keeps a processor busy for nothing. Or one can
// lend the future a waker, sleep, and ask again when it is woken. That is all the
// other executors do, and they differ in what a wake does:
//
//   - [BlockOn] polls one future on the goroutine that calls it. A wake unparks
//     the goroutine.
//   - A [Queue] polls many on one goroutine. A wake puts the task into a queue,
//     and unparks the goroutine if it sleeps.
//   - A [Pool] polls many on several goroutines. A wake puts the task into their
//     queue, and unparks one of them if one sleeps.
//   - A [Submitter] polls on whatever runs closures for you. A wake submits one.
//
// What they owe the futures:
//
//   - Each wake is followed by a poll that starts after it. A wake during a poll
//     is followed by another poll; many wakes may be paid by one.
//   - There is no poll without a wake but the first, and none after the end.
//   - No two polls of one task run at the same time, and what was done before a
//     wake, or in a poll, is seen in the next.
//   - A wake only schedules. It polls nothing, drops nothing and waits for nothing.
//   - A future that is given up before it has answered is dropped, once
//     ([futures.Drop]), by the executor and not inside a wake.
//
// How: a task has one word of state that says whether it is owed a turn and whether
// somebody has it; the others follow from it (task.go). And whoever is about to
// sleep says so first and then looks for work once more, while whoever has work
// puts it there first and then looks for sleepers, so that the two cannot miss each
// other.
//
// [Spawn] makes a task of a future. Its [Handle] joins it, cancels it, and is a
// future itself. All of this works inside a testing/synctest bubble, where a
// goroutine that sleeps here is durably blocked.
package executor
