// Package primitives holds what tasks wait for each other with: [Notify],
// [Semaphore], [Mutex], [Channel] and [Oneshot], on the waker contract.
//
// Each is state behind a small lock, and a queue of those who wait for the state to
// change. What may have to wait is a futures.Future, whose Poll registers a clone of
// the task's waker; futures.Drop cancels it. What never waits is a plain method.
// Nothing is done for a future before its first poll, and that is also when it takes
// its place in the queue; later polls keep the place and renew the waker.
//
// A change of state does three things, in this order:
//
//  1. under the lock, it changes the state and sets aside for the first in the queue
//     what each of them waits for. These leave the queue;
//  2. it gives up the lock;
//  3. it wakes them.
//
// What is set aside belongs to that waiter: nobody can overtake it, and its next
// poll takes it. If it is dropped before, then what was set aside goes to the next
// in the queue, so that nothing is lost with a task that has gone. A value in a
// Channel is not handed to a waiter at all. It stays in the buffer until a poll
// answers with it; what is set aside is the right to take one.
//
// Wakers are foreign code. They may come back to the primitive, and so they are
// cloned, woken and dropped when no lock is held. They may panic: then everybody
// else is woken all the same, and the panic goes to whoever made the change, which
// has taken effect. Only a receive has not, since its value would be lost: that is put
// back.
//
// Every queue is first in, first out. So a call that does not wait fails if there is
// something, but all of it is set aside for those who came before.
//
// Methods may be called from any goroutine and none blocks. A future belongs to one
// goroutine at a time, as futures do. To wait on a goroutine, and not in a task, run
// the future with executor.BlockOn.
package primitives
