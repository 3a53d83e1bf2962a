package contract

import (
	"sync"
	"time"

	"github.com/wakecheck/wakecheck/futures"
)

// nestedThread is the outside thread that wakes a nested run.
const nestedThread = 9

// nest runs a fresh subject to its end inside a poll of l. While it waits, an
// outside thread wakes l, and then the task inside.
func (x *executorRun) nest(l *leaf, lane, poll int) {
	x.nests.Add(1)
	defer x.nests.Add(-1)
	x.add(Event{Kind: Nest, Thread: lane, Task: l.task, Poll: poll})
	var inner *leaf
	polled, over := make(chan struct{}), make(chan struct{})
	defer close(over)
	panicked := x.guarded(lane, l.task, func() {
		ex := x.mk(x.tb)
		x.touch() // the tasks are counted
		inner = x.addLeaf(&Script{Turns: []Turn{{}}}, len(x.subjects)+l.task)
		inner.spawned.Store(true)
		x.start(func() { x.wakeNested(l, inner, polled, over) })
		task, panicked := x.hand(lane, inner, func(futures.Future[int]) Task {
			return ex.Spawn(&announced{leaf: inner, polled: polled})
		})
		if panicked != "" {
			panic(panicked)
		}
		if ex.Run != nil {
			ex.Run()
		}
		x.wait(inner, task)
		inner.release(lane)
		if ex.Close != nil {
			ex.Close()
		}
		x.add(Event{Kind: Return, Thread: lane, Task: l.task})
	})
	if panicked != "" && inner != nil { // it fails fast, as it may: nothing is owed to the task inside
		inner.cancelled.Store(true)
		inner.Drop()
		inner.release(lane)
	}
}

// wakeNested wakes l, in a poll of which inner is run, and then inner.
func (x *executorRun) wakeNested(l, inner *leaf, polled, over chan struct{}) {
	if x.stage != nil {
		if x.settle(); closed(over) {
			return
		}
	} else {
		select {
		case <-polled:
		case <-over:
			return
		}
	}
	x.linger(time.Millisecond) // until the inner run waits
	x.wakeClone(nestedThread, l, Op{Do: DoWakeByRef})
	x.linger(time.Millisecond) // until that wake has done what it does
	x.wakeClone(nestedThread, inner, Op{Do: DoWake})
}

// An announced leaf says when its first poll has ended.
type announced struct {
	*leaf
	once   sync.Once
	polled chan struct{}
}

func (a *announced) Poll(cx *futures.Context) (int, bool) {
	v, ready := a.leaf.Poll(cx)
	a.once.Do(func() { close(a.polled) })
	return v, ready
}
