package contract

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A Door names one kind of subject and with it the Test function that takes it.
type Door string

// The doors.
const (
	WakerDoor     Door = "waker"
	ParkerDoor    Door = "parker"
	FutureDoor    Door = "future"
	ExecutorDoor  Door = "executor"
	PrimitiveDoor Door = "primitive"
)

// Claims is what a subject says about itself. The zero value claims nothing.
type Claims struct {
	// Profile is the name of the profile whose laws the subject is held to as
	// well (see Profiles); "" for none. -contract.profile overrides it. What some
	// abilities show only laws of a profile ask for, as Fair of a Combinator, which
	// without one is not judged: wakecheck laws names the profiles of each law.
	Profile string

	// Known maps the ID of a law to the reason why the subject is expected to
	// violate it. Such a violation is reported as Known and does not fail; a
	// law that is kept although it is listed here does, so that the note goes.
	// One mistake often breaks several laws: those with the same reason stand
	// together, and are Known as long as one of them shows.
	Known map[string]string

	_ struct{} // claims are written with field names
}

// An Executor is one fresh executor under test. Spawn is required; every other
// field is an ability or a fact that may be left out, and its absence skips
// laws by name.
type Executor struct {
	Claims

	// Spawn hands a future over, to be polled until it answers ready. It is
	// called from any goroutine, also inside polls.
	Spawn func(futures.Future[int]) Task

	// Run is called once, on a goroutine of its own, after the first Spawn; it
	// returns when every task has ended. Nil: the executor runs by itself.
	Run func()

	// Idle blocks until no task is queued or polled. It is called only to be
	// judged itself (E20): runs are settled without it.
	Idle func()

	// Close ends the executor, also one whose Run was never called. It is
	// required if the executor owns goroutines: what is left after it is a
	// finding. In the profiles go-pool and rust it is called before all tasks
	// have ended, too, and ends them (E34).
	Close func()

	Tasks   int // most tasks at a time; 0: any; 1: a block-on
	Threads int // workers that poll; 0 and 1: one

	// Spurious is how many polls beyond the first each wake may cause (E7).
	Spurious int

	// Fair is how often each other task may be polled between a wake of a task
	// and the poll that pays it (E21), or the call of a timer that is due (E23);
	// 0: no bound is declared.
	Fair int

	// Timer has the executor's own timer call f, once, when d has passed (E23: in
	// the profiles rust and oneshot). Nil: it has none.
	Timer func(d time.Duration, f func())

	// ParkWith is called once, before the first Spawn: from then on the executor
	// calls around(park) wherever it would call park() to sleep, and around may
	// return without having called it, as a park may (P5). Nil: nobody can make
	// its parks return.
	ParkWith func(around func(park func()))

	// Unparks returns how often the executor has unparked a worker (E32).
	Unparks func() int

	// Stable claims that the wakers lent to a task say, from poll to poll, that
	// they will wake the same (E16); to say no is permitted otherwise (X3).
	Stable bool

	Inline bool // polls run inside Spawn or wake (W19 is skipped)
	Busy   bool // polls without wakes (E7 and E8 are skipped)
	// Opaque: parks where testing/synctest cannot see it, in a mutex or through
	// linkname. Virtual time then stands still, so that timers do not fire: an
	// executor that needs them to pay a wake is taken for one that lost it. Where
	// schedules are explored nothing is out of sight, and Opaque says nothing.
	Opaque bool
}

// A Task is what Executor.Spawn returns. If it is a Future[futures.Result[int]]
// as well, as an executor.Handle is, its polls are judged too (E24, E25).
type Task interface {
	// Join blocks until the task has ended and returns what its future
	// answered, or why there is no answer. It is called at most once.
	Join() (int, error)
	// Cancel gives the task up. It is called from any goroutine and inside
	// polls, also when the task has ended.
	Cancel()
}

// A Subject is one fresh waker under test.
type Subject struct {
	Claims

	Raw   wakers.RawWaker // the first handle
	Wakes func() int      // how often it was woken; nil: laws that count wakes are skipped
	Live  func() int      // how many handles live; nil: laws that count handles are skipped
	Freed func() bool     // whether its data has been freed; nil: W8 and W9 are skipped

	// WillWake: the waker documents that a clone will_wake what its source
	// wakes. False: W11 is skipped, since to say no is permitted (X3).
	WillWake bool

	// CloneFrom puts a clone of src in the place of dst, both filled. Nil:
	// dst.CloneFrom(src) does it.
	CloneFrom func(dst, src *wakers.Waker)

	// Near puts the waker's count of handles where left more clones fit before
	// it would overflow, as if so many had been made. A clone beyond may panic
	// (X10). Nil: W3 is skipped.
	Near func(left int)

	// Hook is called once, before the first handle is used: it has the waker
	// call f inside every wake, by value and by reference, where it runs code
	// that is not its own, such as a schedule function. f may panic. Nil: W22 is
	// skipped.
	Hook func(f func())
}

// A ParkerSubject is one fresh parker under test.
type ParkerSubject struct {
	Claims

	Park   func() // blocks until a token is there, and takes it; called by one goroutine
	Unpark func() // makes the token available; called from any goroutine

	// ParkTimeout is Park for at most d; true: it took a token. Nil: parks
	// with a timeout are left out, and P12, P13 and P16 are skipped.
	ParkTimeout func(d time.Duration) bool

	// UnparkFirst is Unpark that answers whether it made the token available;
	// false: it was there. If it is given it is called instead of Unpark. Nil: P15
	// is skipped.
	UnparkFirst func() bool

	// Sleeper is one that waits for several wakers, beside the parker. Nil: P18
	// is skipped.
	Sleeper *Sleeper

	Spurious bool // Park may return without a token (P1, P3 and P4 are skipped)
	Opaque   bool // parks where testing/synctest cannot see it; see Executor.Opaque
}

// A Sleeper is one goroutine that waits for several wakers, each of which has a
// name, from 0 to Wakers-1. Assert and Clear are called from any goroutine, the
// others from one.
type Sleeper struct {
	Wakers int
	Add    func(waker int)      // lets the sleeper wait for it; called once for each, and again after Done
	Assert func(waker int)      // from now on, or once it is added, Fetch returns it, once
	Clear  func(waker int) bool // takes back an assertion that was not fetched, and says whether it did
	Fetch  func(block bool) int // an asserted waker, the earliest first; -1: none, if it shall not block
	Done   func()               // ends the sleeper and makes a new one that waits for none
}

// A FutureSubject is one fresh future under test, and what completes it.
type FutureSubject[T any] struct {
	Claims

	Future futures.Future[T]
	Fire   func() // makes the future complete, which nothing else does but time; from any goroutine, also before the first poll and after Drop. Nil: it completes by itself
	Want   T      // what it answers; compared with ==
	Never  bool   // declared pending for ever: F1 is skipped

	// Bound: it may be polled by one goroutine only (F20 is skipped).
	Bound bool

	// Started reports whether work of the future has begun. Nil: F10 is
	// skipped, as it is for one end of work that runs elsewhere.
	Started func() bool

	// Held is how many values were made for the future that it has neither
	// answered nor released. Nil: F21 is skipped.
	Held func() int

	// Yields is how often it may wake itself without progress, as documented:
	// n for Countdown(n), 1 for Yield.
	Yields int
}

// TestExecutor checks every executor law on fresh executors made by mk and
// reports each law as a subtest of t. It blocks until done.
func TestExecutor(t *testing.T, mk func(testing.TB) Executor) {
	t.Helper()
	test(t, executorPlug(mk))
}

// TestWaker checks every waker law on fresh wakers made by mk and reports each
// law as a subtest of t. It blocks until done.
func TestWaker(t *testing.T, mk func(testing.TB) Subject) {
	t.Helper()
	test(t, wakerPlug(mk))
}

// TestParker checks every parker law on fresh parkers made by mk and reports
// each law as a subtest of t. It blocks until done.
func TestParker(t *testing.T, mk func(testing.TB) ParkerSubject) {
	t.Helper()
	test(t, parkerPlug(mk))
}

// TestFuture checks every future law on fresh futures made by mk and reports
// each law as a subtest of t. It blocks until done.
func TestFuture[T comparable](t *testing.T, mk func(testing.TB) FutureSubject[T]) {
	t.Helper()
	test(t, futurePlug(mk))
}
