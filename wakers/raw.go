package wakers

// A RawWaker is one handle of a waker: what an executor hands out so that
// others can tell it "poll this task again".
//
// The handle that Init takes and each handle that Clone returns is ended by
// exactly one call of Wake or Drop. Between these, Clone and WakeByRef may be
// called any number of times. All four may be called from any goroutine, and at
// the same time on different handles of one waker; Clone and WakeByRef also at
// the same time on one handle. None of them may block, and Wake and WakeByRef
// should only schedule the task, never poll it on the caller's stack.
//
// Source: std::task::RawWakerVTable, functions clone, wake, wake_by_ref, drop
// and "Thread safety".
//
// Use a RawWaker through a Waker, which keeps the rule of the single end.
// A waker whose memory the garbage collector owns may return itself from Clone
// and leave Drop empty.
type RawWaker interface {
	// Clone returns one more handle that wakes the same task. It never
	// returns nil. The new handle works after this one has ended.
	Clone() RawWaker
	// Wake wakes the task and ends this handle.
	Wake()
	// WakeByRef wakes the task and does not end this handle.
	WakeByRef()
	// Drop ends this handle without waking.
	Drop()
}

// sameWaker reports whether a and b are surely handles of one waker. It calls
// none of their methods, so it may run under a lock.
func sameWaker(a, b RawWaker) (same bool) {
	if t, ok := a.(interface{ sameWaker(RawWaker) bool }); ok {
		return t.sameWaker(b)
	}
	// Comparing can panic in one way: the two have the same type, and it cannot
	// be compared. Nothing is sure then.
	defer func() { _ = recover() }()
	return a == b
}
