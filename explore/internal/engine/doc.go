// Package engine runs a small concurrent program again and again, each time
// under another schedule, until every schedule that can make a difference has
// been seen.
//
// A logical thread is a coroutine. It runs until its next visible operation
// (an atomic access, a lock, a send, a park), announces it and stops. The
// engine then picks one of the threads whose announced operation can be done
// now; that thread does it and runs on to its next one. So all of a program's
// nondeterminism is in the picks, and an execution is given by their list, the
// schedule.
//
// Shims are the types that announce operations. They touch an Object, which
// stands for the thing that threads share, in one of three ways:
//
//   - an operation that can always be done: Read, Write, the atomics;
//   - a gate, which can be done while the Object is open: Enter (lock a mutex,
//     park on a token, receive from a buffered channel), or Pass if that
//     commutes with others (share a lock, wait until a count is zero);
//   - a wait for one thread in particular: Await, which another thread's
//     operation ends with Release (a hand-over, a broadcast).
//
// Which schedules are tried is a Strategy's matter: all of them (naive), one
// of each class that cannot be told apart (source and optimal dynamic partial
// order reduction), some by chance (random, PCT), or one that is given
// (replay). Two operations of different threads can be told apart by their
// order if they touch the same Object and do not commute: two reads commute,
// and so do two operations of class Join. The soundness of the reductions
// rests on shims announcing every shared access and on nothing else: between
// two announcements a thread must neither block nor touch what others write
// without synchronization. Var finds the latter.
package engine
