package contract

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/wakers"
)

// A wakerRun is the execution of a scenario on one or two wakers.
type wakerRun struct {
	*run
	mk       func(testing.TB) Subject
	subjects []*wakerSubject
	touch    func() // announces that a call of a Hook is counted

	handlesMu sync.Mutex
	handles   map[int][]wakerHandle // by the thread that owns them
}

type wakerSubject struct {
	Subject
	wakes, live int // last recorded
	freed       bool
	near        bool         // its count was put near its maximum: a clone may panic
	fuse        atomic.Int64 // the call of the Hook's function that panics, counted down

	// What the calls made so far should come to. If the counts say so already,
	// there is no need to settle before they are read.
	wantWakes, wantLive atomic.Int64
}

type wakerHandle struct {
	w    *wakers.Waker
	id   int
	task int
}

// injected is what an injected panic carries.
const injected = "a panic that the check injected"

func (w *wakerRun) play() {
	w.handles = make(map[int][]wakerHandle)
	w.touch, _ = w.newTouch()
	for i := range w.sc.Subjects {
		var s Subject
		if !w.tb.guard("mk", func() { s = w.mk(w.tb) }) {
			return
		}
		subject := &wakerSubject{Subject: s, wakes: -1, live: -1}
		subject.wantLive.Store(1)
		w.subjects = append(w.subjects, subject)
		if s.Hook != nil {
			s.Hook(func() {
				w.touch() // the calls of all threads are counted
				if subject.fuse.Add(-1) == 0 {
					panic(injected)
				}
			})
		}
		if s.Freed != nil {
			w.add(Event{Kind: Declare, Task: i + 1, Note: "freed", Arg: 1})
		}
		h := wakerHandle{w: new(wakers.Waker), id: w.handle(Event{Kind: Clone, Task: i + 1}), task: i + 1}
		h.w.Init(s.Raw)
		w.handles[0] = append(w.handles[0], h)
	}
	w.observe()
	if w.operate() {
		w.dropAll()
	} else {
		w.add(Event{Kind: Rescue})
	}
	w.threads.release()
	w.finish()
}

// operate gives every thread a handle of every subject, and does the
// operations.
func (w *wakerRun) operate() bool {
	for _, op := range w.sc.Ops {
		if op.Thread > 0 && w.handles[op.Thread] == nil {
			for i := range w.subjects {
				w.clone(0, i, op.Thread)
				w.observe()
			}
		}
	}
	if w.sc.Raced {
		return w.race()
	}
	for _, op := range w.sc.Ops {
		if op.Do == DoLoop {
			if !w.loop(op) {
				return false
			}
			continue
		}
		if w.prepare(op) {
			w.observe()
			continue
		}
		if op.Thread == 0 {
			w.do(op)
		} else {
			w.threads.do(op.Thread, func() { w.do(op) })
			if !w.returned(w.threads.busy) {
				return false
			}
		}
		w.observe()
	}
	return true
}

// race does the operations of all threads at once.
func (w *wakerRun) race() bool {
	ops := slices.DeleteFunc(slices.Clone(w.sc.Ops), func(op Op) bool { return w.prepare(op) || op.Do == DoLoop })
	w.observe()
	w.threads.race(ops, func(_ int, op Op) { w.do(op) })
	ok := w.returned(w.threads.busy)
	if ok {
		w.observe()
	}
	return ok
}

// prepare does what op does to the waker itself, not to a handle, and reports
// whether it does.
func (w *wakerRun) prepare(op Op) bool {
	if op.Do != DoNear && op.Do != DoInject {
		return false
	}
	n := op.Handle % len(w.subjects)
	switch s := w.subjects[n]; {
	case op.Do == DoInject && s.Hook != nil:
		w.add(Event{Kind: Inject, Task: n + 1, Arg: max(op.N, 1)})
		s.fuse.Store(int64(max(op.N, 1)))
	case op.Do == DoNear && s.Near != nil && !s.near:
		w.add(Event{Kind: Near, Task: n + 1, Arg: op.N})
		s.near = true
		s.Near(op.N)
		if s.Live != nil {
			s.wantLive.Store(int64(s.Live()))
		}
	}
	return true
}

// returned is paid without the Settle, which observe records.
func (w *wakerRun) returned(owed func() bool) bool {
	w.settle()
	return !owed() || w.rest(owed)
}

// observe records what the wakers say of themselves, once the run has settled:
// a waker may count on a goroutine of its own, or later.
func (w *wakerRun) observe() {
	if !w.asExpected() {
		w.settle()
	}
	if !w.asExpected() {
		w.sleep(horizon)
		w.settle()
	}
	for i, s := range w.subjects {
		if s.Wakes != nil {
			if n := s.Wakes(); n != s.wakes {
				s.wakes = n
				w.add(Event{Kind: Wakes, Task: i + 1, Arg: n})
			}
		}
		if s.Live != nil {
			if n := s.Live(); n != s.live {
				s.live = n
				w.add(Event{Kind: Live, Task: i + 1, Arg: n})
			}
		}
		if s.Freed != nil && !s.freed && s.Freed() {
			s.freed = true
			w.add(Event{Kind: Freed, Task: i + 1})
		}
	}
	w.add(Event{Kind: Settle})
}

// asExpected reports whether the counts come to what they should.
func (w *wakerRun) asExpected() bool {
	for _, s := range w.subjects {
		if s.Wakes != nil && s.Wakes() != int(s.wantWakes.Load()) || s.Live != nil && s.Live() != int(s.wantLive.Load()) {
			return false
		}
		if s.Freed != nil && s.wantLive.Load() == 0 && !s.Freed() {
			return false
		}
	}
	return true
}

// clone clones the n-th handle of thread from and gives it to thread to.
func (w *wakerRun) clone(from, n, to int) {
	w.handlesMu.Lock()
	h := w.handles[from][n]
	w.handlesMu.Unlock()
	w.call(from, h, func() {
		clone := new(wakers.Waker)
		clone.CloneFrom(h.w)
		w.subjects[h.task-1].wantLive.Add(1)
		h.w = clone
		h.id = w.handle(Event{Kind: Clone, Thread: from, Task: h.task, Handle: h.id})
		w.handlesMu.Lock()
		w.handles[to] = append(w.handles[to], h)
		w.handlesMu.Unlock()
	})
}

// call does f, which calls a function of handle h. A panic is a fault, unless
// it was injected or stops a count before it overflows.
func (w *wakerRun) call(thread int, h wakerHandle, f func()) {
	panicked := w.guarded(thread, h.task, f)
	if panicked != "" && panicked != injected && !w.subjects[h.task-1].near {
		w.tb.fault("a call on a live handle panicked: " + panicked)
	}
}

// do does one operation on a handle of the thread's own, if it has one.
func (w *wakerRun) do(op Op) {
	w.handlesMu.Lock()
	own := w.handles[op.Thread]
	if len(own) == 0 {
		w.handlesMu.Unlock()
		return
	}
	n, m := op.Handle%len(own), op.With%len(own)
	if m == n {
		m = (n + 1) % len(own)
	}
	h, other := own[n], own[m]
	if op.Do == DoWake || op.Do == DoDrop {
		w.handles[op.Thread] = append(own[:n:n], own[n+1:]...)
	}
	w.handlesMu.Unlock()
	s := w.subjects[h.task-1]
	if op.Do == DoWake || op.Do == DoDrop {
		s.wantLive.Add(-1)
	}
	if op.Do == DoWake || op.Do == DoWakeByRef {
		s.wantWakes.Add(1)
	}
	e := Event{Thread: op.Thread, Task: h.task, Handle: h.id}
	switch op.Do {
	case DoClone:
		w.clone(op.Thread, n, op.Thread)
	case DoWake:
		e.Kind = Wake
		w.call(op.Thread, h, func() { w.add(e); h.w.Wake(); w.back(e) })
	case DoWakeByRef:
		e.Kind = WakeByRef
		w.call(op.Thread, h, func() { w.add(e); h.w.WakeByRef(); w.back(e) })
	case DoDrop:
		e.Kind = Drop
		w.call(op.Thread, h, func() { w.add(e); h.w.Drop(); w.back(e) })
	case DoCompare:
		if n != m {
			e.Kind, e.Arg, e.Note = Compare, other.id, "no"
			if h.w.WillWake(other.w) {
				e.Note = "yes"
			}
			w.add(e)
		}
	case DoReplace:
		if n != m {
			w.replace(op.Thread, n, other)
		}
	}
}

// replace puts a clone of other in the place of the n-th handle of thread. The
// handle keeps its number.
func (w *wakerRun) replace(thread, n int, other wakerHandle) {
	w.handlesMu.Lock()
	h := w.handles[thread][n]
	w.handlesMu.Unlock()
	e := Event{Kind: Replace, Thread: thread, Task: h.task, Handle: h.id, Arg: other.id}
	w.call(thread, other, func() {
		if own := w.subjects[h.task-1].CloneFrom; own != nil {
			own(h.w, other.w)
		} else {
			h.w.CloneFrom(other.w)
		}
		w.add(e)
		w.subjects[h.task-1].wantLive.Add(-1)
		w.subjects[other.task-1].wantLive.Add(1)
		h.task = other.task
		w.handlesMu.Lock()
		w.handles[thread][n] = h
		w.handlesMu.Unlock()
	})
}

func (w *wakerRun) back(e Event) { w.add(Event{Kind: Return, Thread: e.Thread, Task: e.Task}) }

// loop has a park loop of our own wait for a wake of the first subject: it goes
// on when the subject counts one. So a wake that does nothing hangs it.
func (w *wakerRun) loop(op Op) bool {
	s := w.subjects[0]
	if s.Wakes == nil || len(w.handles[op.Thread]) == 0 {
		return true
	}
	op.Do = DoWakeByRef
	for n, h := range w.handles[op.Thread] {
		if h.task == 1 {
			op.Handle = n
			return w.parkLoop(s, op)
		}
	}
	return true
}

func (w *wakerRun) parkLoop(s *wakerSubject, op Op) bool {
	var parker wakers.Parker
	waiting := make(chan struct{})
	go func() {
		defer close(waiting)
		w.add(Event{Kind: Poll, Thread: -1, Task: 1, Poll: 1})
		w.add(Event{Kind: Pending, Thread: -1, Task: 1, Poll: 1})
		parker.Park()
		w.add(Event{Kind: Poll, Thread: -1, Task: 1, Poll: 2})
		w.add(Event{Kind: Ready, Thread: -1, Task: 1, Poll: 2})
	}()
	w.settle()
	wakes := s.Wakes()
	s.fuse.Store(0) // the loop waits for a wake that counts; one that panics need not
	if op.Thread == 0 {
		w.do(op)
	} else {
		w.threads.do(op.Thread, func() { w.do(op) })
	}
	ok := w.returned(func() bool {
		if s.Wakes() > wakes {
			parker.Unpark()
			w.settle()
		}
		return w.threads.busy() || !closed(waiting)
	})
	if ok {
		w.observe()
	}
	parker.Unpark()
	return ok
}

// dropAll ends every handle that is left.
func (w *wakerRun) dropAll() {
	for thread := range nestedThread {
		for len(w.handles[thread]) > 0 {
			w.do(Op{Do: DoDrop, Thread: thread})
			w.observe()
		}
	}
}
