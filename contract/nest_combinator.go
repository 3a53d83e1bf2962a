package contract

import (
	"sync/atomic"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A nested is a block-on inside the poll of a child: of a fresh combinator, with
// children of its own. Nothing of the inner one is judged, since others see it run
// alone; what is judged is the outer one, whose poll stands still meanwhile.
type nested struct {
	c        *combinatorRun
	children []*nestedChild
	token    chan struct{} // what the block-on parks on
	over     chan struct{} // closed when it has ended
}

// nestedPolls bounds the polls of a nested block-on.
const nestedPolls = 8

// nest blocks, inside the poll of s that lend tells of, on a fresh combinator.
// While it waits, an outside thread wakes the child that op names, and after that
// the children inside.
//
// On a Stage it does nothing: there a poll may stand still anywhere, and no
// goroutine may park but on what the Stage makes.
func (s *child) nest(lend Event, op Op) {
	c := s.c
	n := max(c.facts.Least, 1)
	if c.stage != nil || n > c.facts.Most {
		return
	}
	c.add(Event{Kind: Nest, Thread: lend.Thread, Task: s.task(), Poll: lend.Poll})
	in := &nested{c: c, token: make(chan struct{}, 1), over: make(chan struct{})}
	fs := make([]futures.Future[int], n)
	for i := range fs {
		child := &nestedChild{n: i}
		in.children, fs[i] = append(in.children, child), child
	}
	go in.wake(nestedThread-1+s.number, op.Task)
	in.blockOn(fs)
	close(in.over)
	c.add(Event{Kind: Return, Thread: lend.Thread})
}

// blockOn polls a fresh combinator of the futures until it answers, or they all
// have, or the run is freed.
func (in *nested) blockOn(fs []futures.Future[int]) {
	var f futures.Future[[]int]
	if !in.c.tb.guard("mk", func() { f = in.c.mk(in.c.tb, fs...) }) {
		return
	}
	lent := new(wakers.Waker)
	lent.Init(nestedWaker(in.token))
	for range nestedPolls {
		ready := false
		if in.c.recovered(func() { _, ready = f.Poll(futures.NewContext(lent)) }) != nil || ready || in.answered() {
			break
		}
		select {
		case <-in.token:
			continue
		case <-in.c.freed:
		}
		break
	}
	in.c.tb.quietly(func() { combinatorOf(f).end()() })
}

func (in *nested) answered() bool {
	for _, child := range in.children {
		if !child.answered.Load() {
			return false
		}
	}
	return true
}

// wake wakes a child of the outer combinator on the thread, and then those of the
// inner one. Should that have lost its wakes, the block-on goes on without them.
func (in *nested) wake(thread, outer int) {
	if !in.sleep() {
		return
	}
	in.c.enter(thread)
	in.c.wakeChild(thread, Op{Do: DoWakeByRef, Task: outer})
	for _, child := range in.children {
		if !in.sleep() {
			return
		}
		child.happened.Store(true)
		in.c.tb.quietly(child.cell.Wake)
	}
	for in.sleep() {
		nestedWaker(in.token).Wake()
	}
}

// sleep waits until nothing else happens, and returns false if the block-on has
// ended.
func (in *nested) sleep() bool {
	quiet := time.NewTimer(time.Millisecond)
	defer quiet.Stop()
	select {
	case <-quiet.C:
		return true
	case <-in.over:
		return false
	}
}

// A nestedChild is ready when it has happened.
type nestedChild struct {
	n        int
	cell     wakers.Cell
	happened atomic.Bool
	answered atomic.Bool
}

func (s *nestedChild) Poll(cx *futures.Context) (int, bool) {
	s.cell.Register(cx.Waker())
	if !s.happened.Load() {
		return 0, false
	}
	s.answered.Store(true)
	s.cell.Clear()
	return value(s.n), true
}

func (s *nestedChild) Drop() { s.cell.Clear() }

// A nestedWaker leaves a token for a block-on.
type nestedWaker chan struct{}

func (w nestedWaker) Clone() wakers.RawWaker { return w }
func (w nestedWaker) Wake()                  { w.WakeByRef() }
func (w nestedWaker) Drop()                  {}
func (w nestedWaker) WakeByRef() {
	select {
	case w <- struct{}{}:
	default:
	}
}
