package contract

// The sources of the law table were read in these versions: the std docs and
// alloc of Rust 1.95.0, RFC 2592 and the async book as of 2026, futures-rs
// 4fe6c207, tokio ea91b33c, async-task f98b30bb, atomic-waker 471d0cf3, parking
// cedb1884, crossbeam 7de845aa, embassy 66f5f6e8, loom 948c8cc7 and gVisor
// pkg/sleep v0.0.0-20260905035102. A source that names an issue as owner/repo#n
// is a thread on GitHub.

// wakerLaws bind whoever makes a waker: the data behind it and its four
// functions.
var wakerLaws = []Law{
	{
		ID: "W1", Name: "CloneRetains",
		Says:     "A clone keeps alive everything that it needs to wake, whatever becomes of the handle it was cloned from.",
		Source:   "std::task::RawWakerVTable, function new, clone",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Clones of clones are used after the handles they were cloned from have ended: a panic, a call after the waker has said Freed, or a wake that does not count although such wakes of clones whose source lived did, breaks it. Skipped with neither Wakes nor Freed.",
	},
	{
		ID: "W2", Name: "CloneWakesSameTask",
		Says:     "Waking a clone wakes the task that the handle it was cloned from would have woken.",
		Source:   "std::task::RawWakerVTable, function new, clone",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Clones of clones of two wakers side by side are woken: each wake must count for its own waker and for no other. Skipped without Wakes.",
	},
	{
		ID: "W3", Name: "ClonesAreUnbounded",
		Says:     "Clones of clones may be made in any number and on any thread, and a count that would overflow stops the program before it wraps.",
		Source:   "async-task src/header.rs, clone_waker; std::task::Waker, Clone sets no bound",
		Strength: Convention, Status: InProfile, Profiles: []string{"rust"}, Doors: []Door{WakerDoor},
		Note: "Scenarios begin where a few clones more fill the count, and clone on: a count of live handles that falls at a clone, or a Freed while handles live, breaks it. A clone that panics instead is permitted (X10); one that ends the process is reported as a fault of the plug. Skipped without Near.",
	},
	{
		ID: "W4", Name: "WakeConsumesOnce",
		Says:     "A wake by value ends its handle itself, exactly once, and no drop of that handle comes after it.",
		Source:   "std::task::Waker, method wake; std::task::RawWakerVTable, function new, wake",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Each wake by value must lower the waker's own count of live handles by one. Skipped without Live.",
	},
	{
		ID: "W5", Name: "WakeByRefDoesNotConsume",
		Says:     "A wake by reference leaves its handle alive, usable, and still to be woken by value or dropped once.",
		Source:   "std::task::RawWakerVTable, function new, wake_by_ref",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Any number of wakes by reference must leave the waker's own count of live handles as it was. Skipped without Live.",
	},
	{
		ID: "W6", Name: "DropReleasesExactlyOne",
		Says:     "A drop gives back what its one handle holds, and nothing that other handles hold.",
		Source:   "std::task::RawWakerVTable, function new, drop",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Each drop must lower the waker's own count of live handles by one. Skipped without Live.",
	},
	{
		ID: "W7", Name: "HandlesBalance",
		Says:     "Handles made and cloned are as many as handles woken by value and dropped, once none is left.",
		Source:   "std::task::RawWakerVTable, function new, clone, wake and drop together",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Whenever a run has settled, the waker's own count of live handles must be the number that the scenario holds, and zero at its end. Skipped without Live.",
	},
	{
		ID: "W8", Name: "NoEarlyRelease",
		Says:     "As long as one handle lives its data is not freed, also after the task has ended and its executor is gone.",
		Source:   "std::task::RawWakerVTable, function new, clone; RFC 2592, Waking up, requirement 3",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "A call on a handle that lives, made after the waker has said Freed, breaks it. Skipped without Freed.",
	},
	{
		ID: "W9", Name: "NoLeak",
		Says:     "When all handles of a task are gone and it has run to its end, everything made for it is released.",
		Source:   "RFC 2592, Waking up, requirement 2",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "When a scenario has ended every handle and the run has settled, the waker must have said Freed. That the task must have ended as well has no meaning for a waker alone. Skipped without Freed.",
	},
	{
		ID: "W10", Name: "WillWakeIsSound",
		Says:     "Two handles that say they will wake the same task do wake the same task.",
		Source:   "std::task::Waker, method will_wake",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor, ExecutorDoor},
		Note: "Handles of two wakers side by side, and clones of theirs, are asked in pairs, by wakers.Waker.WillWake: yes between handles of different wakers breaks it. Skipped without Wakes, since wakers that wake nothing may all be the same. Of an executor, the waker that a poll is lent is compared with handles of other tasks: yes, while both tasks live, breaks it.",
	},
	{
		ID: "W11", Name: "WillWakeIsUseful",
		Says:     "A clone says that it will wake what its source wakes, and so do the wakers that one task is lent from poll to poll.",
		Source:   "std::task::Waker, method will_wake, best effort; tokio tokio/src/runtime/task/waker.rs, comment on the single table; tokio-rs/loom#416",
		Strength: Should, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Clones of one waker are asked in pairs, by wakers.Waker.WillWake. To say no is always permitted (X3), so only a subject that declares WillWake is held to a yes each time; for others the report says how many of the pairs said yes. The wakers that a task is lent from poll to poll are E16.",
	},
	{
		ID: "W12", Name: "IdentityIsNotReusedWhileHeld",
		Says:     "What a held handle denotes never becomes another live task, or, where slots are reused, costs the new task at most one poll without a wake.",
		Source:   "deduced from std::task::Waker, method will_wake, for pointers; embassy embassy-executor/tests/test.rs, waking_with_old_waker_after_respawn, for slots",
		Strength: Convention, Status: InProfile, Profiles: []string{"rust", "index"}, Doors: []Door{ExecutorDoor},
		Note: "The waker that a poll is lent is compared with handles kept of tasks that have ended: yes breaks it. In the profile index it is permitted, and E15 bounds what comes of it. Skipped for an executor of one task.",
	},
	{
		ID: "W13", Name: "WakeAfterEndIsHarmless",
		Says:     "Waking a task that is finished or cancelled does nothing, and does no harm.",
		Source:   "RFC 2592, Waking up, requirement 3; async-task src/raw.rs, wake; embassy embassy-executor/tests/test.rs, waking_after_completion_does_not_poll",
		Strength: Normative, Status: Checked, Doors: []Door{ExecutorDoor},
		Note: "Handles kept from earlier polls are woken after their task has ended: a panic in the wake, a wake that does not return, or a poll of that task breaks it.",
	},
	{
		ID: "W14", Name: "WakeFromAnyThread",
		Says:     "A wake reaches the executor from any thread, also from one that the executor knows nothing of.",
		Source:   "std::task::Waker, the paragraph on Send and Sync; RFC 2592, Waking up, requirement 4; tokio-rs/tokio#6148",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor, ExecutorDoor},
		Note: "Each wake of a scenario is made by one of several outside goroutines. At rest it must have been counted and have ended a park loop (waker), or have been paid by a poll (executor). Skipped without Wakes, and for an executor declared Busy.",
	},
	{
		ID: "W15", Name: "VTableIsThreadSafe",
		Says:     "Clone, wake, wake by reference and drop may run at the same time on handles of one waker.",
		Source:   "std::task::RawWakerVTable, Thread safety; std::task::RawWaker, function new",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Raced runs call the functions of one waker from several goroutines at once: its own counts must then have changed by the sum of the calls. A subject whose counts are wrong for calls one at a time is left to the laws on these. Which reads and writes are ordered is for the explorer, and a data race is shown by go test -race. Skipped with neither Wakes nor Live.",
	},
	{
		ID: "W16", Name: "VTableSeesOnlyItsOwnData",
		Says:     "The functions of a waker are called only with the data that the waker was built with.",
		Source:   "std::task::RawWakerVTable, the paragraph on undefined behaviour",
		Strength: Normative, Status: NotApplicable,
		Note: "a RawWaker is a Go interface and a VTable is tied to its data by type when Raw makes the handle: neither can be called with other data",
	},
	{
		ID: "W17", Name: "WakeIsIdempotentWhileOwed",
		Says:     "Any number of wakes before the next poll oblige the executor to one poll, and queue the task once.",
		Source:   "std::task::Waker, method wake; async-task src/state.rs, SCHEDULED; tokio tokio/src/runtime/task/mod.rs, at most one Notified",
		Strength: Normative, Status: Checked, Doors: []Door{ExecutorDoor},
		Note: "After wakes with no poll between there are at most 1+Spurious polls when the run has settled. That one poll is enough is normative; that more are a fault is convention. Skipped for an executor declared Busy.",
	},
	{
		ID: "W18", Name: "WakeEqualsWakeByRefThenDrop",
		Says:     "A wake by value does what a wake by reference followed by a drop does.",
		Source:   "std::task::Wake, method wake_by_ref, provided implementation; std::task::RawWakerVTable, function new, wake and wake_by_ref",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor, ExecutorDoor},
		Note: "The scenario runs again with each wake by value turned into a wake by reference and a drop; per task both runs must show the same. Skipped for a waker without Wakes.",
	},
	{
		ID: "W19", Name: "WakeNeverPollsInline",
		Says:     "A wake schedules its task and returns, and does not poll it on the stack of the caller.",
		Source:   "async-task src/runnable.rs, schedule function; futures-rs futures-task/src/arc_wake.rs, wake_by_ref; nginx/ngx-rust#294",
		Strength: Convention, Status: Checked, Doors: []Door{ExecutorDoor},
		Note: "A poll of the task that begins between a wake and its return, on the same thread, breaks it. The std docs do not say it, so an executor may declare itself Inline and is then skipped.",
	},
	{
		ID: "W20", Name: "WakeDropsNoFutureInline",
		Says:     "Neither a wake nor the drop of a handle gives up the task's future or its output on the stack of the caller.",
		Source:   "tokio-rs/tokio#1972; tokio tokio/src/runtime/task/harness.rs, drop_join_handle_slow; async-task src/header.rs, DropWakerAction",
		Strength: Convention, Status: InProfile, Profiles: []string{"rust"}, Doors: []Door{ExecutorDoor},
		Note: "The drop of a future on the stack of a wake, or of the drop of a handle, breaks it. Skipped for an executor declared Inline.",
	},
	{
		ID: "W21", Name: "WakeHappensBeforePoll",
		Says:     "What was written before a wake is seen by the poll that pays it, also if the wake found its task woken already.",
		Source:   "tokio tokio/src/runtime/task/state.rs, transition_to_notified_by_ref; futures-rs futures-core/src/task/__internal/atomic_waker.rs, Memory ordering; tokio-rs/tokio#7589",
		Strength: Convention, Status: Explored, Doors: []Door{ExecutorDoor},
		Note: "The check writes before each wake and looks in each poll whether that happens before it, by the vector clocks of the explorer: the second poll that begins after a wake has returned must see it. Go's atomics are sequentially consistent, so what breaks it is a wake that only looks, or data that is handed over beside them. E12 is another name for it.",
	},
	{
		ID: "W22", Name: "VTablePanicIsContained",
		Says:     "If one of a waker's functions panics, no handle is ended twice and none is lost.",
		Source:   "futures-rs futures/tests/task_arc_wake.rs, proper_refcount_on_wake_panic; rust-lang/futures-rs#1797",
		Strength: Convention, Status: InProfile, Profiles: []string{"rust"}, Doors: []Door{WakerDoor},
		Note: "The k-th call of the foreign code inside the waker's wakes, which Hook gives, panics: from then on its count of live handles must still be the number that the scenario holds, a wake by value having ended its handle and a wake by ref not, and nothing may be freed early. Skipped without Hook.",
	},
	{
		ID: "W23", Name: "HandlesMayMoveContextsMayNot",
		Says:     "A handle may be sent to and shared with other threads, and a context may not.",
		Source:   "std::task::Waker, Auto trait implementations; std::task::Context, Auto trait implementations",
		Strength: Normative, Status: NotApplicable,
		Note: "Rust's compiler decides it by marker traits, and Go has none; what can go wrong by it in a run is W15 and F16",
	},
	{
		ID: "W24", Name: "NoopForfeitsWakes",
		Says:     "A poll that is lent the no-op waker gives up its wake, and is made only by one who needs none.",
		Source:   "std::task::Waker, function noop; denoland/deno#19626",
		Strength: Normative, Status: Checked, Doors: []Door{CombinatorDoor},
		Note: "Children recognise the waker of wakers.Noop. At a proved rest, a child that was polled with it, answered pending, was woken and was not polled since breaks it; to do without the wake by polling again is right. Who makes a no-op waker of his own breaks C1.",
	},
	{
		ID: "W25", Name: "CloneFromReplaces",
		Says:     "To put a handle in the place of another clones only if the old one wakes something else, and drops the old one then.",
		Source:   "std::task::Waker, method clone_from",
		Strength: Normative, Status: Checked, Doors: []Door{WakerDoor},
		Note: "Handles that are filled take the place of others, by Subject.CloneFrom, or else by wakers.Waker.CloneFrom: the live handles of what was replaced must be one less and those of its successor one more, or the same if both are one waker. Skipped without Live.",
	},
	{
		ID: "W26", Name: "WakeTraitParity",
		Says:     "A waker made from a reference-counted object keeps the laws W1 to W9, and one wake by value gives back one count.",
		Source:   "std::task::Wake; Rust library/alloc/src/task.rs",
		Strength: Normative, Status: NotApplicable,
		Note: "it is about the conversion of Rust's Arc into a waker; a Go waker that counts its handles is judged by W4 to W8 whatever it is made from",
	},
	{
		ID: "W27", Name: "WakeDoesNotBlock",
		Says:     "Wake, clone and drop return without waiting for the task, for a lock that a poll holds, or for input and output.",
		Source:   "nginx/ngx-rust#294; Rust-for-Linux/linux#959; tomaka/redshirt#455",
		Strength: Convention, Status: InProfile, Profiles: []string{"go-pool", "rust"}, Doors: []Door{ExecutorDoor},
		Note: "A wake, or the drop of a handle, that has not returned at rest breaks it; wakes are made by outside goroutines, and inside polls while all workers are taken.",
	},
	{
		ID: "W28", Name: "WakeOrderIsFree",
		Says:     "Wakes of one task through several handles oblige to the same in any order.",
		Source:   "deduced from std::task::Waker, method wake, which lets wakes coalesce",
		Strength: Convention, Status: InProfile, Profiles: []string{"go-pool", "rust"}, Doors: []Door{WakerDoor},
		Note: "The scenario runs again with its wakes in another order, in each run of wakes those of different threads and those by ref; both runs must show the same. An executor's order of polls is free (X11), so it is asked of wakers only. Skipped without Wakes.",
	},
}
