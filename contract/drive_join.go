package contract

import (
	"sync"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// What an executor may offer beyond spawning and waking: joins that are futures,
// a call that waits until it is idle, timers, a park that can be made to return, a
// count of unparks.

// A joining is the join of one task, polled as a future.
type joining struct {
	mu     StageLock // one poll or drop at a time
	future futures.Future[futures.Result[int]]

	stateMu sync.Mutex
	latest  int  // the handle that the latest poll was lent; 0: none yet, -1: none any more
	pending bool // that poll answered pending, and the handle was not woken
	live    int  // clones of its wakers that live
}

// waits reports whether the join was pending and its waker was not woken since.
func (j *joining) waits() bool {
	j.stateMu.Lock()
	defer j.stateMu.Unlock()
	return j.pending
}

// watch polls the join of l, if its task offers that. The waker that it lends
// wakes task again when it is woken, if again is not 0.
func (x *executorRun) watch(thread int, l *leaf, again int) {
	l.touch()
	task := l.join.Load()
	if task == nil {
		return
	}
	f, ok := (*task).(futures.Future[futures.Result[int]])
	if !ok {
		return
	}
	j := &l.watching
	if !j.mu.TryLock() {
		return // polled from inside its own waker
	}
	defer j.mu.Unlock()
	if j.latest < 0 {
		return // it has answered, or was given up
	}
	j.future = f
	l.touch()
	id := x.handle(Event{})
	j.set(id, true)
	var lent wakers.Waker
	lent.Init(&joinWaker{x: x, l: l, id: id, again: again, lent: true})
	x.guarded(thread, l.task, func() {
		x.add(Event{Kind: Watch, Thread: thread, Task: l.task, Handle: id})
		r, ready := f.Poll(futures.NewContext(&lent))
		e := Event{Kind: Return, Thread: thread, Task: l.task, Note: "pending"}
		if ready {
			e.Note, e.Arg = "ready", r.Value
			if r.Err != nil {
				e.Note, e.Arg = "ready: "+note(r.Err), 0
			}
			j.set(-1, false)
		}
		x.add(e)
	})
}

func (j *joining) set(latest int, pending bool) {
	j.stateMu.Lock()
	defer j.stateMu.Unlock()
	j.latest, j.pending = latest, pending
}

// unwatch gives the join of l up, if it was polled and has not answered.
func (x *executorRun) unwatch(thread int, l *leaf) {
	j := &l.watching
	if !j.mu.TryLock() {
		return
	}
	defer j.mu.Unlock()
	if j.future == nil || j.latest < 0 {
		return
	}
	x.guarded(thread, l.task, func() {
		futures.Drop(j.future)
		l.touch()
		j.set(-1, false)
		j.stateMu.Lock()
		live := j.live
		j.stateMu.Unlock()
		x.add(Event{Kind: Unwatch, Thread: thread, Task: l.task, Arg: live})
	})
}

// A joinWaker is a handle of the waker that a poll of a join was lent.
type joinWaker struct {
	x     *executorRun
	l     *leaf
	id    int
	again int
	lent  bool
}

func (w *joinWaker) count(n int) {
	j := &w.l.watching
	w.l.touch()
	j.stateMu.Lock()
	defer j.stateMu.Unlock()
	if !w.lent {
		j.live += n
	}
}

func (w *joinWaker) Clone() wakers.RawWaker {
	c := *w
	c.lent = false
	c.count(1)
	return &c
}

func (w *joinWaker) Drop() { w.count(-1) }

func (w *joinWaker) Wake() {
	w.count(-1)
	w.WakeByRef()
}

func (w *joinWaker) WakeByRef() {
	x, j := w.x, &w.l.watching
	w.l.touch()
	j.stateMu.Lock()
	if j.latest == w.id {
		j.pending = false
	}
	j.stateMu.Unlock()
	lane := x.dropLane()
	defer x.freeLane(lane)
	x.add(Event{Kind: Told, Thread: lane, Task: w.l.task, Handle: w.id})
	if again := x.leaf(w.again); again != nil && !x.rescued.Load() {
		x.wakeClone(lane, again, Op{Do: DoWakeByRef})
		if x.subjects[again.on].Run == nil { // else that may just return
			x.spawn(lane, again)
		}
	}
	x.add(Event{Kind: Return, Thread: lane, Task: w.l.task})
}

// idle calls the Idle of every subject that has one.
func (x *executorRun) idle(thread int) {
	for i, s := range x.subjects {
		if s.Idle != nil && !x.closing.Load() {
			x.touchAll(i)
			x.add(Event{Kind: Idle, Thread: thread, Arg: i + 1})
			s.Idle()
			x.touchAll(i)
			x.add(Event{Kind: Return, Thread: thread})
		}
	}
}

// timer sets the executor's own timer to wake l. No two are due at one instant,
// which would have no order; and that one is due is said when its instant is over,
// so that whatever happens in it has happened.
func (x *executorRun) timer(l *leaf, lane int, d time.Duration) {
	if l.on >= len(x.subjects) || x.subjects[l.on].Timer == nil {
		return
	}
	x.touch()
	d += time.Duration(x.lingers.Add(1)) * time.Microsecond
	id := x.handle(Event{})
	l.touch()
	x.add(Event{Kind: Timer, Thread: lane, Task: l.task, Handle: id, Arg: int(d)})
	due := func() {
		l.due.Add(1)
		x.add(Event{Kind: Due, Thread: 0, Task: l.task, Handle: id})
	}
	if x.stage == nil {
		time.AfterFunc(d+time.Nanosecond, due)
	} else {
		due() // to settle lets any time pass
	}
	x.subjects[l.on].Timer(d, func() {
		l.touch()
		l.due.Add(-1)
		lane := x.dropLane()
		defer x.freeLane(lane)
		x.add(Event{Kind: Rang, Thread: lane, Task: l.task, Handle: id})
		x.wakeClone(lane, l, Op{Do: DoWakeByRef})
	})
}

// around is a park that now and then returns without a token.
func (x *executorRun) around(park func()) {
	if x.together != nil {
		x.together.Change()
	}
	if n := x.parks.Add(1); n%2 == 1 && n < 100 && !x.rescued.Load() {
		x.add(Event{Kind: Spuriously, Thread: 0})
		return
	}
	park()
}

// countUnparks records how often the subject of l has unparked a worker.
func (x *executorRun) countUnparks(lane int, l *leaf, poll int) {
	if l.on < len(x.subjects) && x.subjects[l.on].Unparks != nil {
		x.add(Event{Kind: Unparks, Thread: lane, Task: l.task, Poll: poll, Arg: x.subjects[l.on].Unparks()})
	}
}
