package executor

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A byHand executor does nothing: the test gives the turns.
type byHand struct{ pushes int }

func (b *byHand) start(t *task) { t.queue = b }
func (b *byHand) push(*task)    { b.pushes++ }

func (b *byHand) expect(t *testing.T, pushes int) {
	t.Helper()
	if b.pushes != pushes {
		t.Errorf("queued %d times, want %d", b.pushes, pushes)
	}
}

func turn(t *task) verdict {
	var s seat
	t.begin()
	return t.turn(s.give(t))
}

// Each step names the state word that it leaves.
func TestTaskStates(t *testing.T) {
	type step struct {
		name   string
		do     func(*task) verdict
		state  uint32
		pushes int
	}
	wake := func(t *task) verdict { t.WakeByRef(); return waiting }
	cancel := func(t *task) verdict { t.cancel(); return waiting }
	giveTurn := func(want verdict) func(*task) verdict {
		return func(tk *task) verdict {
			if got := turn(tk); got != want {
				t.Errorf("verdict %d, want %d", got, want)
			}
			return want
		}
	}
	type onPoll = func(p *probe, cx *futures.Context) bool
	selfWake := onPoll(func(p *probe, _ *futures.Context) bool { p.wake(); p.wake(); return false })
	selfCancel := func(h **Handle[int], ready bool) onPoll {
		return func(*probe, *futures.Context) bool { (*h).Cancel(); (*h).Cancel(); return ready }
	}
	var h *Handle[int]
	for _, tc := range []struct {
		name   string
		onPoll onPoll
		steps  []step
		polls  int
		drops  int
		err    error
	}{
		{name: "pending, woken, ready", polls: 2,
			onPoll: func(p *probe, _ *futures.Context) bool { n, _ := p.counts(); return n == 2 },
			steps: []step{
				{"wake of a scheduled task", wake, scheduled, 0},
				{"first turn", giveTurn(waiting), 0, 0},
				{"wake", wake, scheduled, 1},
				{"wake again", wake, scheduled, 1},
				{"second turn", giveTurn(ended), done, 1},
				{"wake after the end", wake, done, 1},
				{"cancel after the end", cancel, done, 1},
			}},
		{name: "woken in the poll", onPoll: selfWake, polls: 2,
			steps: []step{
				{"first turn", giveTurn(woken), scheduled | running, 0},
				{"wake before the next turn", wake, scheduled | running, 0},
				{"second turn", giveTurn(woken), scheduled | running, 0},
			}},
		{name: "cancelled before the first turn", drops: 1, err: futures.ErrCancelled,
			steps: []step{
				{"cancel", cancel, scheduled | cancelled, 0},
				{"turn", giveTurn(ended), done, 0},
			}},
		{name: "cancelled when idle", polls: 1, drops: 1, err: futures.ErrCancelled,
			steps: []step{
				{"first turn", giveTurn(waiting), 0, 0},
				{"cancel", cancel, scheduled | cancelled, 1},
				{"cancel again", cancel, scheduled | cancelled, 1},
				{"wake", wake, scheduled | cancelled, 1},
				{"turn", giveTurn(ended), done, 1},
			}},
		{name: "cancelled between two turns", onPoll: selfWake, polls: 1, drops: 1, err: futures.ErrCancelled,
			steps: []step{
				{"first turn", giveTurn(woken), scheduled | running, 0},
				{"cancel", cancel, scheduled | running | cancelled, 0},
				{"turn", giveTurn(ended), done, 0},
			}},
		{name: "cancelled in the poll", onPoll: selfCancel(&h, false), polls: 1, drops: 1, err: futures.ErrCancelled,
			steps: []step{{"turn", giveTurn(ended), done, 0}}},
		{name: "cancelled in the poll that answers", onPoll: selfCancel(&h, true), polls: 1,
			steps: []step{{"turn", giveTurn(ended), done, 0}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var ex byHand
			p := newProbe(t, tc.onPoll)
			h = spawn(&ex, p)
			for _, s := range tc.steps {
				s.do(&h.task)
				if got := h.task.state.Load(); got != s.state {
					t.Errorf("after %s: state %04b, want %04b", s.name, got, s.state)
				}
				ex.expect(t, s.pushes)
			}
			p.expect(tc.polls, tc.drops)
			if h.task.ended() {
				if _, err := h.Join(); err != tc.err {
					t.Errorf("error %v, want %v", err, tc.err)
				}
			}
		})
	}
}

// A wake and a cancel at the same time queue an idle task once.
func TestTaskIsQueuedOnce(t *testing.T) {
	for range 5000 {
		ex := &atomicQueuer{}
		h := spawn(&byHand{}, newProbe(t, nil))
		h.task.queue = ex
		turn(&h.task)
		both(func() { h.task.WakeByRef() }, h.Cancel)
		if n := ex.pushes.Load(); n != 1 {
			t.Fatalf("queued %d times, want 1", n)
		}
		if v := turn(&h.task); v != ended {
			t.Fatalf("verdict %d, want ended: the cancel was lost", v)
		}
	}
}

// A wake or a cancel at the same time as the end of a poll is either seen by the
// turn or queues the task.
func TestTaskEndOfPollRaces(t *testing.T) {
	for i := range 10000 {
		ex := &atomicQueuer{}
		polled := make(chan struct{})
		h := spawn(&byHand{}, newProbe(t, func(*probe, *futures.Context) bool {
			close(polled)
			return false
		}))
		h.task.queue = ex
		var v verdict
		both(func() { v = turn(&h.task) }, func() {
			<-polled
			if i%2 == 0 {
				h.task.WakeByRef()
			} else {
				h.Cancel()
			}
		})
		if queued := ex.pushes.Load() == 1; queued != (v == waiting) {
			t.Fatalf("round %d: verdict %d and queued %t: lost, or there twice", i, v, queued)
		}
	}
}

// A wake of a task that is woken already still makes the next turn see what was
// done before it. Only the race detector can tell. So this test must wait for
// the waking goroutine without being ordered after it: it looks at the stacks.
func TestTaskRedundantWakeHappensBeforePoll(t *testing.T) {
	for range 20 {
		data := 0
		h := Spawn(&byHand{}, futures.Func[int](func(*futures.Context) (int, bool) { return data, true }))
		h.task.WakeByRef()
		go func() {
			data = 1
			h.task.WakeByRef()
		}()
		buf := make([]byte, 1<<20)
		for bytes.Contains(buf[:runtime.Stack(buf, true)], []byte("created by github.com/wakecheck/wakecheck/executor.TestTaskRedundantWake")) {
			runtime.Gosched()
		}
		turn(&h.task)
		joins(t, h, 1)
	}
}

// A clone costs no memory, and neither does lending the waker.
func TestTaskWakerDoesNotAllocate(t *testing.T) {
	h := spawn(&byHand{}, newProbe(t, nil))
	var s seat
	allocs := testing.AllocsPerRun(100, func() {
		cx := s.give(&h.task)
		var w wakers.Waker
		w.CloneFrom(cx.Waker())
		if !w.WillWake(cx.Waker()) {
			t.Fatal("a clone is not seen to wake the same task")
		}
		w.Wake()
		s.clear()
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want 0", allocs)
	}
}

func TestTaskDropPanics(t *testing.T) {
	p := newProbe(t, func(*probe, *futures.Context) bool { panic("in poll") })
	p.onDrop = func(*probe) { panic("in drop") }
	q := new(Queue)
	h := spawn(q, p)
	q.Run()
	_, err := h.Join()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 {
		t.Fatalf("got %v, want two errors", err)
	}
	for i, want := range []string{"in poll", "in drop"} {
		var pe *futures.PanicError
		if !errors.As(joined.Unwrap()[i], &pe) || pe.Value != want {
			t.Errorf("error %d is %v, want the panic %q", i, joined.Unwrap()[i], want)
		}
	}
	p.expect(1, 1)
}
