package contract

import "slices"

// A Permission is something that the waker contract allows, although it may
// look like a fault. A check that accuses a subject of it is wrong.
type Permission struct {
	ID     string `json:"id"`     // stable, as a law's
	Says   string `json:"says"`   // one sentence
	Source string `json:"source"` // where it is written
	By     string `json:"by"`     // how the checks honour it
}

// Permissions returns what no law here may forbid. The slice is the caller's.
func Permissions() []Permission { return slices.Clone(permissions) }

var permissions = []Permission{
	{
		ID:     "X1",
		Says:   "Several wakes may be paid by one poll.",
		Source: "std::task::Waker, method wake",
		By:     "E2 asks for a poll that began after the last wake, not for a poll per wake.",
	},
	{
		ID:     "X2",
		Says:   "A task that yields may be polled again before others.",
		Source: "std::task::Waker, method wake, last paragraph",
		By:     "No law compares the order in which tasks are polled; E22 is not judged.",
	},
	{
		ID:     "X3",
		Says:   "Two handles of one task may say that they will not wake the same.",
		Source: "std::task::Waker, method will_wake",
		By:     "W10 minds a yes only; W11 and E16 hold to a yes only who claims it, and C15 only wakers whose handles do say it of their own clones.",
	},
	{
		ID:     "X4",
		Says:   "An executor may poll a task that was not woken.",
		Source: "tokio tokio/src/runtime/mod.rs, Detailed runtime behavior; std::future::Future, Return value",
		By:     "E7 and W17 allow the polls that Executor.Spurious and Executor.Busy declare, and scripted futures answer such a poll with pending.",
	},
	{
		ID:     "X5",
		Says:   "A park may return without a token, and need not block at all.",
		Source: "std::thread::park",
		By:     "P1, P3 and P4 are skipped for a parker declared Spurious.",
	},
	{
		ID:     "X6",
		Says:   "A future that is polled after it was ready may panic, block or answer nonsense.",
		Source: "std::future::Future, Panics",
		By:     "No check polls a future after it was ready.",
	},
	{
		ID:     "X7",
		Says:   "A future may leave the wakers of earlier polls alone, and may wake them too.",
		Source: "std::future::Future, Return value; BVE-Reborn/switchyard#4",
		By:     "F2 asks for the waker of the last poll only, and no law counts wakes of earlier ones.",
	},
	{
		ID:     "X8",
		Says:   "A wake need not be followed by a poll when the task has ended or its executor has stopped.",
		Source: "std::task::Waker, method wake",
		By:     "A wake is owed only while its task lives: not after ready, panic, cancel or the close of the executor.",
	},
	{
		ID:     "X9",
		Says:   "A wake may come although no progress can be made.",
		Source: "std::future::Future, Return value",
		By:     "No law on futures forbids a wake too many by others than the future itself; F17 allows as many of its own as FutureSubject.Yields declares, and a few more.",
	},
	{
		ID:     "X10",
		Says:   "To end the program is allowed where unwinding would do harm: in a park, when a count of handles overflows, when a foreign waker panics.",
		Source: "std::thread::park, first paragraph; async-task src/header.rs, abort_on_panic",
		By:     "A clone that panics when its count is full keeps W3, and what has panicked by injection is only asked for its balance; wakers that panic are lent to futures and primitives of the profile rust only (F14).",
	},
	{
		ID:     "X11",
		Says:   "Tasks may be polled in any order, and unfairly for a while.",
		Source: "tokio tokio/src/runtime/mod.rs, Detailed runtime behavior",
		By:     "What is owed is judged at rest, when every order has come to its end.",
	},
	{
		ID:     "X12",
		Says:   "A combinator may poll all its children on any wake.",
		Source: "futures-rs futures-util/src/future/join.rs; rust-lang/futures-rs#2141",
		By:     "No law counts the polls of children but C8, which binds only those that claim to select.",
	},
	{
		ID:     "X13",
		Says:   "Wakers may do without a count of handles, so that to clone and to drop one does nothing.",
		Source: "embassy embassy-executor/src/raw/waker.rs; shuttle shuttle/src/runtime/task/waker.rs",
		By:     "Laws that count handles are skipped for a Subject without Live, and executors are never asked for a count.",
	},
	{
		ID:     "X14",
		Says:   "A future that can never make progress may be pending for ever and arm nothing.",
		Source: "std::future::pending",
		By:     "F1 is not judged for a FutureSubject declared Never, nor for a combinator of no children.",
	},
}
