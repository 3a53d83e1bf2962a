// Package atomic stands for sync/atomic in programs whose schedules are
// explored: the same types, methods and functions.
//
// While an exploration runs, each operation is a scheduling point, and it acts
// at once: Go's atomics are sequentially consistent, so all that a program can
// see is the order in which they are done. A load commutes with a load, and so
// does a compare-and-swap that fails. What is stored to an atomic happens before
// what comes after a load that sees it, for the search for data races.
//
// A variable that the functions work on by its address is plain, and may be
// set and read without them by whoever has it alone. It is known by its address
// only; the types are faster.
//
// Otherwise each operation is that of sync/atomic.
package atomic
