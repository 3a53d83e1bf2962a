package contract

import "time"

// How a scenario of an executor is brought to its end, or freed if it hangs.

// drain spawns and wakes what has not ended until every task has.
func (x *executorRun) drain() bool {
	if x.busy {
		return x.join()
	}
	x.linger(time.Second) // a poll of a task that was cancelled may linger, and then spawn the next
	x.settle()
	for _, l := range x.all() {
		if !l.spawned.Load() && l.script.By == "op" && !x.do(1, "Spawn", func() { x.spawn(1, l) }) {
			return false
		}
		for range len(l.script.Turns) + 1 {
			if !l.spawned.Load() || l.over() {
				break
			}
			if !x.do(1, "a wake", func() { x.wakeClone(1, l, Op{Do: DoWakeByRef}) }) {
				return false
			}
			if l.cancelled.Load() && !x.opaque { // nothing is owed to it; a poll may linger
				time.Sleep(time.Second)
				x.settle()
			}
		}
	}
	return x.join()
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
		if !x.do(2, "a wake", func() { x.wakeClone(2, l, Op{Do: DoWakeByRef, N: 2}) }) || !x.do(1, "a wake", func() { x.wakeClone(1, l, Op{Do: DoWake}) }) {
			return false
		}
	}
	return x.paid(x.owed) && !x.stop()
}

// shut closes the subjects and drops the handles that are left.
func (x *executorRun) shut() bool {
	ok := x.do(1, "Close", x.close)
	if ok {
		for _, l := range x.all() {
			l.release(1)
		}
	}
	return ok
}

func (x *executorRun) close() {
	x.closing.Store(true)
	x.add(Event{Kind: Close, Thread: 1})
	for _, s := range x.subjects {
		if s.Close != nil {
			if panicked := x.guarded(1, 0, s.Close); panicked != "" {
				x.tb.fault("Close panicked: " + panicked)
			}
		}
	}
	x.add(Event{Kind: Return, Thread: 1})
}

// rescue frees what hangs, each attempt on a goroutine of its own because it
// may hang as well: it wakes every handle, lets every leaf answer ready,
// cancels, closes.
func (x *executorRun) rescue() {
	x.rescued.Store(true)
	x.add(Event{Kind: Rescue})
	for _, l := range x.all() {
		go x.guarded(0, l.task, func() { x.wakeClone(0, l, Op{Do: DoWakeByRef}) })
		x.settle()
		if task := l.join.Load(); task != nil && !closed(l.joined) {
			go x.guarded(0, l.task, (*task).Cancel)
			x.settle()
		}
	}
	go x.close()
	x.settle()
}
