// Package sync stands for sync in programs whose schedules are explored: the
// same types, methods and functions.
//
// While an exploration runs, each operation is a scheduling point, and a thread
// that would block is not picked. What Go leaves open, such as which of the
// threads that wait for a Mutex gets it, goes each way in some execution. What
// Go panics with is panicked with; where Go ends the process the exploration
// fails. What happens before what, for the search for data races, is as
// https://go.dev/ref/mem has it.
//
// Locks, counters and the like begin each execution as their zero value, also
// when they are package-level variables. What a Map holds is data, and stays.
//
// Otherwise each operation is that of sync.
package sync
