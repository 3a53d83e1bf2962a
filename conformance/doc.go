// Package conformance puts code that others wrote through the doors of package
// contract: sleepers, event loops and worker pools, as their authors published
// them. Each test file is one library: an adapter of a few lines, a comment on
// how the library runs things and how it waits, and the test. They are meant to
// be read before plugging in something of your own.
//
// An adapter is a function that makes one fresh subject. It is called inside a
// testing/synctest bubble, once per run, so whatever the library keeps in
// package variables outlives the bubble: a channel, a timer or a WaitGroup first
// used in one bubble must not be used in the next. The comments say where that
// matters.
//
// A library that runs closures later becomes an executor through
// [executor.Submit]. Then the bookkeeping of wakes is Submit's, and what the laws
// show of the library is that it runs every closure it took, once, and that
// handing one over neither blocks nor runs it on the caller's stack. The gVisor
// sleeper brings its own wake-up logic, and is tested as what it is, a parker.
package conformance
