package contract_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

func correctExecutors() []correct {
	row := func(name string, mk func(testing.TB) contract.Executor) correct {
		return correct{door: contract.ExecutorDoor, name: name, check: func() contract.Report { return contract.CheckExecutor(mk) }}
	}
	edited := func(name string, edit func(*loop)) correct {
		return row(name, func(tb testing.TB) contract.Executor { return newLoop(tb, 1, edit).executor() })
	}
	spurious := func(n int) func(testing.TB) contract.Executor {
		return func(tb testing.TB) contract.Executor {
			ex := newLoop(tb, 1, func(x *loop) {
				x.poll = func(t *task) {
					for range 1 + n {
						t.poll()
					}
				}
			}).executor()
			ex.Spurious = n
			return ex
		}
	}
	return []correct{
		edited("many wakes, one poll, X1", func(*loop) {}),
		edited("the same task again first, X2", func(x *loop) {
			x.pick = func(n int) int { return n - 1 }
		}),
		edited("any order, X11", func(x *loop) {
			dice := rand.New(rand.NewPCG(1, 2))
			x.pick = dice.IntN
		}),
		edited("handles that cannot be compared, X3", func(x *loop) {
			x.raw = func(t *task) wakers.RawWaker { return uncomparable{t} }
		}),
		edited("handles that are indices, X13", func(x *loop) {
			x.raw = func(t *task) wakers.RawWaker { return place{x, len(x.tasks) - 1} }
		}),
		row("one poll too many per wake, X4", spurious(1)),
		row("two polls too many per wake, X4", spurious(2)),
		row("workers", func(tb testing.TB) contract.Executor { return newPool(tb, 3, func(*loop) {}).executor() }),
		row("a worker, that polls nothing once it is closed, X8", func(tb testing.TB) contract.Executor { return newPool(tb, 1, func(*loop) {}).executor() }),
		row("says when it is idle", withIdle),
		row("a goroutine for each task", newSpawner),
		row("a block-on", func(tb testing.TB) contract.Executor {
			return newParkLoop(tb, func(*parkLoop) {}).executor()
		}),
		row("a block-on on a shared token, with a flag of its own", onSharedToken()),
		row("a ticker beside it", withTicker),
		edited("wakes that take a minute", func(x *loop) {
			x.wake = func(t *task) { t.enqueueLater(time.Minute) }
			x.wakeByRef = x.wake
			x.poll = func(t *task) { // pays every wake that came before it
				x.set(func() {
					if t.alarm != nil {
						t.alarm.Stop()
						t.alarm = nil
					}
				})
				t.poll()
			}
		}),
		edited("parks slowly", func(x *loop) {
			x.park = func() { clock.Sleep(window); x.waitForToken() }
		}),
		row("refuses to run inside itself, E10", failFast()),
		row("polls inside wake and spawn, declared", inline),
		row("spins, declared", func(tb testing.TB) contract.Executor {
			x := newLoop(tb, 1, func(x *loop) {
				x.park = func() { x.requeue(); runtime.Gosched() }
			})
			ex := x.executor()
			ex.Busy = true
			return ex
		}).notExplored("a loop that spins has schedules without end"),
		row("parks in a mutex, opaque", func(tb testing.TB) contract.Executor {
			g := newGate()
			x := newLoop(tb, 1, func(x *loop) { x.park, x.unpark, x.wakeRun = g.park, g.unpark, g.unpark })
			tb.Cleanup(func() { x.close(); g.unpark() })
			ex := x.executor()
			ex.Opaque = true
			return ex
		}),
	}
}

// A place is a handle that knows its task by number.
type place struct {
	x *loop
	i int
}

func (p place) Clone() wakers.RawWaker { return p }
func (p place) Wake()                  { p.WakeByRef() }
func (p place) Drop()                  {}
func (p place) WakeByRef() {
	var t *task
	p.x.set(func() { t = p.x.tasks[p.i] })
	t.enqueue()
}

// withIdle is a worker that says when nothing is queued or polled.
func withIdle(tb testing.TB) contract.Executor {
	var parked sync.Cond
	x := newPool(tb, 1, func(x *loop) {
		parked.L = &x.mu
		x.park = func() { parked.Broadcast(); x.waitForToken() }
	})
	ex := x.executor()
	ex.Idle = func() {
		x.set(func() {
			for len(x.queue) > 0 || x.idle == 0 {
				parked.Wait()
			}
		})
	}
	return ex
}

// withTicker is a loop beside which a goroutine ticks until it is closed.
func withTicker(tb testing.TB) contract.Executor {
	x := newLoop(tb, 1, func(x *loop) {
		sync.Go(func() {
			every := clock.NewTicker(time.Second)
			defer every.Stop()
			for channel.First(every.C, x.end) {
			}
		})
	})
	ex := x.executor()
	ex.Close = x.close
	return ex
}

// onSharedToken is a block-on that parks its thread: whatever runs on the thread
// may take its token, but not the flag that says why.
func onSharedToken() func(testing.TB) contract.Executor {
	var threads perRun[*parkedThreads]
	return func(tb testing.TB) contract.Executor {
		return newParkLoop(tb, func(b *parkLoop) {
			b.park = threads.get(tb, newParkedThreads).current
		}).executor()
	}
}

// failFast is a loop that panics if its goroutine runs another one already.
func failFast() func(testing.TB) contract.Executor {
	var running perRun[*sync.Map]
	return func(tb testing.TB) contract.Executor {
		running := running.get(tb, func() *sync.Map { return new(sync.Map) })
		return newLoop(tb, 1, func(x *loop) {
			poll := x.poll
			x.poll = func(t *task) {
				me := goid()
				if _, twice := running.LoadOrStore(me, true); twice {
					x.close()
					panic("cannot run an executor from within another one")
				}
				defer running.Delete(me)
				poll(t)
			}
		}).executor()
	}
}

// inline polls on the stack of whoever spawns or wakes.
func inline(tb testing.TB) contract.Executor {
	x := newLoop(tb, 1, func(x *loop) {
		x.spawn, x.wake, x.wakeByRef, x.rerun = (*task).poll, (*task).poll, (*task).poll, (*task).poll
	})
	return contract.Executor{Spawn: x.add, Inline: true}
}

// newSpawner runs each task on a goroutine of its own, which ends with the task.
func newSpawner(tb testing.TB) contract.Executor {
	return contract.Executor{
		Spawn: func(f futures.Future[int]) contract.Task {
			b := newParkLoop(tb, func(*parkLoop) {})
			t := b.spawn(f)
			sync.Go(b.run)
			return t
		},
	}
}
