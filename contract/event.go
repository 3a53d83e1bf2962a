package contract

// A Kind says what happened in an Event.
type Kind int

// The kinds of events. An operation that a thread begins ends with a Return on
// the same thread; a poll ends with Pending, Ready or Panicked.
const (
	none       Kind = iota
	Declare         // what the subject claims; Note: its name, Arg: its value
	Spawn           // a task is handed to the executor; Arg: the subject it is handed to
	Poll            // a poll of the task begins, lent Handle
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
	Nest            // a run of a second subject begins inside a poll
	Park            // the owner parks; Arg: a timeout in nanoseconds, or 0 for none
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
	Timer           // the executor's own timer is set for the task; Arg: nanoseconds
	Due             // the time of that timer has come
	Rang            // that timer calls back
	Watch           // the task's join is polled as a future, lent Handle; Note: ready, or pending
	Told            // Handle, which a Watch kept, is woken
	Unwatch         // the task's join is given up as a future; Arg: how many clones of its wakers live on
	Unparks         // the executor's own count of unparks; Arg: the count
	Call            // an operation of a primitive that never waits begins; Task: its number, Arg: the argument, Note: its name
	Start           // an operation that may wait is made, as a future; as Call
	Block           // an operation that may wait begins on a goroutine of its own; as Call
	Enabled         // the subject's model says that the operation Task, which waits, can be completed
	Disorder        // the subject's model has no order in which the operations return what they did
	Wedged          // what a waker's function calls back cannot return before the function itself; Task: whose waker, Note: the function
	kinds
)

var kindNames = [kinds]string{
	Declare: "declare", Spawn: "spawn", Poll: "poll", Pending: "pending", Ready: "ready", Panicked: "panic",
	Clone: "clone", Wake: "wake", WakeByRef: "wake-by-ref", Drop: "drop", Return: "return",
	FutureDrop: "future-drop", Fire: "fire", Cancel: "cancel", Joined: "joined", Run: "run",
	Nest: "nest", Park: "park", Unpark: "unpark", Wakes: "wakes", Live: "live", Freed: "freed",
	Advance: "advance", Settle: "settle", Rest: "rest", Rescue: "rescue", Close: "close",
	Compare: "compare", Idle: "idle", Timer: "timer", Due: "due", Rang: "rang",
	Watch: "watch", Told: "told", Unwatch: "unwatch", Unparks: "unparks",
	Call: "call", Start: "start", Block: "block", Enabled: "enabled", Disorder: "disorder", Wedged: "wedged",
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
