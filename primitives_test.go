package wakecheck_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
	"github.com/wakecheck/wakecheck/wakers"
)

// The contract over every bundled primitive.

func TestSemaphoreAsPrimitive(t *testing.T) { contract.TestPrimitive(t, semaphore) }
func TestMutexAsPrimitive(t *testing.T)     { contract.TestPrimitive(t, mutex) }
func TestNotifyAsPrimitive(t *testing.T)    { contract.TestPrimitive(t, notify) }
func TestNotifyAllAsPrimitive(t *testing.T) { contract.TestPrimitive(t, notifyAll) }
func TestChannelAsPrimitive(t *testing.T)   { contract.TestPrimitive(t, boundedChannel) }
func TestOneshotAsPrimitive(t *testing.T)   { contract.TestPrimitive(t, oneshot) }

func TestEventAsPrimitive(t *testing.T)     { contract.TestPrimitive(t, oneEvent) }
func TestWakerCellAsPrimitive(t *testing.T) { contract.TestPrimitive(t, wakerCell) }

// A numbered is a future whose answer is turned into a number.
type numbered[T any] struct {
	futures.Future[T]
	number func(T) int
}

func (n numbered[T]) Poll(cx *futures.Context) (int, bool) {
	v, ready := n.Future.Poll(cx)
	if !ready {
		return 0, false
	}
	return n.number(v), true
}

func (n numbered[T]) Drop() { futures.Drop(n.Future) }

// zero is the number of an answer that says nothing.
func zero(struct{}) int { return 0 }

// refused is -1 for an error.
func refused(err error) int {
	if err != nil {
		return -1
	}
	return 0
}

func result(r futures.Result[int]) int {
	if r.Err != nil {
		return -1
	}
	return r.Value
}

// do is an operation without a result.
func do(f func()) func(int) int { return func(int) int { f(); return 0 } }

// held is what can be taken and given back, or refused for ever.
type held struct {
	free   int
	closed bool
}

func holding(s held, o contract.Operation) (held, int, bool) {
	switch o.Op {
	case "release", "release-tried":
		s.free += o.Arg
		return s, 0, true
	case "close":
		s.closed = true
		return s, 0, true
	}
	if s.closed {
		return s, -1, o.Op == "acquire"
	}
	return held{s.free - o.Arg, false}, 0, o.Arg <= s.free
}

func semaphore(testing.TB) contract.Primitive {
	s := primitives.NewSemaphore(3)
	release := func(n int) int { s.Release(n); return 0 }
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		FIFO:   true,
		Model:  contract.NewModel(held{free: 3}, holding),
		Ops: []contract.PrimitiveOp{
			{Name: "acquire", Args: 3, Start: func(n int) futures.Future[int] { return numbered[error]{s.Acquire(n), refused} }},
			{Name: "try-acquire", Args: 3, Try: func(n int) (int, bool) { return 0, s.TryAcquire(n) }},
			{Name: "release", Undoes: "acquire", Do: release},
			{Name: "release-tried", Undoes: "try-acquire", Do: release},
			{Name: "close", Once: true, Do: do(s.Close)},
		},
	}
}

func mutex(testing.TB) contract.Primitive {
	var m primitives.Mutex
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		FIFO:   true,
		Model: contract.NewModel(false, func(locked bool, o contract.Operation) (bool, int, bool) {
			if o.Op == "lock" || o.Op == "try-lock" {
				return true, 0, !locked
			}
			return false, 0, true
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "lock", Start: func(int) futures.Future[int] { return numbered[struct{}]{m.Lock(), zero} }},
			{Name: "try-lock", Try: func(int) (int, bool) { return 0, m.TryLock() }},
			{Name: "unlock", Undoes: "lock", Do: do(m.Unlock)},
			{Name: "unlock-tried", Undoes: "try-lock", Do: do(m.Unlock)},
		},
	}
}

// notify is without NotifyAll, which is the one of notifyAll: which of those that
// wait a NotifyOne had reached before, no model need know then.
func notify(testing.TB) contract.Primitive {
	var n primitives.Notify
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		FIFO:   true,
		// The state is how many notifications were given and not taken: one for
		// each that waits, and one that is kept.
		Model: contract.NewModel(0, func(given int, o contract.Operation) (int, int, bool) {
			switch most := len(o.Waiting) + 1; o.Op {
			case "notify-one":
				return min(given+1, most), 0, true
			case "leave": // it passes on what it had: no second one is kept
				return min(given, most), 0, true
			}
			return given - 1, 0, given > 0
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "wait", Leave: "leave", Start: func(int) futures.Future[int] { return numbered[struct{}]{n.Wait(), zero} }},
			{Name: "try-wait", Try: func(int) (int, bool) { return 0, n.TryWait() }},
			{Name: "notify-one", Do: do(n.NotifyOne)},
		},
	}
}

func notifyAll(testing.TB) contract.Primitive {
	var n primitives.Notify
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		// The state is those that waited and have not taken it.
		Model: contract.NewModel([]int(nil), func(told []int, o contract.Operation) ([]int, int, bool) {
			if o.Op == "wait" {
				return slices.DeleteFunc(slices.Clone(told), func(id int) bool { return id == o.ID }), 0, slices.Contains(told, o.ID)
			}
			told = nil // all that wait are told now, and nobody else can be
			for _, w := range o.Waiting {
				told = append(told, w.ID)
			}
			return told, 0, true
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "wait", Start: func(int) futures.Future[int] { return numbered[struct{}]{n.Wait(), zero} }},
			{Name: "notify-all", Do: do(n.NotifyAll)},
		},
	}
}

// buffer is a channel with room for two values.
type buffer struct {
	values         string // a byte each
	sendEnd, ended bool
}

func carrying(b buffer, o contract.Operation) (buffer, int, bool) {
	switch o.Op {
	case "close-send":
		b.sendEnd = true
		return b, 0, true
	case "close-receive":
		return buffer{sendEnd: true, ended: true}, len(b.values), true
	case "send", "try-send":
		if b.sendEnd {
			return b, -1, true
		}
		room := len(b.values) < 2
		b.values += string([]byte{byte(o.Arg)})
		return b, 0, room
	}
	if b.values == "" {
		return b, -1, b.sendEnd
	}
	v := int(b.values[0])
	b.values = b.values[1:]
	return b, v, true
}

func boundedChannel(testing.TB) contract.Primitive {
	c := primitives.NewChannel[int](2)
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		FIFO:   true,
		Model:  contract.NewModel(buffer{}, carrying),
		Ops: []contract.PrimitiveOp{
			{Name: "send", Fresh: true, Start: func(v int) futures.Future[int] { return numbered[error]{c.Send(v), refused} }},
			{Name: "receive", Start: func(int) futures.Future[int] { return numbered[futures.Result[int]]{c.Receive(), result} }},
			{Name: "try-send", Fresh: true, Try: func(v int) (int, bool) {
				err := c.TrySend(v)
				return refused(err), err == nil || errors.Is(err, primitives.ErrClosed)
			}},
			{Name: "try-receive", Try: func(int) (int, bool) {
				v, err := c.TryReceive()
				return result(futures.Result[int]{Value: v, Err: err}), err == nil || errors.Is(err, primitives.ErrClosed)
			}},
			{Name: "close-send", Once: true, Do: do(c.CloseSend)},
			{Name: "close-receive", Once: true, Do: func(int) int { return len(c.CloseReceive()) }},
		},
	}
}

// letter is a Oneshot on its way.
type letter struct {
	value       int
	sent, taken bool
	gone        bool // the receiver is
}

func delivering(l letter, o contract.Operation) (letter, int, bool) {
	switch {
	case o.Op == "leave":
		return letter{sent: l.sent, gone: true}, 0, true
	case o.Op == "send" && (l.sent || l.gone):
		return l, -1, true
	case o.Op == "send":
		return letter{value: o.Arg, sent: true}, 0, true
	case o.Op == "close":
		l.sent = true
		return l, 0, true
	case l.value != 0: // receive
		return letter{sent: true, taken: true}, l.value, true
	}
	return l, -1, l.sent
}

func oneshot(testing.TB) contract.Primitive {
	sender, receiver := primitives.NewOneshot[int]()
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Model:  contract.NewModel(letter{}, delivering),
		Ops: []contract.PrimitiveOp{
			{Name: "send", Fresh: true, Do: func(v int) int { return refused(sender.Send(v)) }},
			{Name: "close", Once: true, Do: do(sender.Close)},
			{Name: "receive", Once: true, Leave: "leave", Start: func(int) futures.Future[int] { return numbered[futures.Result[int]]{receiver, result} }},
		},
	}
}

func oneEvent(testing.TB) contract.Primitive {
	var e futures.Event
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Model: contract.NewModel(false, func(fired bool, o contract.Operation) (bool, int, bool) {
			return fired || o.Op == "fire", 0, fired || o.Op == "fire"
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "wait", Start: func(int) futures.Future[int] { return numbered[struct{}]{e.Wait(), zero} }},
			{Name: "fired", Try: func(int) (int, bool) { return 0, e.Fired() }},
			{Name: "fire", Do: do(e.Fire)},
		},
	}
}

// flag is a bit that one task waits for, and takes, with a waker cell.
type flag struct {
	set  atomic.Bool
	cell wakers.Cell
}

func (f *flag) Poll(cx *futures.Context) (int, bool) {
	f.cell.Register(cx.Waker())
	if !f.set.Swap(false) {
		return 0, false
	}
	f.cell.Clear()
	return 0, true
}

func (f *flag) Drop() { f.cell.Clear() }

// wakerCell has one task that waits, once, as a cell serves one at a time.
func wakerCell(testing.TB) contract.Primitive {
	f := new(flag)
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Model: contract.NewModel(false, func(set bool, o contract.Operation) (bool, int, bool) {
			return o.Op == "raise", 0, set || o.Op == "raise"
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "wait", Once: true, Start: func(int) futures.Future[int] { return f }},
			{Name: "raise", Do: do(func() { f.set.Store(true); f.cell.Wake() })},
		},
	}
}
