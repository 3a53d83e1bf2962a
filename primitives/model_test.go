package primitives_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

// A task is one waiting operation under a random test, beside what a sequential
// model says of it.
type task struct {
	name   string
	future futures.Future[any]
	probe  *probe // of the latest poll; nil: never polled
	base   int    // its wakes before that
	number int    // what is asked or sent

	// The model's part. Its queues hold tasks; a task that leaves one is let go.
	waits bool // in a queue
	woken bool // let go since its latest poll
}

// tasks are all that were neither answered nor dropped.
type tasks struct {
	rt  *rapid.T
	all []*task
}

func (ts *tasks) start(name string, number int, f futures.Future[any]) {
	ts.all = append(ts.all, &task{name: name, number: number, future: f})
}

// pick draws one of the tasks; nil: there are none.
func (ts *tasks) pick() *task {
	if len(ts.all) == 0 {
		return nil
	}
	return rapid.SampledFrom(ts.all).Draw(ts.rt, "task")
}

// poll polls t, perhaps with another waker than before, and compares the answer.
func (ts *tasks) poll(t *task, want any, wantReady bool) {
	if t.probe == nil || rapid.Bool().Draw(ts.rt, "another waker") {
		t.probe = newProbe(ts.rt)
	}
	t.base, t.woken = t.probe.Wakes(), false
	got, ready := t.future.Poll(t.probe.cx)
	if ready != wantReady || ready && got != want {
		ts.rt.Fatalf("%s %d: Poll answered %v, %v, want %v, %v", t.name, t.number, got, ready, want, wantReady)
	}
	t.waits = !ready
	if ready {
		ts.end(t)
	}
}

func (ts *tasks) drop(t *task) {
	futures.Drop(t.future)
	t.waits = false
	ts.end(t)
}

func (ts *tasks) end(t *task) {
	ts.check(t)
	ts.all = slices.DeleteFunc(ts.all, func(x *task) bool { return x == t })
}

// check compares what t's waker has seen with what the model says.
func (ts *tasks) check(t *task) {
	if t.probe == nil {
		return
	}
	wakes, kept := 0, 0
	if t.woken {
		wakes = 1
	}
	if t.waits {
		kept = 1
	}
	if t.probe.Wakes() != t.base+wakes || t.probe.Live()-1 != kept {
		ts.rt.Fatalf("%s %d: woken %d times since its poll and %d wakers kept, want %d and %d",
			t.name, t.number, t.probe.Wakes()-t.base, t.probe.Live()-1, wakes, kept)
	}
}

func (ts *tasks) checkAll() {
	for _, t := range ts.all {
		ts.check(t)
	}
}

// A line is a queue of the model.
type line []*task

// letGo takes the first out; it is woken.
func (l *line) letGo() *task {
	t := (*l)[0]
	*l = (*l)[1:]
	t.waits, t.woken = false, true
	return t
}

// leave takes t out, if it is there.
func (l *line) leave(t *task) {
	*l = slices.DeleteFunc(*l, func(x *task) bool { return x == t })
}
