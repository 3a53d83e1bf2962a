package contract_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// runtimeMutants are edits of a good executor that declares a profile.
func runtimeMutants() []mutant {
	in := func(profile, name string, edit func(*rt), notices ...string) mutant {
		return executorMutant(profile+": "+name, func(tb testing.TB) contract.Executor {
			return newRT(tb, edit).executor(profile)
		}, notices...)
	}
	row := func(name string, edit func(*rt), notices ...string) mutant { return in("rust", name, edit, notices...) }
	return []mutant{
		row("none", func(*rt) {}),
		in("go-pool", "none", func(*rt) {}),
		in("index", "none", slots),
		in("oneshot", "none", func(*rt) {}),

		// Wakers.
		row("a lent waker panics when it is cloned again", func(x *rt) {
			x.raw = func(t *job) wakers.RawWaker {
				if t.polled == 2 {
					return &slotWaker{RawWaker: (*jobWaker)(t), bad: true}
				}
				return (*jobWaker)(t)
			}
		}, "E14"),
		in("index", "a stale wake costs two polls", func(x *rt) {
			x.fair = 0
			x.wake = func(t *job) {
				o := t
				x.with(func() {
					if t.ended && len(x.live) > 0 {
						o = x.live[0]
						o.twice = true
					}
				})
				x.goodWake(o)
			}
			x.pollOnce = func(t *job) {
				x.goodPoll(t)
				twice := false
				x.with(func() { twice, t.twice = t.twice && !t.ended, false })
				if twice {
					x.goodPoll(t)
				}
			}
		}, "E7", "E15"),
		row("a new waker for each poll", func(x *rt) {
			x.raw = func(t *job) wakers.RawWaker { return &slotWaker{RawWaker: (*jobWaker)(t)} }
		}, "E16"),
		row("a wake drops the future of a cancelled task", func(x *rt) {
			x.wake = func(t *job) {
				mine := false
				x.with(func() { mine = t.cancelled && !t.ended && x.current != t })
				if mine {
					x.giveUp(t, futures.ErrCancelled)
				}
				x.goodWake(t)
			}
			x.cancel = func(t *job) { x.with(func() { t.cancelled = true }) }
		}, "W20"),
		row("a wake from outside does its work and waits", func(x *rt) {
			x.wake = func(t *job) {
				waits := false
				x.with(func() { waits = !t.ended && !t.cancelled && t.polled > 0 && x.current != t && !x.closed })
				x.goodWake(t)
				if waits && !insideAPoll() {
					<-x.end
				}
			}
		}, "W27"),

		// Order.
		row("says at once that it is idle", func(x *rt) { x.idle = func() {} }, "E20"),
		row("takes the latest first", func(x *rt) { x.pick = func(n int) int { return n - 1 } }, "E21"),
		row("takes the latest first, and declares more polls than are soon seen", func(x *rt) {
			x.fair, x.pick = 12, func(n int) int { return n - 1 }
		}, "E21"),
		row("declares no bound, and loses the second of two timers that are due", func(x *rt) {
			x.fair = 0
			x.timersIn = func() bool {
				x.rang = x.rang[:min(len(x.rang), 1)]
				return true
			}
		}, "E23"),
		row("timers only when nothing is queued", func(x *rt) { x.timersIn = func() bool { return false } }, "E23"),
		row("takes every return of a park for a wake", func(x *rt) {
			x.parked = func() {
				x.with(func() {
					x.asleep = false
					for _, t := range x.live {
						if !t.queued {
							t.queued = true
							x.queue = append(x.queue, t)
						}
					}
				})
			}
		}, "E7", "P5", "W17"),
		row("unparks a worker that is awake", func(x *rt) { x.needless = true }, "E32"),

		// Ends.
		row("does not wake the joiner", func(x *rt) { x.tell = func(*job) {} }, "E24"),
		row("keeps the joiner's waker", func(x *rt) { x.leave = func(*job) {} }, "E25"),
		row("forgets a cancel", func(x *rt) { x.cancel = func(*job) {} }, "E26"),
		row("a cancel drops the future", func(x *rt) {
			x.cancel = func(t *job) {
				idle := false
				x.with(func() { t.cancelled, idle = true, x.current != t && !t.ended })
				if idle {
					x.giveUp(t, futures.ErrCancelled)
				}
			}
		}, "E27"),
		row("a panic in a poll ends the run", func(x *rt) {
			x.contain = func(t *job) (int, bool, error) {
				v, ready := t.poll()
				return v, ready, nil
			}
		}, "E28"),
		row("a panic in a drop ends the run", func(x *rt) {
			x.drop = func(t *job) error { futures.Drop(t.future); return nil }
			x.dispose = func(t *job) { x.finish(t, 0, x.goodDrop(t), errClosed) }
		}, "E29"),
		row("a cancel inside a drop finds its table taken", func(x *rt) {
			dropping := false // by the one goroutine that runs
			x.drop = func(t *job) error {
				dropping = true
				defer func() { dropping = false }()
				return x.goodDrop(t)
			}
			x.cancel = func(t *job) {
				if insideAPoll() && dropping {
					panic("already borrowed")
				}
				x.goodCancel(t)
			}
		}, "E33"),
		row("a close forgets the futures", func(x *rt) {
			x.dispose = func(t *job) { x.finish(t, 0, errClosed) }
		}, "E34", "E37"),
		row("a close drops futures twice", func(x *rt) {
			x.dispose = func(t *job) { x.finish(t, 0, x.drop(t), x.drop(t), errClosed) }
		}, "E34"),
		row("a close forgets those that nobody can wake", func(x *rt) {
			x.dispose = func(t *job) {
				handles := 0
				x.with(func() { handles = t.handles })
				if handles > 0 || t.polled == 0 || t.cancelled {
					x.giveUp(t, errClosed)
				}
			}
		}, "E37"),
		row("a wake after the close panics", func(x *rt) {
			x.wake = func(t *job) {
				closed := false
				x.with(func() { closed = x.closed })
				if closed && !insideAPoll() {
					panic("woken after the close")
				}
				x.goodWake(t)
			}
		}, "E35", "W13"),
		row("a close waits for all tasks", func(x *rt) {
			x.close = func() {
				var all []*job
				x.with(func() { all = append(all, x.live...) })
				for _, t := range all {
					<-t.done
				}
				x.goodClose()
			}
		}, "E36"),

		// Identity.
		executorMutant("rust: a slot is used again with the waker that it had", func(tb testing.TB) contract.Executor {
			ex := newRT(tb, slots).executor("rust")
			ex.Spurious = 50
			return ex
		}, "W12"),
		executorMutant("rust: one waker for all tasks", func(tb testing.TB) contract.Executor {
			ex := newRT(tb, func(x *rt) {
				all := (*everyWaker)(x)
				x.raw = func(*job) wakers.RawWaker { return all }
			}).executor("rust")
			ex.Spurious = 50
			return ex
		}, "W10", "W12"),
	}
}

// slots makes the waker of a task mean whoever is in its slot.
func slots(x *rt) {
	var made []*slotWaker
	x.raw = func(t *job) wakers.RawWaker {
		for len(made) <= t.slot {
			made = append(made, nil)
		}
		if made[t.slot] == nil {
			made[t.slot] = &slotWaker{RawWaker: (*jobWaker)(t)}
		}
		return made[t.slot]
	}
	x.wake = func(t *job) { x.goodWake(x.occupant(t)) }
}

// A slotWaker is a waker at an address of its own. A bad one cannot be cloned.
type slotWaker struct {
	wakers.RawWaker
	bad bool
}

func (b *slotWaker) Clone() wakers.RawWaker {
	if b.bad {
		panic("cloned once too often")
	}
	b.RawWaker.Clone()
	return b
}

// An everyWaker wakes every task that lives.
type everyWaker rt

func (w *everyWaker) Clone() wakers.RawWaker { return w }
func (w *everyWaker) Wake()                  { w.WakeByRef() }
func (w *everyWaker) Drop()                  {}
func (w *everyWaker) WakeByRef() {
	x := (*rt)(w)
	var all []*job
	x.with(func() { all = append(all, x.live...) })
	for _, t := range all {
		x.wake(t)
	}
}
