package contract

// A Kind says what happened in an Event.
type Kind int

// The kinds of events. An operation that a thread begins ends with a Return on
// the same thread; a poll ends with Pending, Ready or Panicked.
const (
	none       Kind = iota
	Declare         // what the subject claims; Note: its name, Arg: its value
	Spawn           // a task is handed to the executor; Arg: the subject it is handed to
	Poll            // a poll of the task begins, lent Handle; Arg: of a future under test, the kind of waker
	Pending         // the poll answers pending
	Ready           // the poll answers ready; Arg: the value
	Panicked        // the poll, or the operation the thread is in, panics; Note: with what
	Clone           // Handle is cloned; Arg: the new handle
	Wake            // Handle is woken by value, which consumes it
	WakeByRef       // Handle is woken by reference
	Drop            // Handle is dropped
	Return          // the operation that this thread is in returns
	FutureDrop      // the task's future is given up
	Fire            // the outside event that the future waits for happens
	Cancel          // the task is cancelled
	Joined          // the task's join returns; Arg: the value, or Note: the error
	Run             // the executor's run begins on this thread; Arg: the subject
	Nest            // a run of a second subject begins inside a poll of the task
	Park            // the owner parks; Arg: a timeout in nanoseconds, 0 for none, -1 for a timeout of zero
	Unpark          // somebody unparks the owner
	Wakes           // the waker's own count of wakes; Arg: the count
	Live            // the waker's own count of live handles; Arg: the count
	Freed           // the waker says that its data is freed
	Advance         // virtual time passes; Arg: nanoseconds
	Settle          // every goroutine waits; timers may still be armed
	Rest            // nothing will ever happen again by itself; Arg: the Evidence
	Rescue          // the driver frees what hangs; nothing after this is judged
	Close           // the subject is closed
	Compare         // Handle is asked whether it will wake what handle Arg wakes; Note: yes or no
	Idle            // the executor is asked to return when no task is queued or polled
	Timer           // the executor's own timer number Handle is set for the task; Arg: nanoseconds
	Due             // the time of that timer has come
	Rang            // that timer calls back
	Watch           // the task's join is polled as a future, lent Handle; Note: ready, or pending
	Told            // Handle, which a Watch kept, is woken
	Unwatch         // the task's join is given up as a future; Arg: how many clones of its wakers live on
	Spuriously      // a park of the executor returns without a token, as it may (X5)
	Unparks         // the executor's own count of unparks; Arg: the count
	Push            // a child is added to a combinator
	Leave           // a handle on a combinator is not polled any more
	Reachable       // a finished child that the garbage collector cannot free
	Replace         // Handle becomes a clone of handle Arg, as by clone_from; Task: what it woke before
	Near            // the waker's count of handles is put near its maximum; Arg: how many clones still fit
	Inject          // the Arg-th next call of code that is not the waker's own, inside its functions, panics
	Took            // the park that returns next on this thread took Arg nanoseconds of virtual time
	Elsewhere       // the owner of a parker waits for something else, until it returns
	Exit            // the goroutine that parks has ended
	Reenter         // a waker's own code, in a call of Handle, calls the subject; Note: what it does
	Reentered       // that call has returned
	Started         // the future's work has begun, it says
	Held            // the future says how many values it has made that nobody took; Arg: the number
	Add             // Handle, one of a sleeper's wakers, is added to the sleeper
	Assert          // Handle, one of a sleeper's wakers, is asserted
	Clear           // Handle, one of a sleeper's wakers, is cleared; its Return's Arg: 1 if it was asserted
	Fetch           // the sleeper asks for an asserted waker; Arg: 1 if it waits for one; its Return's Arg: the waker, or 0
	Done            // the sleeper ends, and its wakers may be added to another
	Call            // an operation of a primitive that never waits begins; Task: its number, Arg: the argument, Note: its name
	Start           // an operation that may wait is made, as a future; as Call
	Block           // an operation that may wait begins on a goroutine of its own; as Call
	Enabled         // the subject's model says that the operation Task, which waits, can be completed
	Disorder        // the subject's model has no order in which the operations return what they did
	Wedged          // what a waker's function calls back cannot return before the function itself; Task: whose waker, Note: the function
	Unseen          // what was written before something does not happen before this; Note: poll, the end of the poll before; wake, of which Arg polls have begun since it returned; fire; unpark
	kinds
)

var kindNames = [kinds]string{
	Declare: "declare", Spawn: "spawn", Poll: "poll", Pending: "pending", Ready: "ready", Panicked: "panic",
	Clone: "clone", Wake: "wake", WakeByRef: "wake-by-ref", Drop: "drop", Return: "return",
	FutureDrop: "future-drop", Fire: "fire", Cancel: "cancel", Joined: "joined", Run: "run",
	Nest: "nest", Park: "park", Unpark: "unpark", Wakes: "wakes", Live: "live", Freed: "freed",
	Advance: "advance", Settle: "settle", Rest: "rest", Rescue: "rescue", Close: "close",
	Compare: "compare", Idle: "idle", Timer: "timer", Due: "due", Rang: "rang",
	Watch: "watch", Told: "told", Unwatch: "unwatch", Spuriously: "spuriously", Unparks: "unparks",
	Push: "push", Leave: "leave", Reachable: "reachable",
	Replace: "clone-from", Near: "near", Inject: "inject",
	Reenter: "reenter", Reentered: "reentered", Started: "started", Held: "held",
	Add: "add", Assert: "assert", Clear: "clear", Fetch: "fetch", Done: "done",
	Took: "took", Elsewhere: "elsewhere", Exit: "exit",
	Call: "call", Start: "start", Block: "block", Enabled: "enabled", Disorder: "disorder", Wedged: "wedged", Unseen: "unseen",
}

func (k Kind) String() string { return nameOf(kindNames[:], int(k)) }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a name written by MarshalText.
func (k *Kind) UnmarshalText(text []byte) error {
	return parseName((*int)(k), "kind of event", kindNames[:], text)
}

// An Event is one thing that happened in a run. A trace is a list of events in
// the order in which they happened; the index in it is the logical time.
type Event struct {
	Kind   Kind   `json:"kind"`
	Thread int    `json:"thread"`           // 0: the driver; 1, 2, …: outside threads; -1, -2, …: the subject's own
	Task   int    `json:"task,omitempty"`   // from 1: which task, or which of several wakers; 0: none
	Poll   int    `json:"poll,omitempty"`   // from 1: the number of the poll that this belongs to
	Handle int    `json:"handle,omitempty"` // from 1: which handle
	Arg    int    `json:"arg,omitempty"`    // see the kind
	Note   string `json:"note,omitempty"`   // see the kind
}
