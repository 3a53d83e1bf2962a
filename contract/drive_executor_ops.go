package contract

import (
	"github.com/wakecheck/wakecheck/futures"
)

// What a scenario does to an executor, from outside and inside polls.

// operate does the scenario's operations.
func (x *executorRun) operate() bool {
	if x.busy {
		return true // polls do them
	}
	if x.sc.Raced {
		return x.race()
	}
	for _, op := range x.sc.Ops {
		switch op.Do {
		case DoAdvance:
			x.advance(op.For)
			if !x.paid(x.owed) {
				return false
			}
		case DoClose:
			return x.closeEarly()
		default:
			if !x.do(op.Thread, x.called(op), func() { x.outside(op.Thread, op) }) {
				return false
			}
		}
	}
	return true
}

// called names an operation that has to return, unless a law is about that.
func (x *executorRun) called(op Op) string {
	if x.facts.Draws.HungWakes && (op.Do == DoWake || op.Do == DoWakeByRef || op.Do == DoStale) {
		return ""
	}
	if op.Do == DoIdle {
		return "Idle"
	}
	return "a " + string(op.Do)
}

// race does the operations of all threads at once, except spawns on a subject
// whose Run may return before the spawn comes.
func (x *executorRun) race() bool {
	var ops []Op
	for _, op := range x.sc.Ops {
		if op.Do != DoAdvance && op.Do != DoClose && (op.Do != DoSpawn || x.subjects[0].Run == nil) {
			ops = append(ops, op)
		}
	}
	x.threads.race(ops, x.outside)
	return x.paid(x.owed) && !x.stop()
}

// outside does one operation on an outside thread.
func (x *executorRun) outside(thread int, op Op) {
	if op.Do == DoIdle {
		x.idle(thread)
		return
	}
	l := x.leaf(op.Task)
	if l == nil {
		return
	}
	switch op.Do {
	case DoWatch:
		x.watch(thread, l, op.N)
	case DoUnwatch:
		x.unwatch(thread, l)
	case DoSpawn:
		x.spawn(thread, l)
	case DoCancel:
		x.cancel(thread, l)
	case DoWake, DoWakeByRef, DoStale:
		x.wakeClone(thread, l, op)
	}
}

// leaf returns the leaf of a task of the scenario, or nil if there is no such task.
// What is run inside a poll is none: others would find it there, or not yet.
func (x *executorRun) leaf(task int) *leaf {
	if all := x.all(); task >= 1 && task <= len(x.sc.Scripts) {
		return all[task-1]
	}
	return nil
}

// wakeClone clones a handle of the task and wakes the clone: by value, or N
// times by ref and then drops it.
func (x *executorRun) wakeClone(thread int, l *leaf, op Op) {
	w, id := l.clone(thread, op.Do == DoStale)
	if w == nil {
		return
	}
	e := Event{Thread: thread, Handle: id}
	if op.Do == DoWake {
		l.wake(e, w, true)
		return
	}
	for range max(op.N, 1) {
		l.wake(e, w, false)
	}
	x.dropHandle(thread, l, w, id)
}

func (x *executorRun) cancel(thread int, l *leaf) {
	l.touchWithRun()
	task := l.join.Load()
	if task == nil {
		return
	}
	l.cancelled.Store(true)
	x.guarded(thread, l.task, func() {
		x.call(Event{Kind: Cancel, Thread: thread, Task: l.task}, func() {
			(*task).Cancel()
			l.touch()
		})
	})
}

// inPoll does one operation of a turn on the goroutine of the poll.
func (x *executorRun) inPoll(l *leaf, cx *futures.Context, lane, poll, lent int, op Op) {
	if x.rescued.Load() || x.closing.Load() {
		return // this poll has outlived the scenario
	}
	switch op.Do {
	case DoSelf:
		for range max(op.N, 1) {
			l.wake(Event{Thread: lane, Poll: poll, Handle: lent}, cx.Waker(), false)
		}
	case DoLinger:
		x.linger(op.For)
	case DoNest:
		x.nest(l, lane, poll)
	case DoPanic:
		panic(scriptedPoll)
	case DoForget:
		l.release(lane)
	case DoTimer:
		x.timer(l, lane, op.For)
	default:
		x.outside(lane, op)
	}
}

// spawnNext spawns the task after l, if it is to be spawned in l's first poll.
func (x *executorRun) spawnNext(l *leaf, lane int) {
	next := x.leaf(l.task + 1)
	if next != nil && next.script.By == "poll" && x.maySpawn(l, next.task) {
		x.spawn(lane, next)
	}
}

// maySpawn reports whether the task can be spawned by code of l that its executor
// calls; not on another subject, whose Run may be about to return.
func (x *executorRun) maySpawn(l *leaf, task int) bool {
	other := x.leaf(task)
	return other != nil && other.on < len(x.subjects) && (other.on == l.on || x.subjects[other.on].Run == nil)
}

// nextOp does, inside a poll of a busy executor, the next operation; when there
// is none left it wakes whoever has not ended.
func (x *executorRun) nextOp(lane int) {
	x.leavesMu.Lock()
	n := x.next
	x.next++
	x.leavesMu.Unlock()
	if n < len(x.sc.Ops) {
		if op := x.sc.Ops[n]; op.Do != DoAdvance {
			x.outside(lane, op)
		}
		return
	}
	for _, l := range x.all() {
		if !l.spawned.Load() {
			x.spawn(lane, l)
		} else if !l.ended.Load() {
			x.wakeClone(lane, l, Op{Do: DoWakeByRef})
		}
	}
}
