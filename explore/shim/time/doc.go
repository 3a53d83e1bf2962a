// Package time is package time for code whose schedules are explored. Its time
// is virtual: it begins at midnight of January 1st 2000, UTC, in each execution,
// and passes only when a timer fires, to the timer's time. The earliest of the
// timers that run may fire at any moment, whatever else could be done; of those
// due at the same time any may be the first. So a timeout that a thread is
// racing with wins in some executions and loses in others, however long it is.
//
// What threads do takes no time in between. A timer that was started before
// another one, for longer, so fires before it only by firing before the other
// one is started.
//
// The channel of a timer is as since Go 1.23: after Stop or Reset no earlier
// value is received from it.
//
// A ticker would fire for ever, so the tickers of an execution fire a bounded
// number of times, taken together. After that they are silent, and a thread that
// is left waiting for one of them, or for anything else, is not said to have
// deadlocked. A loop of sleeps is not bounded: if nothing ends it, the execution
// is taken for endless.
//
// Without an exploration all is as in package time.
package time
