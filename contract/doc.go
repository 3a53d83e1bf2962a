// Package contract checks wakers, parkers, futures, combinators, primitives and
// executors against the laws of the waker contract: whoever answers pending must
// have arranged a wake, and whoever is woken must poll again.
//
// Plug in. A door takes a function that makes a fresh subject: [TestExecutor],
// [TestWaker], [TestParker], [TestFuture], [TestCombinator], [TestPrimitive]. It
// calls the function once for each scenario, inside a testing/synctest bubble, and
// reports every law as a subtest. Check… does the same in the caller's process, without
// a testing.T, and returns a [Report]; Fuzz… makes a native fuzz target. Optional fields of a subject
// are abilities and facts: an absent ability skips the laws that need it, by name.
//
// What happens. A [Scenario] is a small random program, drawn from a seed. A
// driver runs it on the subject and records a trace of [Event]s. A monitor for
// each [Law] reads the trace and reports the first event that breaks the law.
// The first violation of each law is made as small as it can be and shown with
// the command that runs it again. [Judge] reads traces of other programs.
//
// A scripted run does one operation at a time and lets the subject settle in
// between: the same seed gives the same trace. A raced run releases the operations
// of all threads together.
//
// A hang is decided by argument, never by waiting. Something is owed: a woken
// task must be polled, an unparked parker must return. If every goroutine of the
// bubble is blocked and no timer is armed, what is owed can never come. See
// [Evidence] for the kinds of argument. What hangs is then freed, as far as the
// subject allows: mk may register, with its TB's Cleanup, what ends it for sure.
//
// The Test doors run the campaign in a worker, the test binary executed again, as
// go test does when it fuzzes. So a subject that hangs or kills its process takes
// nothing with it. go test does not see which files and variables mk reads there:
// if they change, use -count=1. A replay runs in the test's own process.
//
// Where package explore/driver is imported, a campaign explores instead: it plays
// smaller scenarios under every schedule, or says how many it tried. The subjects
// must be built on the shims of explore/shim; README.md of this package says more.
//
// Flags: -contract.laws=E2,E4 judges only these; -contract.profile holds every
// subject to a [Profile]; -contract.strict fails on an unknown verdict;
// -contract.replay=FILE runs the scenario of a counterexample; -contract.out=DIR is
// where counterexamples go; each has an environment variable, WAKECHECK_LAWS and so
// on. -rapid.seed and -rapid.checks (RAPID_SEED, RAPID_CHECKS) choose the seed and
// the number of scenarios, five for each check.
package contract
