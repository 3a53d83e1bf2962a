package contract

import (
	"context"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

// A Primitive is one fresh primitive under test: something that tasks or
// goroutines wait for and that is neither waker nor executor, such as a lock, a
// semaphore, a channel, an event, a wait group or a waker cell. It is described
// by the table of its operations.
type Primitive struct {
	Claims

	Ops []PrimitiveOp

	// Model says what the operations do one after the other. From it come what
	// is owed to an operation that waits, and whether what the operations
	// returned fits together. Nil: the laws that need it are skipped by name.
	Model *Model

	// FIFO: operations of one name that wait are served in the order in which
	// they began to wait (F24).
	FIFO bool

	// Serial: whoever uses the primitive must keep its calls apart from each
	// other, as the Add of a sync.WaitGroup from a Wait: no scenario is raced.
	Serial bool

	// Opaque: a Block waits where testing/synctest cannot see it, in a mutex or
	// through linkname; see Executor.Opaque.
	Opaque bool

	// Close ends every operation that still waits when the scenario is over, and
	// the primitive's own goroutines. It is required if anything waits that
	// cannot be given up. It is no operation: nothing of it is judged.
	Close func()
}

// A PrimitiveOp is one kind of operation of a primitive. Of Do, Try, Start and
// Block exactly one is set; they are called from any goroutine, and from inside
// the functions of a waker.
//
// Results are the primitive's own numbers, from 0: the value received, or
// always 0. A negative result says that the operation was refused, because the
// primitive is closed for instance, and has taken nothing.
type PrimitiveOp struct {
	Name string // unique in the table, as "acquire"

	// Args: the argument of a call is from 1 to Args, drawn; 0: it is 0.
	// Fresh: each call has an argument of its own instead, 1, 2, 3 and so on, as
	// values have that are sent.
	Args  int
	Fresh bool

	// Undoes names the operation whose effect this one gives back, as unlock
	// gives back a lock. It is called only if there is a completed operation of
	// that name that has not been given back, with the same argument, and once
	// for each at the end. Nobody else need be asked whether a call is legal.
	Undoes string

	// Once: it is called at most once, as a close.
	Once bool

	// Alone: one call of it at a time, as of the receive of a channel that has one
	// receiver: none begins while another has neither returned nor been given up.
	Alone bool

	// Do never waits and always happens.
	Do func(arg int) int

	// Try never waits: if it cannot happen at once it changes nothing and says
	// so. It may also give up while another operation waits.
	Try func(arg int) (result int, ok bool)

	// Start begins an operation that may wait, as a future. To drop the future
	// is to give the operation up.
	Start func(arg int) futures.Future[int]

	// Block is an operation that may wait on its goroutine. To cancel its
	// context is to give it up; it then returns an error, and no other error is
	// expected of it.
	Block func(ctx context.Context, arg int) (int, error)

	// NoCancel: the Block takes no notice of its context, and is not given up.
	NoCancel bool

	// MayStand: the operation may have happened although it was given up, as a
	// send whose value was taken before its future was polled again. Otherwise
	// an operation that was given up has no effect.
	MayStand bool

	// Leave is the name under which the Model is told that the operation was
	// given up, if that means something by itself: that a receiver is gone for
	// good. Empty: it means nothing.
	Leave string
}

// waits reports whether the operation may wait.
func (o *PrimitiveOp) waits() bool { return o.Start != nil || o.Block != nil }

// kinds returns how many of the four functions are set.
func (o *PrimitiveOp) kinds() (n int) {
	for _, set := range [...]bool{o.Do != nil, o.Try != nil, o.Start != nil, o.Block != nil} {
		if set {
			n++
		}
	}
	return n
}

// TestPrimitive checks every law that binds primitives on fresh ones made by mk
// and reports each law as a subtest of t. It blocks until done.
func TestPrimitive(t *testing.T, mk func(testing.TB) Primitive) {
	t.Helper()
	test(t, primitivePlug(mk))
}

// CheckPrimitive is TestPrimitive as a value; see CheckExecutor.
func CheckPrimitive(mk func(testing.TB) Primitive) Report { return check(primitivePlug(mk)) }

// FuzzPrimitive is FuzzExecutor for primitives.
func FuzzPrimitive(f *testing.F, mk func(testing.TB) Primitive) {
	f.Helper()
	fuzz(f, primitivePlug(mk))
}

// A Model is a primitive as a sequential program: operations happen one after
// the other, each at one instant between its beginning and its end. It is made
// by NewModel. A Model is a value without memory of its own and may be shared.
type Model struct {
	init any
	step func(state any, o Operation) (next any, result int, ok bool)
}

// NewModel returns the model that begins in the state init and in which step
// says what an operation does: the state after it and its result; or not ok, if
// it cannot happen in this state and has to wait (a Try gives up, and a Do must
// not be called). step must return a new state and not change the old one;
// states are compared with reflect.DeepEqual.
func NewModel[S any](init S, step func(state S, o Operation) (next S, result int, ok bool)) *Model {
	return &Model{init: init, step: func(state any, o Operation) (any, int, bool) {
		return step(state.(S), o)
	}}
}

// An Operation is a call of an operation of a primitive, as its Model sees it.
type Operation struct {
	ID  int    // from 1: different for every call of a run
	Op  string // its name
	Arg int

	// Waiting are the other operations that wait, oldest first; also those that
	// have been granted what they wait for and have not returned yet.
	Waiting []Waiter
}

// A Waiter is an operation that waits.
type Waiter struct {
	ID  int
	Op  string
	Arg int
}
