//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

var handleMutants = []mutant{
	{"W1", clonesInTwoSteps, explore.Panic, handlesCloned},
	{"W9", looksThenCounts, explore.Assertion, handlesDropped},
	{"W15", countsThenLooks, explore.Race, handlesDropped},
	{"W8", publishesThenTouches, explore.Race, handleWakes},
}

// A handleCopy is what all handles on one waker share, in short: it is freed with
// the last of them. To use it is to read memory, to free it is to write memory, so
// that a use which does not come before the end is a data race, and a use after it
// panics.
type handleCopy struct {
	mistake string
	handles atomic.Int32
	memory  explore.Var[int] // 1: freed

	// What a wake does: it queues the task, and hands over to the queue the
	// handle that was woken.
	queued   atomic.Bool
	executor *wakers.Parker
}

const (
	clonesInTwoSteps     = "a clone reads the count, then writes it"
	looksThenCounts      = "a drop looks if it is the last, then counts"
	countsThenLooks      = "a drop counts, then looks if it was the last"
	publishesThenTouches = "a wake looks for the executor after it has queued the task"
)

func (h *handleCopy) Clone() wakers.RawWaker {
	h.use()
	if h.mistake == clonesInTwoSteps {
		h.handles.Store(h.handles.Load() + 1)
	} else {
		h.handles.Add(1)
	}
	return h
}

func (h *handleCopy) Drop() {
	h.use()
	switch h.mistake {
	case looksThenCounts:
		if h.handles.Load() > 1 {
			h.handles.Add(-1)
			return
		}
	case countsThenLooks:
		h.handles.Add(-1)
		if h.handles.Load() > 0 {
			return
		}
	default:
		if h.handles.Add(-1) > 0 {
			return
		}
	}
	h.memory.Set(1)
}

func (h *handleCopy) Wake() {
	if h.mistake == publishesThenTouches {
		h.queued.Store(true)
		h.use()
		h.executor.Unpark()
		return
	}
	h.use()
	executor := h.executor
	h.queued.Store(true)
	executor.Unpark()
}

func (h *handleCopy) WakeByRef() { h.Clone().Wake() }

func (h *handleCopy) use() {
	if h.memory.Get() != 0 {
		panic("used after it was freed")
	}
}

// newHandles fills two wakers.
func newHandles(mistake string) (h *handleCopy, one, other *wakers.Waker) {
	h = &handleCopy{mistake: mistake}
	h.handles.Store(2)
	one, other = new(wakers.Waker), new(wakers.Waker)
	one.Init(h)
	other.Init(h)
	return h, one, other
}

// handlesCloned lets both be cloned at the same time. There are four handles then.
func handlesCloned(x threads, mistake string) {
	h, one, other := newHandles(mistake)
	var g group
	var clones [2]*wakers.Waker
	g.run(x, "one", func() { clones[0] = clone(one) })
	g.run(x, "other", func() { clones[1] = clone(other) })
	g.wait()
	for _, w := range []*wakers.Waker{one, other, clones[0], clones[1]} {
		w.Drop()
	}
	x.Assert(h.memory.Get() == 1)
}

// handlesDropped lets two handles end at the same time.
func handlesDropped(x threads, mistake string) {
	h, one, other := newHandles(mistake)
	var g group
	g.run(x, "one", one.Drop)
	g.run(x, "other", other.Drop)
	g.wait()
	x.Assert(h.memory.Get() == 1)
}

// handleWakes lets an executor run the task that is woken, which then ends: the
// handle that the wake has given to the queue is the last.
func handleWakes(x threads, mistake string) {
	h, one, other := newHandles(mistake)
	var executor wakers.Parker
	h.executor = &executor
	x.Go("waker", one.Wake)
	for !h.queued.Load() {
		executor.Park()
	}
	h.Drop()
	other.Drop()
	x.Assert(h.memory.Get() == 1)
}
