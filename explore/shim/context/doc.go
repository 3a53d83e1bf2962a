// Package context is package context for code whose schedules are explored.
//
// A context that is made in an execution is a model: its Done channel is closed
// in the execution, and its deadline passes in the virtual time of
// explore/shim/time. To make, to cancel and to look at one is a scheduling point
// where it is not without effect on others; Done, Deadline and Value are none.
// Contexts of package context, and those of other packages, can be its parents.
//
// As in package context a context is canceled before those made from it, and
// whoever else cancels it meanwhile waits until all of them are. They are
// canceled in any order: all orders are tried, n! of them for n contexts.
//
// Without an exploration all is as in package context.
package context
