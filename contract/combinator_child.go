package contract

import (
	"fmt"
	"runtime"
	"weak"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A scriptedFuture is a child as a combinator gets it. Its state is elsewhere:
// so the driver holds no reference to the child, and can see whether the
// combinator does.
type scriptedFuture struct{ child *child }

func (f *scriptedFuture) Poll(cx *futures.Context) (int, bool) { return f.child.poll(cx) }
func (f *scriptedFuture) Drop()                                { f.child.drop() }

// A child is what the driver knows of one scripted future. It goes on to its
// next turn when it is polled after a wake, and answers any other poll with
// pending.
type child struct {
	c      *combinatorRun
	number int // from 1
	script *Script
	future weak.Pointer[scriptedFuture]

	// Under the recorder's lock, so that they agree with the trace:
	added  bool // handed to the combinator
	late   bool // added by Push
	polls  int
	wakes  int // wakes begun
	seen   int // wakes begun before the latest poll
	fresh  int // wakes begun since then of a handle that the latest poll was lent
	open   int // polls that have not ended
	turn   int // the turn of the latest poll
	ready  bool
	ended  bool // ready, panicked or dropped
	spins  int  // polls of the combinator in which it still keeps waking itself
	spun   int  // how often it did in this one
	spunIn int  // which that is
	alike  bool // the combinator that made the latest poll was lent a waker whose handles say they wake the same

	mu     StageLock     // held while handles are cloned or compared
	handle *wakers.Waker // clone of the latest poll's waker, until it is woken by value
	id     int
	poll0  int           // the poll that it was cloned in
	steady bool          // alike, in that poll
	stale  *wakers.Waker // clone kept from the first poll that was replaced
	oldID  int
	old0   int
}

// firstChild is the task that stands for child 1. Those before stand for the
// wakers of the combinator: three for each of its handles.
const firstChild = 11

func (s *child) task() int { return firstChild - 1 + s.number }

// A childPanic is what a scripted panic of a child carries.
type childPanic struct{ says string }

func (p childPanic) String() string { return p.says }

// spinLimit is how often a child wakes itself in one poll of the combinator, if
// its script has it spin.
const spinLimit = 300

// spinLimitExplored is the same where each poll takes several steps of a schedule.
const spinLimitExplored = 30

// childPolls bounds the polls of one child in a run.
const childPolls = 1 << 11

func (s *child) poll(cx *futures.Context) (int, bool) {
	c := s.c
	if c.rescued.Load() {
		return value(s.number), true
	}
	lane := c.lane()
	n, lent, turn, entered, ended := s.begin(lane, cx)
	end := func(e Event) {
		e.Thread, e.Task, e.Poll = lane, s.task(), n
		c.touch()
		c.mu.Lock()
		s.open--
		s.ready = s.ready || e.Kind == Ready
		s.ended = s.ended || e.Kind != Pending
		c.panicked = c.panicked || e.Kind == Panicked
		c.addLocked(e)
		c.mu.Unlock()
	}
	if ended { // C6 judges it
		end(Event{Kind: Pending})
		return 0, false
	}
	if n > childPolls { // it would go on for ever
		end(Event{Kind: Ready, Arg: value(s.number)})
		return value(s.number), true
	}
	lend := Event{Thread: lane, Poll: n, Handle: lent}
	if turn >= len(s.script.Turns) {
		if s.number%2 == 1 { // a wake that nobody needs any more
			s.wake(lend, cx.Waker(), false)
		}
		end(Event{Kind: Ready, Arg: value(s.number)})
		return value(s.number), true
	}
	s.register(cx, lend)
	if entered {
		for _, op := range s.script.Turns[turn].Ops {
			if op.Do == DoPanic {
				says := fmt.Sprintf("child %d, as its script says", s.number)
				end(Event{Kind: Panicked, Note: says})
				panic(childPanic{says})
			}
			s.inPoll(cx, lend, op)
		}
	}
	if s.spinning() {
		s.wake(lend, cx.Waker(), false)
	}
	end(Event{Kind: Pending})
	return 0, false
}

// begin records that a poll begins and returns its number, the handle it is
// lent, the turn of the script, whether that has just begun, and whether the
// child had ended before.
func (s *child) begin(lane int, cx *futures.Context) (n, lent, turn int, entered, ended bool) {
	c := s.c
	e := Event{Kind: Poll, Thread: lane, Task: s.task()}
	if cx.Waker().WillWake(&c.noop) {
		e.Note = noopNote
	}
	c.touch()
	c.mu.Lock()
	defer c.mu.Unlock()
	s.polls++
	s.open++
	c.recorder.handles++
	e.Poll, e.Handle = s.polls, c.recorder.handles
	c.addLocked(e)
	entered = s.polls == 1
	if !entered && s.wakes > s.seen && s.spins == 0 {
		s.turn++
		entered = true
	}
	s.seen, s.fresh, s.alike = s.wakes, 0, c.steady()
	return s.polls, e.Handle, s.turn, entered, s.ended
}

// noopNote marks a poll of a child that is lent the waker of wakers.Noop.
const noopNote = "the no-op waker"

// spinning reports whether a child that spins wakes itself once more.
func (s *child) spinning() bool {
	s.c.mu.Lock()
	spins := s.spins > 0
	s.c.mu.Unlock()
	if !spins {
		return false
	}
	s.c.touch() // the combinator's polls are counted
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.spunIn != s.c.polls {
		s.spunIn, s.spun = s.c.polls, 0
		s.spins--
	}
	if s.spun++; s.spun > spinLimit || s.c.stage != nil && s.spun > spinLimitExplored {
		s.spins = 0 // it is polled without a poll of the combinator, which may not come before it is ready
	}
	return s.spins > 0
}

// register keeps a clone of the lent waker, in place of the one before.
func (s *child) register(cx *futures.Context, lend Event) {
	c := s.c
	w := new(wakers.Waker)
	w.CloneFrom(cx.Waker())
	e := lend
	e.Kind, e.Task = Clone, s.task()
	id := c.handle(e)
	c.mu.Lock()
	steady := s.alike
	c.mu.Unlock()
	s.mu.Lock()
	old, oldID, oldPoll := s.handle, s.id, s.poll0
	if old != nil && steady && s.steady {
		e := Event{Kind: Compare, Thread: lend.Thread, Task: s.task(), Poll: lend.Poll, Handle: oldID, Arg: lend.Handle}
		e.Note = [2]string{differsNote, ownNote}[btoi(w.WillWake(cx.Waker()))]
		if old.WillWake(cx.Waker()) {
			e.Note = sameNote
		}
		c.add(e)
	}
	s.handle, s.id, s.poll0, s.steady = w, id, lend.Poll, steady
	if s.stale == nil && old != nil {
		s.stale, s.oldID, s.old0 = old, oldID, oldPoll
		old = nil
	}
	s.mu.Unlock()
	if old != nil {
		s.dropHandle(lend.Thread, old, oldID)
	}
}

// What a comparison of the handle of one poll with that of the next shows.
const (
	sameNote    = "yes"                        // they say that they wake the same
	ownNote     = "no, but its own clone will" // they do not, although handles of this waker can say it
	differsNote = "no, nor will a clone"
)

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inPoll does one operation of a turn.
func (s *child) inPoll(cx *futures.Context, lend Event, op Op) {
	switch op.Do {
	case DoSelf:
		for range max(op.N, 1) {
			s.wake(lend, cx.Waker(), false)
		}
	case DoSpin:
		s.c.mu.Lock()
		s.spins, s.spunIn = 1+max(op.N, 1), 0
		s.c.mu.Unlock()
	case DoClone: // a temporary
		w := new(wakers.Waker)
		w.CloneFrom(cx.Waker())
		e := lend
		e.Kind, e.Task = Clone, s.task()
		s.dropHandle(lend.Thread, w, s.c.handle(e))
	case DoLinger:
		if s.c.sc.Raced {
			for range 32 {
				runtime.Gosched()
			}
		}
	case DoNest:
		s.nest(lend, op)
	case DoWake, DoWakeByRef, DoStale:
		s.c.wakeChild(lend.Thread, op)
	}
}

// take takes a handle out of the child, the latest one or the stale one, or
// returns nil.
func (s *child) take(stale bool) (w *wakers.Waker, id, poll int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stale {
		w, s.stale = s.stale, nil
		return w, s.oldID, s.old0
	}
	w, s.handle = s.handle, nil
	return w, s.id, s.poll0
}

// clone returns a clone of the latest handle or of the stale one, or nil.
func (s *child) clone(thread int, stale bool) (w *wakers.Waker, id, poll int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, id, poll := s.handle, s.id, s.poll0
	if stale {
		from, id, poll = s.stale, s.oldID, s.old0
	}
	if from == nil {
		return nil, 0, 0
	}
	w = new(wakers.Waker)
	panicked := s.c.guarded(thread, s.task(), func() { w.CloneFrom(from) })
	if panicked != "" {
		return nil, 0, 0
	}
	return w, s.c.handle(Event{Kind: Clone, Thread: thread, Task: s.task(), Poll: poll, Handle: id}), poll
}

// wake wakes w, a handle of the child; e has its number and the poll that it
// comes from.
func (s *child) wake(e Event, w *wakers.Waker, byValue bool) {
	c := s.c
	e.Kind, e.Task = WakeByRef, s.task()
	if byValue {
		e.Kind = Wake
	}
	c.announced(e.Thread, s.task(), c.touch, func() {
		c.touch()
		c.mu.Lock()
		c.addLocked(e)
		s.wakes++
		if e.Poll == s.polls {
			s.fresh++
		}
		c.mu.Unlock()
		if byValue {
			w.Wake()
		} else {
			w.WakeByRef()
		}
		c.touch()
		c.add(Event{Kind: Return, Thread: e.Thread, Task: s.task()})
	})
}

func (s *child) dropHandle(thread int, w *wakers.Waker, id int) {
	s.c.announced(thread, s.task(), s.c.touch, func() {
		s.c.add(Event{Kind: Drop, Thread: thread, Task: s.task(), Handle: id})
		w.Drop()
		s.c.add(Event{Kind: Return, Thread: thread, Task: s.task()})
	})
}

// drop is called when the combinator gives the child up. The handles stay: they
// may outlive it.
func (s *child) drop() {
	c := s.c
	lane := c.lane()
	c.touch()
	c.mu.Lock()
	s.ended = true
	c.addLocked(Event{Kind: FutureDrop, Thread: lane, Task: s.task()})
	c.mu.Unlock()
	if len(s.script.Drop) > 0 { // it panics; a child does nothing else there
		says := fmt.Sprintf("the drop of child %d, as its script says", s.number)
		c.add(Event{Kind: Panicked, Thread: lane, Task: s.task(), Note: says})
		panic(childPanic{says})
	}
	c.add(Event{Kind: Return, Thread: lane, Task: s.task()})
}
