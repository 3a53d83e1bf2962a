package engine

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Cur is the engine whose execution is going on, nil if there is none. Shims
// look at it first: without an engine they are what they stand for.
var Cur *Engine

// exploring lets one engine run at a time, since Cur is one variable.
var exploring sync.Mutex

// Engine explores one program. It is made by Explore.
type Engine struct {
	name     string // of the body's thread
	main     func() // the body, as a thread
	strategy strategy
	limits   Limits

	epoch     uint64
	threads   []*Thread // of this execution, in the order of starting; kept beyond the end for reuse
	byID      [MaxThreads]*Thread
	kids      [MaxThreads][]int // the ids of each thread's children, by rank
	nids      int
	unstarted []*Thread
	objects   []*Object
	nobjects  int
	addresses map[unsafe.Pointer]*Object // of plain variables, see ObjectAt

	live    uint64 // threads that have begun and not ended
	waiting uint64 // those of them that have announced a gate or an await

	running  *Thread
	resumed  *Thread // whose coroutine has control: it differs from nil in the main loop only after a Goexit
	picked   *Thread
	starting bool // a new thread runs up to its first operation
	restart  bool // the execution cannot be used: begin the exploration again, keeping clocks
	ongoing  bool // an execution has begun and not ended
	over     bool // no thread can be picked any more
	blocked  bool // because the strategy gave up
	aborting bool
	unwinds  int

	path        []choice
	steps       int // of path; the rest are tosses
	preemptions int
	ticks       int  // of the tickers of this execution
	muted       int  // tickers that would fire but for Limits.Ticks
	cut         bool // there have been some
	prev        int  // the thread that took the last step

	idle, all []*coroutine

	racing    bool // keep what happens before what, for Var
	recording bool
	records   []Record

	until   func(End) bool // called at the end of each execution: whether it was the last one
	nudge   atomic.Bool    // set now and then from outside, cleared at each step
	failure *Failure       // of this execution
	Stats   Stats
}

// Limits bound an exploration. A zero limit is none, but for Steps and Ticks.
type Limits struct {
	Executions  int // complete executions
	Steps       int // steps of one execution, tosses included; 0: DefaultSteps
	Preemptions int // switches away from a thread that could go on
	Spurious    int // returns of a park without its token, between two with it; here zero means none of them
	Ticks       int // of the tickers of one execution; 0: DefaultTicks
}

// DefaultSteps is how many steps an execution may have. One that has more is
// taken for endless.
const DefaultSteps = 10_000

// Stats counts what an exploration has done.
type Stats struct {
	Executions int   // complete ones
	Blocked    int   // those given up, since all that could follow had been seen
	Steps      int64 // of all executions
	Longest    int   // steps of the longest
	Muted      int   // complete ones in which a ticker would have fired but for Limits.Ticks
}

// execute runs one execution, or, if its goroutine has ended in the middle, the
// rest of it.
func (e *Engine) execute() {
	for !e.aborting && !e.over {
		if len(e.unstarted) > 0 {
			e.start()
			continue
		}
		t := e.picked
		e.picked = nil
		if t == nil {
			if t = e.pick(); t == nil {
				break
			}
		}
		e.running = t
		e.resume(t)
	}
	e.running = nil
	if e.failure == nil && !e.blocked && !e.restart {
		e.conclude()
	}
	e.strategy.end(e)
	e.unwindAll()
}

func (e *Engine) reset() {
	epoch++
	e.epoch = epoch
	e.threads = e.threads[:0]
	e.byID = [MaxThreads]*Thread{}
	e.unstarted = e.unstarted[:0]
	e.nobjects = 0
	clear(e.addresses)
	e.live, e.waiting = 0, 0
	e.running, e.resumed, e.picked = nil, nil, nil
	e.starting, e.over, e.blocked, e.aborting = false, false, false, false
	e.path, e.steps = e.path[:0], 0
	e.preemptions, e.prev = 0, -1
	e.ticks, e.muted, e.cut = 0, 0, false
	e.failure, e.restart = nil, false
	e.records = e.records[:0]
}

// moves tells the watch that the code under test has come back. If that has
// given up waiting for it, it does not go on.
func (e *Engine) moves() {
	if e.nudge.Load() {
		if lost.Load() {
			select {}
		}
		e.nudge.Store(false)
	}
}

// Over reports whether the execution has been given up, so that the running
// thread is only being unwound.
func (e *Engine) Over() bool { return e.aborting }

// solo reports whether only the body has been started in this execution.
func (e *Engine) solo() bool { return len(e.threads) <= 1 }

// enabled is the set of threads that can take a step.
func (e *Engine) enabled() uint64 {
	set, settling := e.live, uint64(0)
	for m := e.waiting; m != 0; m &= m - 1 {
		if id := bits.TrailingZeros64(m); !e.byID[id].ready() {
			set &^= 1 << id
			if e.byID[id].op.settle {
				settling |= 1 << id
			}
		}
	}
	if set == 0 {
		if settling == 0 {
			return 0
		}
		return 1 << (63 - bits.LeadingZeros64(settling)) // the youngest first
	}
	return set
}

// pick chooses the thread that takes the next step. It returns nil if the
// execution is over.
func (e *Engine) pick() *Thread {
	set := e.enabled()
	if set == 0 {
		e.over = true
		return nil
	}
	if e.endless() {
		e.over = true
		return nil
	}
	e.moves()
	id := e.strategy.next(e, set)
	if id < 0 {
		e.over, e.blocked = true, e.failure == nil
		return nil
	}
	if e.prev >= 0 && id != e.prev && set&(1<<e.prev) != 0 {
		e.preemptions++
	}
	e.prev = id
	t := e.byID[id]
	e.path = append(e.path, choice{pick: int16(t.number)})
	e.steps++
	return t
}

// endless fails the execution if it has too many choices.
func (e *Engine) endless() bool {
	if len(e.path) < e.limits.Steps {
		return false
	}
	e.fail(Endless, nil, "")
	return true
}
