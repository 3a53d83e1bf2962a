package contract

import (
	"slices"
	"strings"
	"time"
)

// How a scenario of an executor is brought to its end, or freed if it hangs.

// drain spawns and wakes what has not ended until every task has.
func (x *executorRun) drain() bool {
	if x.busy {
		return x.join()
	}
	x.linger(time.Second) // a poll of a task that was cancelled may linger, and then spawn the next
	x.settle()
	for range len(x.sc.Scripts) { // the end of one may spawn another that was passed over
		if !x.drainAll() {
			return false
		}
		if !slices.ContainsFunc(x.all(), func(l *leaf) bool { return l.spawned.Load() && !l.over() }) {
			break
		}
	}
	return x.join()
}

// drainAll spawns and wakes each task that has not ended until it has.
func (x *executorRun) drainAll() bool {
	for _, l := range x.all() {
		if !l.spawned.Load() && l.script.By == "op" && !x.do(1, "Spawn", func() { x.spawn(1, l) }) {
			return false
		}
		for range len(l.script.Turns) + 1 {
			if !l.spawned.Load() || l.over() {
				break
			}
			if !x.do(1, x.called(Op{Do: DoWake}), func() { x.wakeClone(1, l, Op{Do: DoWakeByRef}) }) {
				return false
			}
			if l.cancelled.Load() && !x.opaque { // nothing is owed to it; a poll may linger
				x.sleep(time.Second)
				x.settle()
			}
		}
	}
	return true
}

// join waits until every join and every run has returned, and then wakes a
// task that has ended.
func (x *executorRun) join() bool {
	if x.busy {
		for _, s := range x.subjects {
			if s.running.Load() {
				<-s.returned
			}
		}
		for _, l := range x.all() {
			if l.join.Load() != nil {
				<-l.joined
			}
		}
		return true
	}
	if l := x.leaf(1); l != nil {
		if !x.do(2, x.called(Op{Do: DoWake}), func() { x.wakeClone(2, l, Op{Do: DoWakeByRef, N: 2}) }) || !x.do(1, x.called(Op{Do: DoWake}), func() { x.wakeClone(1, l, Op{Do: DoWake}) }) {
			return false
		}
	}
	if !x.paid(x.owed) || x.stop() {
		return false
	}
	if x.pending(cancelledOnly) { // nothing that every executor owes, but some do
		x.rest(func() bool { return x.pending(cancelledOnly) })
	}
	return true
}

// Which tasks pending is asked about.
const (
	cancelledOnly = false
	allTasks      = true
)

// pending reports whether a cancelled task, or any one if all is set, has not
// come to its end: its future answered or dropped, and its joiners told.
func (x *executorRun) pending(all bool) bool {
	for _, l := range x.all() {
		if l.join.Load() == nil || l.on >= len(x.subjects) {
			continue
		}
		if (all || l.cancelled.Load()) && (!l.ended.Load() || !closed(l.joined)) || l.over() && l.watching.waits() {
			return true
		}
	}
	return false
}

// shut closes the subjects, and uses and drops the handles that are left.
func (x *executorRun) shut() bool {
	return x.do(1, "Close", x.close) && x.useLate()
}

// closeEarly closes the subjects before their tasks have ended.
func (x *executorRun) closeEarly() bool {
	x.cut.Store(true)
	return x.do(4, "", x.close)
}

// afterClose lets the tasks of a closed subject come to their end, if they do.
func (x *executorRun) afterClose() bool {
	x.linger(time.Second)
	x.settle()
	if x.pending(allTasks) {
		x.rest(func() bool { return x.pending(allTasks) })
	}
	return x.useLate()
}

// useLate wakes handles of a closed subject, and drops what is left of them.
func (x *executorRun) useLate() bool {
	if x.busy {
		for _, l := range x.all() {
			l.release(1)
		}
		return true
	}
	return x.do(2, "", func() {
		for _, l := range x.all() {
			x.wakeClone(2, l, Op{Do: DoStale})
			x.wakeClone(2, l, Op{Do: DoWake})
			x.unwatch(2, l)
			l.release(2)
		}
	})
}

func (x *executorRun) close() {
	if x.closing.Swap(true) {
		return
	}
	thread := 1
	if x.cut.Load() {
		thread = 4
	}
	x.guarded(thread, 0, func() {
		x.call(Event{Kind: Close, Thread: thread}, func() {
			for _, s := range x.subjects {
				if s.Close == nil {
					continue
				}
				if panicked := x.guarded(thread, 0, s.Close); panicked != "" && !strings.Contains(panicked, scripted) {
					x.tb.fault("Close panicked: " + panicked)
				}
			}
		})
	})
}

// rescue frees what hangs, each attempt on a goroutine of its own because it
// may hang as well: it wakes every handle, lets every leaf answer ready,
// cancels, closes.
func (x *executorRun) rescue() {
	x.rescued.Store(true)
	x.add(Event{Kind: Rescue})
	for _, l := range x.all() {
		x.start(func() { x.guarded(0, l.task, func() { x.wakeClone(0, l, Op{Do: DoWakeByRef}) }) })
		x.settle()
		if task := l.join.Load(); task != nil && !closed(l.joined) {
			x.start(func() { x.guarded(0, l.task, (*task).Cancel) })
			x.settle()
		}
	}
	x.start(x.close)
	x.settle()
}
