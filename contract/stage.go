package contract

import (
	"context"
	"sync"
)

// A Stage is where a run is played when its schedules are explored: an
// execution of an explorer, in which the goroutines of the run are threads that
// go on one at a time. All methods are called by those threads.
type Stage interface {
	// Go starts a thread that runs f.
	Go(f func())
	// Settle returns when no other thread can go on: not now, and not after
	// any timer.
	Settle()
	// Lock makes a lock that threads can wait for.
	Lock() StageLock
	// Touch makes what stands for something that the run itself keeps.
	Touch() StageTouch
	// Context makes a context whose end the threads can wait for.
	Context() (context.Context, context.CancelFunc)
	// Mark stands for what the calling thread has done so far.
	Mark() Mark
	// Self is the number of the calling thread.
	Self() int
	// Over reports whether the execution has been given up: what its threads do
	// now is to end.
	Over() bool
	// Sees reports whether what Mark stood for happens before now, in the sense
	// of Go's memory model.
	Sees(Mark) bool
}

// A StageLock is a lock among the threads of a Stage.
type StageLock interface {
	sync.Locker
	TryLock() bool
}

// A StageTouch announces operations on something that the run itself keeps and
// looks at, so that the orders in which threads do so are told apart. They are
// announced first: what others may change is read after the announcement, and
// before the thread's next one.
type StageTouch interface {
	// Change is for what may depend on any other operation: on this and, in the
	// same step, on others.
	Change(others ...StageTouch)
	// Add is for what comes to the same in whatever order it and its kin are
	// done.
	Add()
}

// A Mark is what a thread had done at some point, to its Stage.
type Mark any

// An Explorer tries the schedules of a run.
type Explorer interface {
	// Explore calls play once for each schedule that it tries, on a Stage, and
	// ended after it with how it went, until ended says that it is enough. What
	// play returns, if the execution is not given up, is the trace of the run; it
	// is valid until the next call. Explore returns how many schedules it tried,
	// and whether no other is left.
	Explore(plan Plan, play func(Stage) []Event, ended func(Played) (enough bool)) (Coverage, error)
}

// A Plan says which schedules an Explorer tries.
type Plan struct {
	Schedule    string // this one alone; "": see below
	Executions  int    // at most so many
	Preemptions int    // with at most so many preemptions; -1: with none; 0: any number, and one of each class that cannot be told apart
	Seed        uint64 // if it is not 0, by chance: with few changes of who goes on (PCT)
	Walk        bool   // with a Seed: whoever can go on is as likely to, at each step
}

// Played says how a run was played on a Stage.
type Played struct {
	Schedule    func() string // what to put into a Plan to play it again; call it only in ended
	Preemptions int
	Fault       string // what is wrong with it, beside what its trace shows; "": nothing
}

// Coverage says what an Explorer has tried.
type Coverage struct {
	Executions int
	All        bool   // no schedule that the Plan allows is left
	TooLarge   string // why it has given up a run that is too large for it; "": there was none
}

// explorer is what campaigns run with, if it is not nil.
var explorer Explorer

// RegisterExplorer makes every campaign of this process try all schedules of its
// scenarios with e, instead of running them in bubbles. The subjects must be
// built on what e explores. It is called from an init function.
func RegisterExplorer(e Explorer) { explorer = e }
