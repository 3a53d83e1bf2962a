package contract_test

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// A signal is set, and taken by the one who waits for it: it has one slot for a waker.
type signal struct {
	trying func() // called by each try
	set    atomic.Bool
	cell   wakers.Cell
}

// A signalWait waits for the signal.
type signalWait struct{ s *signal }

func (w signalWait) Poll(cx *futures.Context) (int, bool) {
	w.s.cell.Register(cx.Waker())
	if !w.s.set.Swap(false) {
		return 0, false
	}
	w.s.cell.Clear()
	return 0, true
}

func (w signalWait) Drop() { w.s.cell.Clear() }

// primitive is the signal under test; if alone, by one waiter at a time.
func (s *signal) primitive(alone bool) contract.Primitive {
	return contract.Primitive{
		Model: contract.NewModel(false, func(set bool, o contract.Operation) (bool, int, bool) {
			return o.Op == "signal", 0, set || o.Op == "signal"
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "wait", Alone: alone, Start: func(int) futures.Future[int] { return signalWait{s} }},
			{Name: "try", Try: func(int) (int, bool) {
				if s.trying != nil {
					s.trying()
				}
				return 0, s.set.Swap(false)
			}},
			{Name: "signal", Do: func(int) int { s.set.Store(true); s.cell.Wake(); return 0 }},
		},
	}
}

// Who shares one slot is told so, be it with another waiter or with a try.
func TestWhoIsPutOutOfTheOneSlotIsMissed(t *testing.T) {
	evict := func(s *signal) {
		var noop wakers.Waker
		wakers.Noop{}.InitWaker(&noop)
		defer noop.Drop()
		s.cell.Register(&noop)
	}
	for name, mk := range map[string]func(testing.TB) contract.Primitive{
		"several waiters": func(testing.TB) contract.Primitive { return new(signal).primitive(false) },
		"a try with the no-op waker": func(testing.TB) contract.Primitive {
			s := new(signal)
			s.trying = func() { evict(s) }
			return s.primitive(true)
		},
	} {
		if report := contract.CheckPrimitive(mk); !slices.Contains(report.Violated(), "F1") {
			t.Errorf("%s: violates %v; want F1 (seed %d)", name, report.Violated(), report.Seed)
		}
	}
}

// An operation that is used alone is not begun while another call of it waits.
func TestAloneKeepsCallsApart(t *testing.T) {
	var waiting, most atomic.Int32
	report := contract.CheckPrimitive(func(testing.TB) contract.Primitive {
		waiting.Store(0)
		p := new(signal).primitive(true)
		start := p.Ops[0].Start
		p.Ops[0].Start = func(arg int) futures.Future[int] {
			most.Store(max(most.Load(), waiting.Add(1)))
			return &countedWait{start(arg), &waiting}
		}
		return p
	})
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if most.Load() != 1 {
		t.Errorf("%d calls waited at a time; want 1", most.Load())
	}
}

// A countedWait counts itself until it has ended.
type countedWait struct {
	futures.Future[int]
	waiting *atomic.Int32
}

func (c *countedWait) Poll(cx *futures.Context) (int, bool) {
	v, ready := c.Future.Poll(cx)
	if ready {
		c.waiting.Add(-1)
	}
	return v, ready
}

func (c *countedWait) Drop() {
	futures.Drop(c.Future)
	c.waiting.Add(-1)
}
