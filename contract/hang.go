package contract

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// DetectHang runs one future on one executor until it has ended, or until it
// can be shown never to end, and says whose fault that is:
//
//   - Kept: it ended.
//   - Violated, law F1, blame "future": it answered pending and no handle is
//     left by which anybody could wake it.
//   - Violated, law E2 or E1, blame "executor": it was woken, or never polled
//     at all, and no poll came.
//   - Unknown: nothing happens any more, but somebody holds a handle and may
//     yet wake it, so nobody is accused.
//
// It waits for no clock: timers, also far ones, fire in the virtual time of a
// testing/synctest bubble, in which both mk functions are called. Afterwards
// what hangs is freed. It blocks; call it outside any bubble.
func DetectHang(executor func(testing.TB) Executor, future func(testing.TB) futures.Future[int]) Result {
	b := newBubbler()
	b.door = ExecutorDoor
	defer b.close()
	rec := new(recorder)
	var looks atomic.Int64
	tb := &plugTB{name: "DetectHang"}
	d := &hangRun{run: &run{recorder: rec, tb: tb, sc: new(Scenario), facts: new(facts), looks: &looks}}
	end := b.run(func(inner testing.TB) {
		tb.TB = inner
		d.play(executor, future)
	}, func() int { looks.Add(1); return 0 })
	events := rec.close()
	faults := tb.takeFaults()
	switch {
	case len(faults) > 0:
		return Result{Law: plugFault, Verdict: Violated, At: -1, Reason: strings.Join(faults, "\n"), Trace: events}
	case end.lost != "":
		return Result{Law: "E8", Verdict: Unknown, At: -1, Trace: events, Reason: "the run did not settle: " + end.why + "\nit was doing:\n" + firstLines(end.lost)}
	case end.panicked != nil:
		return Result{Law: plugFault, Verdict: Violated, At: -1, Trace: events, Reason: note(end.panicked)}
	}
	return judgeHang(events)
}

// judgeHang is the verdict on the trace of a hangRun.
func judgeHang(events []Event) Result {
	var h history
	h.reset(events)
	for _, law := range []string{"F1", "E1", "E2"} {
		if b := monitors[law](&h); b != nil {
			res := b.result(law)
			res.Trace = events
			return res
		}
	}
	res := Result{Law: "E2", At: -1, Trace: events}
	if h.rest >= 0 {
		res.Verdict, res.At = Unknown, h.rest
		res.Reason = "nothing happens any more, but a handle of the task lives: whoever holds it may yet wake it"
	}
	return res
}

// A hangRun is the run of one future on one executor.
type hangRun struct {
	*run
	watched watched
	ended   chan struct{}
}

func (d *hangRun) play(executor func(testing.TB) Executor, future func(testing.TB) futures.Future[int]) {
	var ex Executor
	d.lookOutside()
	d.ended = make(chan struct{})
	if !d.tb.guard("the executor's mk", func() { ex = executor(d.tb) }) ||
		!d.tb.guard("the future's mk", func() { d.watched.future = future(d.tb) }) {
		return
	}
	d.opaque = ex.Opaque
	d.watched.d = d
	d.add(Event{Kind: Declare, Note: "fire", Arg: 1}) // whoever holds a handle may yet wake it
	go d.drive(ex)
	if d.settle(); d.owed() && !d.rest(d.owed) {
		d.add(Event{Kind: Rescue})
		d.rescued.Store(true)
		d.watched.wake()
		d.settle()
	}
	if ex.Close != nil {
		go d.tb.guard("Close", ex.Close)
	}
	d.finish()
}

func (d *hangRun) owed() bool { return !closed(d.ended) }

// drive spawns, runs and joins.
func (d *hangRun) drive(ex Executor) {
	defer close(d.ended)
	d.tb.guard("the executor", func() {
		d.add(Event{Kind: Spawn, Thread: 1, Task: 1, Arg: 1})
		task := ex.Spawn(&d.watched)
		d.add(Event{Kind: Return, Thread: 1})
		if ex.Run != nil {
			ex.Run()
		}
		v, err := task.Join()
		e := Event{Kind: Joined, Task: 1, Arg: v}
		if err != nil {
			e.Note = note(err)
		}
		d.add(e)
	})
}

// A watched future records its polls and every handle made of its waker.
type watched struct {
	d      *hangRun
	future futures.Future[int]

	mu   sync.Mutex
	poll int
	kept *wakers.Waker // for the rescue; it is not counted as a handle
}

func (w *watched) Poll(cx *futures.Context) (int, bool) {
	if w.d.rescued.Load() {
		return 0, true
	}
	w.mu.Lock()
	w.poll++
	poll := w.poll
	if w.kept == nil {
		w.kept = new(wakers.Waker)
	}
	w.kept.CloneFrom(cx.Waker())
	w.mu.Unlock()
	lent := &watchedHandle{d: w.d, poll: poll, id: w.d.handle(Event{}), waker: cx.Waker()}
	mine := new(wakers.Waker)
	mine.Init(lent)
	e := Event{Thread: -1, Task: 1, Poll: poll}
	begin := e
	begin.Kind, begin.Handle = Poll, lent.id
	w.d.add(begin)
	v, ready := w.future.Poll(futures.NewContext(mine))
	e.Kind = Pending
	if ready {
		e.Kind, e.Arg = Ready, v
	}
	w.d.add(e)
	return v, ready
}

// Drop passes the giving up on.
func (w *watched) Drop() { futures.Drop(w.future) }

// wake wakes the task with the kept handle.
func (w *watched) wake() {
	w.mu.Lock()
	kept := w.kept
	w.kept = nil
	w.mu.Unlock()
	if kept != nil {
		go w.d.guarded(0, 1, kept.Wake)
	}
}

// A watchedHandle is a handle of the executor's waker that records its calls.
type watchedHandle struct {
	d     *hangRun
	poll  int
	id    int
	waker *wakers.Waker
}

func (h *watchedHandle) event(k Kind) Event {
	return Event{Kind: k, Thread: -2, Task: 1, Poll: h.poll, Handle: h.id}
}

func (h *watchedHandle) Clone() wakers.RawWaker {
	c := &watchedHandle{d: h.d, poll: h.poll, waker: new(wakers.Waker)}
	c.waker.CloneFrom(h.waker)
	c.id = h.d.handle(h.event(Clone))
	return c
}

func (h *watchedHandle) Wake() {
	h.d.add(h.event(Wake))
	h.waker.Wake()
	h.d.add(Event{Kind: Return, Thread: -2})
}

func (h *watchedHandle) WakeByRef() {
	h.d.add(h.event(WakeByRef))
	h.waker.WakeByRef()
	h.d.add(Event{Kind: Return, Thread: -2})
}

func (h *watchedHandle) Drop() {
	h.d.add(h.event(Drop))
	h.waker.Drop()
	h.d.add(Event{Kind: Return, Thread: -2})
}
