package contract

import (
	"sync/atomic"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A leaf is the scripted future of one task of an executor's scenario. It goes
// on to its next turn when it is polled after a wake, and answers any other
// poll with pending, as a leaf that waits for something does.
type leaf struct {
	x      *executorRun
	task   int
	on     int // which subject it is spawned on
	script *Script

	spawned   atomic.Bool
	ended     atomic.Bool // answered ready, or dropped
	cancelled atomic.Bool
	joined    chan struct{} // closed when Join has returned
	join      atomic.Pointer[Task]
	due       atomic.Int64 // timers of the executor that are due and have not called back
	watching  joining

	// Under the recorder's lock, so that they agree with the trace:
	polls int
	wakes int // wakes begun
	seen  int // wakes begun before the latest poll
	turn  int // the turn of the latest poll

	touched StageTouch // stands for what the leaf keeps, and for what happens to its task
	past    past

	mu     StageLock     // held while handles are cloned
	handle *wakers.Waker // clone of the latest poll's waker
	id     int
	stale  *wakers.Waker // clone kept from the first poll
	oldID  int
}

// value is what task n answers.
func value(task int) int { return 100 + task }

// Poll does the next turn of the script.
func (l *leaf) Poll(cx *futures.Context) (int, bool) {
	x := l.x
	if x.rescued.Load() {
		return value(l.task), true
	}
	lane := x.pollLane()
	defer x.freeLane(lane)
	n, lent, wakes, woken, turn := l.begin(lane)
	x.pollBegins(l, lane, n)
	end := func(e Event) {
		if e.Kind == Pending {
			l.touch()
		} else {
			l.touchWithRun()
			l.ended.Store(true)
		}
		e.Thread, e.Task, e.Poll = lane, l.task, n
		x.add(e)
		if x.stage != nil {
			l.past.poll = x.mark()
		}
	}
	defer func() {
		if p := recover(); p != nil { // the script's, or the lent waker's: let the executor have it
			end(Event{Kind: Panicked, Note: note(p)})
			panic(p)
		}
	}()
	if n > x.budget(wakes) {
		x.overBudget.Store(true)
	}
	if x.overBudget.Load() {
		end(Event{Kind: Ready, Arg: value(l.task)})
		return value(l.task), true
	}
	x.countUnparks(lane, l, n)
	defer x.countUnparks(lane, l, n)
	if turn >= len(l.script.Turns) {
		if l.task%2 == 1 { // a wake that nobody needs any more
			l.wake(Event{Thread: lane, Poll: n, Handle: lent}, cx.Waker(), false)
		}
		end(Event{Kind: Ready, Arg: value(l.task)})
		return value(l.task), true
	}
	l.register(cx, lane, n, lent)
	if n == 1 || woken {
		for _, op := range l.script.Turns[turn].Ops {
			x.inPoll(l, cx, lane, n, lent, op)
		}
		if n == 1 {
			x.spawnNext(l, lane)
		}
	}
	if x.busy {
		x.nextOp(lane)
	}
	end(Event{Kind: Pending})
	return 0, false
}

// begin records that a poll begins and returns its number, the handle it is
// lent, how often the task was woken so far, whether since the poll before, and
// the turn of the script. A broken executor may poll at the same time.
func (l *leaf) begin(lane int) (n, lent, wakes int, woken bool, turn int) {
	l.touch()
	r := l.x.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	l.polls++
	r.handles++
	r.addLocked(Event{Kind: Poll, Thread: lane, Task: l.task, Poll: l.polls, Handle: r.handles})
	woken = l.wakes > l.seen
	l.seen = l.wakes
	if l.polls > 1 && woken {
		l.turn++
	}
	return l.polls, r.handles, l.wakes, woken, l.turn
}

// register keeps a clone of the lent waker, in place of the one before.
func (l *leaf) register(cx *futures.Context, lane, poll, lent int) {
	x := l.x
	w := new(wakers.Waker)
	w.CloneFrom(cx.Waker())
	id := x.handle(Event{Kind: Clone, Thread: lane, Task: l.task, Poll: poll, Handle: lent})
	x.compareOthers(lane, l, poll, lent, cx.Waker())
	l.mu.Lock()
	old, oldID := l.handle, l.id
	l.handle, l.id = w, id
	if l.stale == nil && old != nil {
		l.stale, l.oldID = old, oldID
		old = nil
	}
	l.mu.Unlock()
	if old != nil {
		x.dropHandle(lane, l, old, oldID)
	}
}

// compareOthers asks the lent waker whether it will wake what the handle kept
// from the poll before does, and what one of another task does.
func (x *executorRun) compareOthers(lane int, l *leaf, poll, lent int, w *wakers.Waker) {
	for _, other := range [...]*leaf{l, x.leaf(l.task + 1), x.leaf(l.task - 1)} {
		if other == nil {
			continue
		}
		other.mu.Lock()
		if other.handle != nil {
			e := Event{Kind: Compare, Thread: lane, Task: l.task, Poll: poll, Handle: lent, Arg: other.id, Note: "no"}
			if w.WillWake(other.handle) {
				e.Note = "yes"
				if other != l { // what that means depends on whether the other task has ended
					other.touch()
				}
			}
			x.add(e)
		}
		other.mu.Unlock()
	}
}

// clone returns a clone of the task's latest handle, or of its stale one, and
// its number, or nil if the task holds none.
func (l *leaf) clone(thread int, stale bool) (*wakers.Waker, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from, id := l.handle, l.id
	if stale && l.stale != nil {
		from, id = l.stale, l.oldID
	}
	if from == nil {
		return nil, 0
	}
	w := new(wakers.Waker)
	w.CloneFrom(from)
	return w, l.x.handle(Event{Kind: Clone, Thread: thread, Task: l.task, Handle: id})
}

// What scripts panic with begins with scripted.
const (
	scripted     = "this panic is in the script"
	scriptedPoll = scripted + " of a poll"
	scriptedDrop = scripted + " of a drop"
)

// Drop is called when the task is given up.
func (l *leaf) Drop() {
	x := l.x
	lane := x.dropLane()
	defer x.freeLane(lane)
	l.touchWithRun()
	l.ended.Store(true)
	e := Event{Kind: FutureDrop, Thread: lane, Task: l.task}
	if x.precise && lane < 0 && x.elsewhere(l.on) {
		e.Note = elsewhere
	}
	x.add(e)
	if !x.rescued.Load() {
		for _, op := range l.script.Drop {
			if op.Do == DoPanic {
				x.add(Event{Kind: Panicked, Thread: lane, Task: l.task, Note: scriptedDrop})
				panic(scriptedDrop)
			}
			if op.Do != DoSpawn || x.maySpawn(l, op.Task) {
				x.outside(lane, op)
			}
		}
	}
	l.touch()
	x.add(Event{Kind: Return, Thread: lane, Task: l.task})
}

// elsewhere is the note of a drop on a goroutine that is not the one that calls
// the executor's Run.
const elsewhere = "elsewhere"

// elsewhere reports whether this goroutine is not the one that runs subject on,
// if there is one and it polls alone.
func (x *executorRun) elsewhere(on int) bool {
	if on >= len(x.subjects) {
		return false
	}
	s := x.subjects[on]
	return s.Run != nil && s.Threads <= 1 && !s.Inline && !closed(s.returned) && !onStack(runName)
}

const runName = "contract.(*executorRun).runSubject"

// release drops the handles that the leaf still has.
func (l *leaf) release(thread int) {
	l.mu.Lock()
	handles, ids := [...]*wakers.Waker{l.stale, l.handle}, [...]int{l.oldID, l.id}
	l.stale, l.handle = nil, nil
	l.mu.Unlock()
	for i, w := range handles {
		if w != nil {
			l.x.dropHandle(thread, l, w, ids[i])
		}
	}
}

// owed reports whether a poll must come.
func (l *leaf) owed() bool {
	if !l.spawned.Load() || l.ended.Load() || l.cancelled.Load() || l.x.closing.Load() {
		return false
	}
	if l.due.Load() > 0 {
		return true
	}
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	return l.polls == 0 || l.wakes > l.seen
}

// wake wakes w, which is handle id of the task.
func (l *leaf) wake(e Event, w *wakers.Waker, byValue bool) {
	l.x.announced(e.Thread, l.task, l.add, func() {
		e.Kind, e.Task = WakeByRef, l.task
		if byValue {
			e.Kind = Wake
		}
		l.add()
		m := l.x.mark()
		l.x.wake(e, &l.wakes, func() {
			if byValue {
				w.Wake()
			} else {
				w.WakeByRef()
			}
			l.add()
		})
		l.past.woken(m)
	})
}

// touch announces that what the leaf keeps is looked at or changed.
func (l *leaf) touch() { l.touched.Change() }

// touchWithRun is touch for what the end of the run of its subject depends on, or
// what depends on that.
func (l *leaf) touchWithRun() {
	if l.on < len(l.x.subjects) && l.x.subjects[l.on].Run != nil {
		l.touched.Change(l.x.subjects[l.on].ending)
	} else {
		l.touch()
	}
}

// add announces a wake, whose order among wakes does not matter.
func (l *leaf) add() { l.touched.Add() }

// over reports whether the task has ended: answered, or joined.
func (l *leaf) over() bool {
	return l.ended.Load() || closed(l.joined)
}

// dropHandle drops w, which is handle id of l's task.
func (x *executorRun) dropHandle(thread int, l *leaf, w *wakers.Waker, id int) {
	x.announced(thread, l.task, l.add, func() {
		x.call(Event{Kind: Drop, Thread: thread, Task: l.task, Handle: id}, w.Drop)
	})
}

// linger holds a poll open: until the driver's next operation has happened. No
// two lingers end at one instant, which would have no order.
func (x *executorRun) linger(d time.Duration) {
	if !x.busy {
		x.sleep(d + time.Duration(x.lingers.Add(1))*time.Microsecond)
	}
}
