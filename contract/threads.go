package contract

import "sync/atomic"

// threads are the outside threads of a bubble: goroutines that do one operation
// at a time. A thread is made when the first run needs it, and serves those that
// come after: to start a goroutine, and to have its stack grow, costs as much as
// several operations.
type threads struct {
	stage Stage // if it is not nil, each operation has a thread of the Stage
	on    [nestedThread]*thread
}

type thread struct {
	ops  chan func()
	busy atomic.Bool
}

// do starts f on outside thread n. The thread must not be busy.
func (ts *threads) do(n int, f func()) {
	t := ts.on[n]
	if ts.stage != nil {
		t = new(thread)
		ts.on[n] = t
		t.busy.Store(true)
		ts.stage.Go(func() {
			defer t.busy.Store(false)
			f()
		})
		return
	}
	if t == nil {
		t = &thread{ops: make(chan func())}
		ts.on[n] = t
		go t.serve()
	}
	t.busy.Store(true)
	t.ops <- f
}

// serve does the operations. One that ends its goroutine (runtime.Goexit) is over
// as well, and another goroutine does those that come.
func (t *thread) serve() {
	defer func() {
		if t.busy.Swap(false) {
			go t.serve()
		}
	}()
	for f := range t.ops {
		f()
		t.busy.Store(false)
	}
}

// race releases the operations of all threads at once; each thread does its own
// in their order.
func (ts *threads) race(ops []Op, do func(thread int, op Op)) {
	start := make(chan struct{})
	var own [nestedThread][]Op
	for _, op := range ops {
		own[op.Thread] = append(own[op.Thread], op)
	}
	for thread, ops := range own {
		if len(ops) > 0 {
			ts.do(thread, func() {
				ts.await(start)
				for _, op := range ops {
					do(thread, op)
				}
			})
		}
	}
	close(start)
}

// await waits for the start of a race. On a Stage there is nothing to wait for:
// which thread goes first is the explorer's choice.
func (ts *threads) await(start <-chan struct{}) {
	if ts.stage == nil {
		<-start
	}
}

// busy reports whether an operation has not returned.
func (ts *threads) busy() bool {
	for _, t := range ts.on {
		if t != nil && t.busy.Load() {
			return true
		}
	}
	return false
}

// busyOn reports whether the operation of thread n has not returned.
func (ts *threads) busyOn(n int) bool {
	t := ts.on[n]
	return t != nil && t.busy.Load()
}

// endOne ends thread n, as soon as the operation that it may be in returns.
func (ts *threads) endOne(n int) {
	if ts.on[n] != nil && ts.stage == nil {
		close(ts.on[n].ops)
	}
	ts.on[n] = nil
}

// release is called when a run is over: the run after it does without the
// threads that are stuck in an operation.
func (ts *threads) release() {
	for n := range ts.on {
		if ts.busyOn(n) {
			ts.endOne(n)
		}
	}
}

// end ends all threads.
func (ts *threads) end() {
	for n := range ts.on {
		ts.endOne(n)
	}
}
