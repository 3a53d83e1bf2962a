package contract_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
)

// loopMutants are the executors that are an edit of a good loop. A loop made
// inside a poll is good: if a run nested in a poll hangs, then everything
// around it does too, and nearly every law notices.
func loopMutants() []mutant {
	row := func(name string, edit func(*loop), notices ...string) mutant {
		mk := func(tb testing.TB) contract.Executor {
			if insideAPoll() {
				return newLoop(tb, 1, func(*loop) {}).executor()
			}
			return newLoop(tb, 1, edit).executor()
		}
		return executorMutant(name, mk, notices...)
	}
	return []mutant{
		row("none", func(*loop) {}),

		// The first poll, and spawns.
		row("never polls first", func(x *loop) {
			x.spawn = func(*task) {}
		}, "E1"),
		row("a spawn from outside does not unpark", func(x *loop) {
			x.spawn = func(t *task) {
				if t.push() && insideAPoll() {
					x.unpark()
				}
			}
		}, "E1", "E19"),
		row("a spawn from outside while it is idle is lost", func(x *loop) {
			x.spawn = func(t *task) {
				idle := false
				x.set(func() { idle = x.idle > 0 })
				if !idle || insideAPoll() {
					t.enqueue()
				}
			}
		}, "E1", "E19"),
		row("a spawn inside a poll is lost", func(x *loop) {
			x.spawn = func(t *task) {
				if !x.polls() {
					t.enqueue()
				}
			}
		}, "E1", "E19"),

		// Lost wakes.
		row("forgets to unpark", func(x *loop) {
			x.unpark = func() {}
		}, "E1", "E2", "E4", "E19", "W14"),
		row("a wake does not unpark", func(x *loop) {
			x.wake = func(t *task) { t.push() }
			x.wakeByRef = x.wake
		}, "E2", "E4", "W14"),
		row("clears the flag after the poll, that of the poll's own wakes", func(x *loop) {
			x.wake = func(t *task) {
				if !x.polledHere(t) {
					t.enqueue()
				}
			}
			x.wakeByRef = x.wake
		}, "E2", "E3", "E22"),
		row("looks at the queue, then parks without a token", func(x *loop) {
			x.park = func() {
				time.Sleep(window)
				select {
				case <-x.token: // came too early for a condition without a flag
					if x.hasEnded() {
						return
					}
				default:
				}
				x.waitForToken()
			}
		}, "E1", "E2", "E4", "E19", "W14"),
		row("a wake by value does not wake", func(x *loop) {
			x.wake = func(*task) {}
		}, "E2", "E3", "E4", "E22", "W14", "W18"),
		row("a wake by ref does not wake", func(x *loop) {
			x.wakeByRef = func(*task) {}
		}, "E2", "E3", "E4", "E22", "W14", "W18"),
		row("ignores wakes from foreign goroutines", func(x *loop) {
			x.wake = func(t *task) {
				if x.goroutine() == goid() {
					t.enqueue()
				}
			}
			x.wakeByRef = x.wake
		}, "E2", "E3", "E4", "W14"),
		row("a wake from outside goes to the wrong task", func(x *loop) {
			x.wake = func(t *task) {
				if first := x.polledOnce(); first != nil && !insideAPoll() {
					t = first
				}
				t.enqueue()
			}
			x.wakeByRef = x.wake
		}, "E2", "E4", "E7", "E17", "W14"),

		// Too many polls.
		row("polls a task again that was ready at once", func(x *loop) {
			x.finish = func(t *task, v int, err error) {
				if err == nil { // not from Cancel, which is another goroutine's
					first := false
					x.set(func() { first = t.polls == 1 })
					if first {
						t.future.Poll(futures.NewContext(&t.waker))
					}
				}
				t.finish(v, err)
			}
		}, "E5", "E7"),
		row("polls a task again that a stale handle wakes", func(x *loop) {
			x.over = func(*task) bool { return false }
		}, "E5", "W13"),
		row("polls twice per wake", func(x *loop) {
			x.poll = func(t *task) { t.poll(); t.poll() }
		}, "E7", "W17"),
		row("queues a task once per wake", func(x *loop) {
			x.wake = func(t *task) {
				x.set(func() { x.queue = append(x.queue, t) })
				x.unpark()
			}
			x.wakeByRef = x.wake
		}, "W17"),
		row("never parks", func(x *loop) {
			x.park = x.requeue
		}, "E7", "E8"),
		row("polls inside a wake", func(x *loop) {
			x.wake = (*task).poll
			x.wakeByRef = x.wake
		}, "W19"),

		// The end.
		row("a wake after the end panics", func(x *loop) {
			x.wake = func(t *task) {
				ended := false
				x.set(func() { ended = t.ended && !t.running })
				if ended {
					panic("woken after the end")
				}
				t.enqueue()
			}
			x.wakeByRef = x.wake
		}, "E35", "W13"),
		row("a wake from outside after the end blocks", func(x *loop) {
			x.wake = func(t *task) {
				ended := false
				x.set(func() { ended = t.ended })
				if ended && !x.polls() && !insideAPoll() {
					<-x.end
				}
				t.enqueue()
			}
			x.wakeByRef = x.wake
		}, "E35", "W13"),
		row("the run does not return", func(x *loop) {
			x.left = 1
		}, "E11"),
		row("the join does not return", func(x *loop) {
			x.finish = func(t *task, v int, err error) {
				t.once.Do(func() {})
				t.finish(v, err)
			}
		}, "E11"),
		row("the join returns another value", func(x *loop) {
			x.finish = func(t *task, v int, err error) { t.finish(v+1, err) }
		}, "E11"),
	}
}

// polls reports whether a poll is open.
func (x *loop) polls() (open bool) {
	x.set(func() { open = x.busy > 0 })
	return open
}

// polledOnce is the task that was spawned first, if it has been polled once and
// no poll is open.
func (x *loop) polledOnce() (t *task) {
	x.set(func() {
		if first := x.tasks[0]; first.polls == 1 && x.busy == 0 {
			t = first
		}
	})
	return t
}

// goroutine is the number of the goroutine that polls a task of the loop, or 0.
func (x *loop) goroutine() (id int64) {
	x.set(func() { id = x.poller })
	return id
}

// polledHere reports whether a poll of t is open on this goroutine.
func (x *loop) polledHere(t *task) (open bool) {
	me := goid()
	x.set(func() { open = t.running && x.poller == me })
	return open
}

// insideAPoll reports whether a loop polls further up the stack.
func insideAPoll() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		frame, more := frames.Next()
		switch _, name, _ := strings.Cut(frame.Function, "contract_test."); name {
		case "(*task).poll", "(*parkLoop).run", "(*rt).run", "(*rt).disposeAll":
			return true
		}
		if !more {
			return false
		}
	}
}

// hasEnded reports whether no task is left.
func (x *loop) hasEnded() (ended bool) {
	x.set(func() { ended = x.left == 0 })
	return ended
}

// requeue puts every task into the queue that has not ended.
func (x *loop) requeue() {
	var all []*task
	x.set(func() { all = append(all, x.tasks...) })
	for _, t := range all {
		t.push()
	}
}
