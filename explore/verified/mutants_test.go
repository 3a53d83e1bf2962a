//go:build explore

package verified

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// What is proved of our parker, cell and executors is not proved because the
// scenarios see nothing: here they look at copies, each with one mistake, and find
// it. Without the mistake the copy passes.

// fails explores body until it fails, and wants that the failure is this fault,
// and that its schedule is minimal.
func fails(t *testing.T, fault explore.Fault, body func(*explore.X)) *explore.Failure {
	t.Helper()
	r, err := explore.Check(body)
	switch {
	case err != nil:
		t.Fatal(err)
	case r.Failure == nil:
		t.Fatalf("%v; want a failure: %v", r, fault)
	case r.Failure.Fault != fault || !r.Failure.Minimal:
		t.Fatalf("want %v under a minimal schedule:\n%v", fault, r.Failure)
	}
	return r.Failure
}

// threads are what a scenario over a copy starts, and asserts by: an *explore.X does
// both, and so can goroutines that race.
type threads interface {
	Go(name string, f func())
	Assert(ok bool)
}

// A mutant is a scenario over a copy that has one mistake.
type mutant struct {
	laws    string
	mistake string
	fault   explore.Fault
	body    func(x threads, mistake string)
}

// The mutants, a list for each file that has copies.
var mutants = slices.Concat(
	mainMutants, handleMutants, timeoutMutants, slotMutants, waitersMutants,
	channelMutants, combinatorMutants, sleeperMutants, executorMutants,
)

// mainMutants are those of the copies in this file and of the pool's.
var mainMutants = []mutant{
	{"P7", storesToken, explore.Race, parkerCopySynchronizes},
	{"P7", onlyLooks, explore.Race, parkerCopySynchronizes},
	{"W21 E12", storesToken, explore.Race, blockOnCopyVisited},
	{"W21 E12", onlyLooks, explore.Race, blockOnCopyVisited},
	{"P6 E4", looksThenSleeps, explore.Deadlock, blockOnCopyVisited},
	{"F22", skipsEmpty, explore.Race, cellCopySynchronizes},
	{"F22", plainFlag, explore.Race, eventCopySynchronizes},
	{"F5", looksThenRegisters, explore.Deadlock, eventCopySynchronizes},
	{"F6", wakesThenPublishes, explore.Deadlock, eventCopySynchronizes},
	{"W21 E12", wakeOnlyLooks, explore.Race, poolCopyVisited},
	{"E13 E6", noRunning, explore.Race, poolCopyPolls},
	{"E30", sleepsLate, explore.Leak, poolCopyPolls},
}

func TestMutantsAreCaught(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.laws+" "+m.mistake, func(t *testing.T) {
			r, err := explore.Check(func(x *explore.X) { m.body(x, "") })
			if err != nil || r.Failure != nil || !r.Proved {
				t.Fatalf("without the mistake: %v %v %v", r, r.Failure, err)
			}
			t.Log("without the mistake:", r)
			t.Log(fails(t, m.fault, func(x *explore.X) { m.body(x, m.mistake) }))
		})
	}
}

// A parkerCopy is wakers.Parker in short.
type parkerCopy struct {
	mistake string
	state   atomic.Int32
	signal  chan struct{}
}

const (
	storesToken     = "takes the token by a store"
	onlyLooks       = "an unpark only looks if the token is there"
	looksThenSleeps = "looks for the token, then sleeps"
)

func newParkerCopy(mistake string) *parkerCopy {
	return &parkerCopy{mistake: mistake, signal: make(chan struct{}, 1)}
}

func (p *parkerCopy) Park() {
	if p.mistake == looksThenSleeps {
		if p.state.CompareAndSwap(1, 0) {
			return
		}
		p.state.Store(-1)
	} else if p.state.Add(-1) == 0 {
		return
	}
	channel.Recv(p.signal)
	if p.mistake == storesToken {
		p.state.Store(0)
	} else {
		p.state.Swap(0)
	}
}

func (p *parkerCopy) Unpark() {
	if p.mistake == onlyLooks && p.state.Load() == 1 {
		return
	}
	if p.state.Swap(1) < 0 {
		channel.Send(p.signal, struct{}{})
	}
}

func parkerCopySynchronizes(x threads, mistake string) {
	unparksSynchronize(x, newParkerCopy(mistake))
}

// blockOnCopy is executor.BlockOn with a parkerCopy.
func blockOnCopy(p *parkerCopy, f futures.Future[int]) int {
	vt := wakers.VTable[parkerCopy]{
		Clone:     func(p *parkerCopy) *parkerCopy { return p },
		Wake:      (*parkerCopy).Unpark,
		WakeByRef: (*parkerCopy).Unpark,
		Drop:      func(*parkerCopy) {},
	}
	var w wakers.Waker
	w.Init(vt.Raw(p))
	for {
		if v, ready := f.Poll(futures.NewContext(&w)); ready {
			return v
		}
		p.Park()
	}
}

func blockOnCopyVisited(x threads, mistake string) {
	v := &visitor{x: x, threads: 2}
	v.answered(blockOnCopy(newParkerCopy(mistake), v), nil)
}

// A cellCopy is wakers.Cell in short.
type cellCopy struct {
	mistake string
	filled  atomic.Bool
	mu      sync.Mutex
	waker   wakers.Waker
}

const skipsEmpty = "a wake only looks if the cell is empty"

func (c *cellCopy) Register(w *wakers.Waker) {
	c.mu.Lock()
	c.waker.CloneFrom(w)
	c.filled.Store(true)
	c.mu.Unlock()
}

func (c *cellCopy) Wake() {
	if c.mistake == skipsEmpty && !c.filled.Load() {
		return
	}
	var w wakers.Waker
	c.mu.Lock()
	if c.filled.Load() {
		c.waker.MoveTo(&w)
		c.filled.Store(false)
	}
	c.mu.Unlock()
	if w.Filled() {
		w.Wake()
	}
}

func cellCopySynchronizes(x threads, mistake string) {
	wakesSynchronize(x, &cellCopy{mistake: mistake})
}

// An eventCopy is futures.Event in short, for one task.
type eventCopy struct {
	mistake string
	fired   atomic.Bool
	plain   explore.Var[bool] // in place of fired
	cell    wakers.Cell
}

const (
	plainFlag          = "keeps in a plain variable that it has fired"
	looksThenRegisters = "looks, then registers"
	wakesThenPublishes = "wakes, then publishes"
)

func (e *eventCopy) Poll(cx *futures.Context) (int, bool) {
	if e.mistake == looksThenRegisters {
		if e.happened() {
			return 1, true
		}
		e.cell.Register(cx.Waker())
		return 0, false
	}
	e.cell.Register(cx.Waker())
	if !e.happened() {
		return 0, false
	}
	e.cell.Clear()
	return 1, true
}

func (e *eventCopy) happened() bool {
	if e.mistake == plainFlag {
		return e.plain.Get()
	}
	return e.fired.Load()
}

func (e *eventCopy) fire() {
	switch e.mistake {
	case plainFlag:
		e.plain.Set(true)
		e.cell.Wake()
	case wakesThenPublishes:
		e.cell.Wake()
		e.fired.Store(true)
	default:
		e.fired.Store(true)
		e.cell.Wake()
	}
}

func eventCopySynchronizes(x threads, mistake string) {
	e := &eventCopy{mistake: mistake}
	var data explore.Var[int]
	x.Go("firer", func() { data.Set(1); e.fire() })
	blockOnCopy(newParkerCopy(""), e)
	x.Assert(data.Get() == 1)
}
