package contract

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A recorder keeps the trace of one run. Its methods may be called from any
// goroutine.
type recorder struct {
	mu      sync.Mutex
	events  []Event
	closed  bool
	stage   Stage    // nil: a bubble
	handles int      // handles numbered so far
	waking  []waking // the wake calls that have not returned, latest last
	lanes   uint64   // bit n set: lane -(n+1) is in a poll or a drop

	precise bool       // calls are noted by goroutine, which costs a microsecond each
	calls   []openCall // if precise: the open ones, latest last
}

// waking is a wake call.
type waking struct {
	thread int
	self   int // on a Stage, its thread
}

// An openCall is a call of the subject that has not returned.
type openCall struct {
	goroutine string
	thread    int
}

// close ends the recording: what happens later is not kept. The caller owns
// the slice.
func (r *recorder) close() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.events
}

func (r *recorder) add(e Event) {
	r.mu.Lock()
	r.addLocked(e)
	r.mu.Unlock()
}

func (r *recorder) addLocked(e Event) {
	if !r.closed && (r.stage == nil || !r.stage.Over()) {
		r.events = append(r.events, e)
	}
}

// handle numbers a new handle and records how it came: e.Kind is Clone.
func (r *recorder) handle(e Event) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handles++
	if e.Kind != none {
		e.Arg = r.handles
		r.addLocked(e)
	}
	return r.handles
}

// call records that a call of the subject begins, makes it, and records that it
// has returned.
func (r *recorder) call(e Event, do func()) {
	defer r.enter(e.Thread)()
	r.add(e)
	do()
	r.add(Event{Kind: Return, Thread: e.Thread, Task: e.Task})
}

// goroutine is the number of the goroutine that runs.
func (r *recorder) goroutine() string {
	if r.stage != nil {
		return strconv.Itoa(r.stage.Self())
	}
	return goroutineID()
}

// enter notes that this goroutine is in a call until the function that it
// returns is called.
func (r *recorder) enter(thread int) (leave func()) {
	if !r.precise {
		return func() {}
	}
	c := openCall{r.goroutine(), thread}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for i := len(r.calls) - 1; i >= 0; i-- {
			if r.calls[i] == c {
				r.calls = append(r.calls[:i], r.calls[i+1:]...)
				return
			}
		}
	}
}

// wake records that a wake begins, counts it in the same instant, and calls do;
// then it records that do has returned.
func (r *recorder) wake(e Event, count *int, do func()) {
	defer r.enter(e.Thread)()
	r.mu.Lock()
	r.addLocked(e)
	*count++
	me := waking{thread: e.Thread}
	if r.stage != nil {
		me.self = r.stage.Self()
	}
	r.waking = append(r.waking, me)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		if i := lastIndex(r.waking, func(w waking) bool { return w == me }); i >= 0 {
			r.waking = slices.Delete(r.waking, i, i+1)
		}
		r.mu.Unlock()
	}()
	insideWake(do)
	r.add(Event{Kind: Return, Thread: e.Thread, Task: e.Task})
}

// insideWake marks the stack of a wake call, for onStack.
//
//go:noinline
func insideWake(do func()) { do() }

// pollLane returns the thread that a poll belongs to which begins on this
// goroutine: the one whose wake call it is inside of, or a free lane. On a Stage
// it depends on nothing that other threads do.
func (r *recorder) pollLane() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stage != nil {
		self := r.stage.Self()
		if i := lastIndex(r.waking, func(w waking) bool { return w.self == self }); i >= 0 {
			return r.waking[i].thread
		}
	} else if n := len(r.waking); n > 0 {
		thread := r.waking[n-1].thread
		r.mu.Unlock()
		inside := onStack(insideWakeName)
		r.mu.Lock()
		if inside {
			return thread
		}
	}
	return r.freshLane()
}

// lastIndex is the index of the last element that suits, or -1.
func lastIndex[T any](s []T, suits func(T) bool) int {
	for i := len(s) - 1; i >= 0; i-- {
		if suits(s[i]) {
			return i
		}
	}
	return -1
}

// dropLane returns the thread that the drop of a future belongs to which begins
// on this goroutine: the one whose call it is inside of, if calls are noted, or
// a free lane.
func (r *recorder) dropLane() int {
	var me string
	if r.precise {
		me = r.goroutine()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.calls) - 1; i >= 0; i-- {
		if r.calls[i].goroutine == me {
			return r.calls[i].thread
		}
	}
	return r.freshLane()
}

// freshLane takes a lane. The caller holds r.mu.
func (r *recorder) freshLane() int {
	for n := range 64 {
		if r.lanes&(1<<n) == 0 {
			r.lanes |= 1 << n
			return -(n + 1)
		}
	}
	return -64
}

func (r *recorder) freeLane(thread int) {
	if thread < 0 {
		r.mu.Lock()
		r.lanes &^= 1 << (-thread - 1)
		r.mu.Unlock()
	}
}

const insideWakeName = "wakecheck/contract.insideWake"

// onStack reports whether a function whose name ends with suffix is on the
// stack of this goroutine. It costs a microsecond or more.
func onStack(suffix string) bool {
	var pcs [128]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, suffix) {
			return true
		}
		if !more {
			return false
		}
	}
}
