package contract

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

// An executorRun is the execution of a scenario on one or two executors.
type executorRun struct {
	*run
	mk       func(testing.TB) Executor
	busy     bool
	spurious int

	leavesMu sync.Mutex // guards leaves
	leaves   []*leaf
	subjects []*executorSubject

	overBudget atomic.Bool
	lingers    atomic.Int64 // how many there have been
	parks      atomic.Int64 // of executors that park with around
	begun      atomic.Bool  // the tasks of the start are spawned; runs may begin
	closing    atomic.Bool
	nests      atomic.Int64
	early      atomic.Bool // a Run returned although a task had not ended
	cut        atomic.Bool // closed before its tasks have ended
	touch      func()      // announces that what belongs to no task is looked at or changed
	together   StageTouch  // not nil: stands for all tasks
	next       int         // busy: the operation that the next poll does
}

type executorSubject struct {
	Executor
	running  atomic.Bool
	returned chan struct{} // closed when Run has returned
	ending   StageTouch    // stands for that
}

// closed reports whether c is closed.
func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// budget is how many polls a task may have after so many wakes before its
// executor is called busy. One that polls all tasks whenever one is woken is not.
func (x *executorRun) budget(wakes int) int {
	if x.busy {
		return 1 << 16
	}
	return 64 + 8*len(x.sc.Scripts) + (1+wakes)*(1+x.spurious)
}

// play runs the scenario: spawn, the operations, and then whatever brings
// every task to its end.
func (x *executorRun) play() {
	for range x.sc.Subjects {
		var ex Executor
		if !x.tb.guard("mk", func() { ex = x.mk(x.tb) }) {
			return
		}
		x.subjects = append(x.subjects, &executorSubject{Executor: ex, returned: make(chan struct{}), ending: x.newStageTouch()})
	}
	first := x.subjects[0].Executor
	x.busy, x.spurious = first.Busy, first.Spurious
	x.touch, _ = x.newTouch()
	for _, s := range x.subjects {
		if s.ParkWith != nil {
			s.ParkWith(x.around)
		}
	}
	x.declare(first)
	if x.ordersTasks(first) {
		x.together = x.newStageTouch()
	}
	for i := range x.sc.Scripts {
		x.addLeaf(&x.sc.Scripts[i], i%x.sc.Subjects)
	}
	ok := x.spawnFirst() && x.operate()
	switch {
	case !ok:
	case x.cut.Load():
		ok = x.afterClose()
	default:
		ok = x.drain() && x.shut()
	}
	if !ok || x.early.Load() {
		x.rescue()
	}
	x.threads.release()
	x.finish()
}

func (x *executorRun) declare(ex Executor) {
	if ex.Spurious > 0 {
		x.add(Event{Kind: Declare, Note: "spurious", Arg: ex.Spurious})
	}
	flag := func(name string, on bool) {
		if on {
			x.add(Event{Kind: Declare, Note: name, Arg: 1})
		}
	}
	flag("inline", ex.Inline)
	flag("busy", ex.Busy)
	flag("single", ex.single())
	flag("stable", ex.Stable)
	flag("reuse", x.facts.Profile == "index")
	if ex.Fair > 0 {
		x.add(Event{Kind: Declare, Note: "fair", Arg: ex.Fair})
	}
}

func (x *executorRun) addLeaf(s *Script, on int) *leaf {
	x.leavesMu.Lock()
	defer x.leavesMu.Unlock()
	l := &leaf{x: x, task: len(x.leaves) + 1, on: on, script: s, joined: make(chan struct{}), mu: x.newLock()}
	if l.touched = x.together; l.touched == nil {
		l.touched = x.newStageTouch()
	}
	l.watching.mu = x.newLock()
	x.leaves = append(x.leaves, l)
	return l
}

// ordersTasks reports whether laws that the executor is held to ask which of two
// things came first that happened to different tasks: polls of one between the wake
// and the poll of another (E21, E23), wakes through handles that may have come to
// mean another task (E7, E15), a wake after a park that returned early (P5), calls
// beside a poll in which unparks are counted (E32), and wakes of one while the only
// thread polls another (W17).
func (x *executorRun) ordersTasks(ex Executor) bool {
	return ex.Fair > 0 || x.facts.Profile == "index" || ex.ParkWith != nil || ex.Unparks != nil || ex.single()
}

// single reports whether one thread polls, and does nothing else meanwhile.
func (ex *Executor) single() bool { return ex.Run != nil && ex.Threads <= 1 && !ex.Inline }

// touchAll announces, as one step, that what is kept of all tasks of a subject is
// looked at or changed.
func (x *executorRun) touchAll(on int) {
	var touches []StageTouch
	for _, l := range x.all() {
		if l.on == on {
			touches = append(touches, l.touched)
		}
	}
	if len(touches) > 0 {
		touches[0].Change(touches[1:]...)
	}
}

// all returns the leaves so far.
func (x *executorRun) all() []*leaf {
	x.leavesMu.Lock()
	defer x.leavesMu.Unlock()
	return x.leaves[:len(x.leaves):len(x.leaves)]
}

// do has outside thread n do f, which calls what ("" if a law is about that it
// returns), and settles the run. It returns false if something stays owed for
// ever.
func (x *executorRun) do(n int, what string, f func()) bool {
	if x.busy {
		f()
		return true
	}
	if x.threads.busyOn(n) && !x.rest(x.owed) {
		return false
	}
	x.threads.do(n, f)
	if !x.paid(x.owed) {
		if what != "" && x.threads.busyOn(n) && !x.ending(n) {
			x.tb.fault(what + " does not return")
		}
		return false
	}
	return !x.stop()
}

// ending reports whether thread n is in a call on a handle of a task that has
// ended: W13 judges it.
func (x *executorRun) ending(n int) bool {
	x.recorder.mu.Lock()
	defer x.recorder.mu.Unlock()
	for i := len(x.events) - 1; i >= 0; i-- {
		if e := x.events[i]; e.Thread == n && (e.Kind == Wake || e.Kind == WakeByRef || e.Kind == Drop) {
			return x.leaves[e.Task-1].over()
		} else if e.Thread == n {
			return false
		}
	}
	return false
}

// stop reports whether the run has come to an end that no law is judged after.
func (x *executorRun) stop() bool {
	if x.overBudget.Load() {
		x.add(Event{Kind: Rest, Arg: int(Budget)})
		return true
	}
	return x.early.Load()
}

// owed reports whether a poll, a return or a join must still come.
func (x *executorRun) owed() bool {
	if x.early.Load() || x.overBudget.Load() {
		return false
	}
	if x.threads.busy() || x.nests.Load() > 0 {
		return true
	}
	if x.cut.Load() {
		return false // nothing but that calls return
	}
	alive := make([]bool, len(x.subjects))
	for _, l := range x.all() {
		if l.on < len(x.subjects) && x.subjects[l.on].Run != nil && !x.subjects[l.on].running.Load() {
			continue // its run has not begun
		}
		if l.owed() || l.spawned.Load() && l.ended.Load() && !l.cancelled.Load() && !closed(l.joined) {
			return true
		}
		if l.on < len(alive) && !l.over() {
			alive[l.on] = alive[l.on] || l.spawned.Load()
		}
	}
	for i, s := range x.subjects {
		if s.running.Load() && !closed(s.returned) && !alive[i] {
			return true
		}
	}
	return false
}

// spawnFirst spawns the tasks that are there from the start.
func (x *executorRun) spawnFirst() bool {
	for _, l := range x.all() {
		if l.script.By == "" && !x.do(1, "Spawn", func() { x.spawn(1, l) }) {
			return false
		}
	}
	x.begun.Store(true)
	for _, l := range x.all() { // one after the other: two at once would have no order
		if l.spawned.Load() && l.on < len(x.subjects) {
			x.begin(l.on)
			if !x.busy {
				x.settle()
				x.add(Event{Kind: Settle})
			}
		}
	}
	return x.busy || x.paid(x.owed) && !x.stop()
}

// spawn hands l to its subject, unless that has ended.
func (x *executorRun) spawn(thread int, l *leaf) {
	s := x.subjects[l.on]
	l.touchWithRun()
	if !x.cut.Load() && (closed(s.returned) || x.closing.Load()) || l.spawned.Swap(true) {
		return
	}
	if task, panicked := x.hand(thread, l, s.Spawn); panicked == "" {
		x.start(func() { x.wait(l, task) })
	} else {
		l.cancelled.Store(true)
		if !x.cut.Load() && !strings.Contains(panicked, scripted) {
			x.tb.fault("Spawn panicked: " + panicked)
		}
	}
	if x.begun.Load() {
		x.begin(l.on)
	}
}

// begin begins the run of a subject that a task has been spawned on, once.
func (x *executorRun) begin(on int) {
	if s := x.subjects[on]; s.Run != nil && !x.closing.Load() && !s.running.Swap(true) {
		x.start(func() { x.runSubject(on, s) })
	}
}

// hand calls spawn with l. It returns the task, or what spawn panicked with.
func (x *executorRun) hand(thread int, l *leaf, spawn func(futures.Future[int]) Task) (task Task, panicked string) {
	panicked = x.guarded(thread, l.task, func() {
		x.add(Event{Kind: Spawn, Thread: thread, Task: l.task, Arg: l.on + 1})
		task = spawn(l)
		l.touch()
		x.add(Event{Kind: Return, Thread: thread, Task: l.task})
		if isNil(task) {
			panic("Spawn returned a nil Task; want one that can be joined and cancelled")
		}
		l.join.Store(&task)
	})
	return task, panicked
}

// wait joins l's task and records what came.
func (x *executorRun) wait(l *leaf, task Task) {
	e := Event{Kind: Joined, Task: l.task}
	x.guarded(0, l.task, func() {
		v, err := task.Join()
		e.Arg = v
		if err != nil {
			e.Note = note(err)
			if strings.Contains(e.Note, scripted) { // and a stack, which is another each time
				e.Note = scripted
			}
		}
	})
	l.touch()
	x.add(e)
	close(l.joined)
}

// runThread is the thread of the goroutine that calls Run of subject i.
func runThread(i int) int { return 100 + i }

func (x *executorRun) runSubject(i int, s *executorSubject) {
	e := Event{Kind: Run, Thread: runThread(i), Arg: i + 1}
	x.add(e)
	defer close(s.returned)
	ended := true
	defer func() {
		if ended {
			x.early.Store(true)
		}
	}()
	panicked := x.guarded(e.Thread, 0, func() {
		s.Run()
		s.ending.Change()
		x.add(Event{Kind: Return, Thread: e.Thread, Arg: i + 1})
	})
	ended = false
	if x.rescued.Load() {
		return
	}
	if panicked != "" {
		s.ending.Change()
		x.early.Store(true)
		if !strings.Contains(panicked, scripted) {
			x.tb.fault("Run panicked: " + panicked)
		}
		return
	}
	if x.closing.Load() {
		return
	}
	for _, l := range x.all() {
		if l.on != i || !l.spawned.Load() || l.cancelled.Load() || l.ended.Load() {
			continue
		}
		if l.touch(); !closed(l.joined) {
			x.early.Store(true)
			x.tb.fault(fmt.Sprintf("Run returned although task %d had not ended; want it to return when every task has ended", l.task))
		}
	}
}
