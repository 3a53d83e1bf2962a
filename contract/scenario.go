package contract

import "time"

// scenarioVersion is the version of the scenario's JSON form.
const scenarioVersion = 1

// A Scenario is a small program, as data: what is tried on a subject. It can
// be printed, written as JSON, and run again.
type Scenario struct {
	Version int  `json:"version"`
	Door    Door `json:"door"`

	// Raced releases the operations of all threads together; otherwise one
	// operation happens at a time, in the order of Ops, and the run settles
	// in between.
	Raced bool `json:"raced,omitempty"`

	// Subjects is how many subjects of the kind run side by side: 1 or 2.
	Subjects int `json:"subjects"`

	Scripts []Script `json:"scripts,omitempty"` // executors, combinators: what each task's future, or each child, does; task or child n is Scripts[n-1]
	Ops     []Op     `json:"ops"`               // what the outside threads do
	Faults  []Fault  `json:"faults,omitempty"`  // primitives: what the wakers do beside waking
}

// A Script is what the future of one task does, poll by poll. The poll after
// the last turn answers ready; that of a task with an odd number wakes itself
// before, a wake that nobody needs any more.
type Script struct {
	Turns []Turn `json:"turns,omitempty"`
	// Drop is what the future does when it is dropped, on the goroutine that
	// drops it.
	Drop []Op `json:"drop,omitempty"`
	// By says who spawns the task: "" the driver before the run begins, "op" an
	// operation, "poll" the first poll of the task before it.
	// A child with By "op" is pushed by an operation; the others are there
	// from the start.
	By string `json:"by,omitempty"`
}

// A Turn is one poll that answers pending. It arms itself by cloning the
// waker it is lent, then does Ops on the goroutine of the poll.
type Turn struct {
	Ops []Op `json:"ops,omitempty"`
}

// A Do says what an Op does.
type Do string

// What operations do. Each door uses some of them.
const (
	DoClone     Do = "clone"       // waker: clone a handle
	DoWake      Do = "wake"        // waker, executor: wake a handle, or a clone of the task's handle, by value
	DoWakeByRef Do = "wake-by-ref" // waker, executor: wake N times by reference
	DoDrop      Do = "drop"        // waker: drop a handle; future, primitive: give up the future, or the operation that waits
	DoLoop      Do = "block-on"    // waker: a park loop is woken through the handle
	DoPark      Do = "park"        // parker: park, for at most For if it is not 0
	DoUnpark    Do = "unpark"      // parker: unpark N times, after For if it is not 0
	DoPoll      Do = "poll"        // future, primitive: poll with waker number Handle; future: of kind With
	DoFire      Do = "fire"        // future: let the outside event happen
	DoSpawn     Do = "spawn"       // executor: spawn the task
	DoCancel    Do = "cancel"      // executor: cancel the task
	DoStale     Do = "stale-wake"  // executor: wake a handle kept from an earlier poll of the task, dead or alive; future: poll as after a wake of waker Handle
	DoSelf      Do = "self-wake"   // in a turn: wake the lent waker N times by reference
	DoLinger    Do = "linger"      // in a turn: hold the poll open for For of virtual time
	DoNest      Do = "nest"        // in a turn: run a fresh subject to its end, woken from outside; combinator: after child Task of the outer one
	DoAdvance   Do = "advance"     // let For of virtual time pass
	DoPanic     Do = "panic"       // in a turn or a drop: panic
	DoForget    Do = "forget"      // in a turn: drop every handle of the task, so that nobody can wake it
	DoTimer     Do = "timer"       // in a turn: have the executor's own timer wake the task after For
	DoWatch     Do = "watch"       // executor: poll the task's join as a future, with a new waker
	DoUnwatch   Do = "unwatch"     // executor: give up the task's join as a future
	DoIdle      Do = "idle"        // executor: wait until it says that no task is queued or polled
	DoClose     Do = "close"       // executor: close it; nothing but uses of handles comes after
	DoPush      Do = "push"        // combinator: add the child
	DoLeave     Do = "leave"       // combinator: poll handle number Handle no more
	DoCollect   Do = "collect"     // combinator: run the garbage collector, and see which finished children are held
	DoSpin      Do = "spin"        // in a child's turn: wake itself in every poll, during N polls of the combinator
	DoCompare   Do = "compare"     // waker: ask Handle whether it will wake what handle With wakes
	DoReplace   Do = "clone-from"  // waker: put a clone of handle With in the place of Handle
	DoNear      Do = "near"        // waker: put its count of handles where N more clones fit
	DoInject    Do = "inject"      // waker: the N-th next call of foreign code inside it panics; future: that of waker Handle, in slot With
	DoReenter   Do = "reenter"     // future: the N-th next call of waker Handle, in slot With, calls back into the future
	DoTryPark   Do = "try-park"    // parker: park with a timeout of zero
	DoElsewhere Do = "elsewhere"   // parker: the owner waits for something else, or goes on from there
	DoExit      Do = "exit"        // parker: the goroutine that parks ends
	DoAdd       Do = "add"         // sleeper: add waker Handle
	DoAssert    Do = "assert"      // sleeper: assert waker Handle
	DoClear     Do = "clear"       // sleeper: clear waker Handle
	DoFetch     Do = "fetch"       // sleeper: fetch an asserted waker; wait for one if N is not 0
	DoDone      Do = "done"        // sleeper: end it, and go on with another
	DoBegin     Do = "begin"       // primitive: begin the operation Name with argument N; if it gives a future, poll it with waker number Handle
	DoMake      Do = "make"        // primitive: make the future of the operation Name, and do not poll it yet
	DoRun       Do = "poll-woken"  // primitive: poll every future whose task was woken
)

// An Op is one operation.
type Op struct {
	Do     Do            `json:"do"`
	Thread int           `json:"thread,omitempty"` // from 1: the outside thread that does it; 0: the driver, or the poll
	Task   int           `json:"task,omitempty"`   // from 1: the task or the waker it is done to; of a primitive: which of the operations that wait, counted round
	Handle int           `json:"handle,omitempty"`
	With   int           `json:"with,omitempty"` // the other handle, of what takes two
	N      int           `json:"n,omitempty"`
	For    time.Duration `json:"for,omitempty"` // nanoseconds
	Name   string        `json:"name,omitempty"`
}
