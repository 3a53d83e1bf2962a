package contract

import (
	"fmt"
	"slices"
)

// A futureView is what the future's monitors know at an event of a trace.
type futureView struct {
	h     *history
	poll  int        // number of the latest poll; 0: none yet
	waker int        // its waker
	begun int        // index of its Poll
	kind  int        // of its waker
	open  bool       // it has not answered
	lent  []handleOf // handles lent; of: the poll
	live  []handleOf // clones alive; of: the waker

	before   struct{ pending, stale, woken bool } // these, before the latest poll
	firing   bool                                 // Fire has not returned
	armed    bool                                 // the poll before was pending, and armed
	spurious bool                                 // the latest poll came without a wake
	passed   bool                                 // time passed before it, since the one before
	late     bool                                 // time has passed since the latest poll
	pending  bool                                 // the latest poll answered pending
	ended    bool                                 // answered ready, or panicked
	fired    int                                  // index of the Fire, or -1
	woken    bool                                 // the latest waker was woken since the latest poll began
	stale    bool                                 // another waker was woken since then
	injected int                                  // index of the first panic of a waker, or -1
	beyond   bool                                 // go on after it
	inPoll   int                                  // self-wakes of the latest poll, by the handle it is lent: an older one may be woken (X7)

	signs signs
}

// signs are what one walk over the whole trace of a future shows. Most laws can
// be broken only with a certain sign.
type signs struct {
	read    bool
	ill     bool // it panicked, left itself unarmed, or came to rest
	spun    bool // a pending poll woke itself
	early   bool // it answered ready before its event, to a poll that nothing had asked for
	kept    bool // when all had settled it held a clone although it had answered, or several
	dropped bool
}

// A handleOf says what a handle belongs to.
type handleOf struct{ handle, of int }

func index(list []handleOf, handle int) int {
	return slices.IndexFunc(list, func(h handleOf) bool { return h.handle == handle })
}

// view walks over the trace and calls f at each event, after the event has
// been taken in, until f returns a breach.
func (h *history) view(f func(v *futureView, i int, e Event) *breach) *breach {
	return h.viewAll(false, f)
}

// viewAll is view, and goes on, if beyond, when the first waker has panicked.
func (h *history) viewAll(beyond bool, f func(v *futureView, i int, e Event) *breach) *breach {
	v := &h.watch
	*v = futureView{h: h, injected: -1, beyond: beyond, lent: v.lent[:0], live: v.live[:0], fired: -1, signs: v.signs}
	for i := range h.events {
		e := &h.events[i]
		v.take(i, e)
		if v.injected >= 0 && !v.beyond {
			return nil // F14 judges what comes now
		}
		if b := f(v, i, *e); b != nil {
			return b
		}
	}
	return nil
}

// signs returns the signs of the trace.
func (h *history) signs() signs {
	s := &h.watch.signs
	if !s.read {
		s.read = true
		answered := false
		h.viewAll(true, func(v *futureView, _ int, e Event) *breach {
			answered = answered || v.ended || e.Kind == Ready
			s.ill = s.ill || e.Kind == Rest || e.Kind == Panicked || v.unarmed(e)
			s.early = s.early || v.early(e)
			s.spun = s.spun || e.Kind == Pending && v.inPoll > 0
			s.kept = s.kept || e.Kind == Settle && (len(v.live) > 1 || answered && len(v.live) > 0)
			s.dropped = s.dropped || e.Kind == FutureDrop
			return nil
		})
	}
	return *s
}

// viewIf is view if the trace has a sign without which the law is kept.
func (h *history) viewIf(sign bool, f func(v *futureView, i int, e Event) *breach) *breach {
	if !sign {
		return nil
	}
	return h.view(f)
}

// early reports whether e is the answer ready to a poll that nothing had asked for:
// no wake, no event, and no time that has passed.
func (v *futureView) early(e Event) bool {
	return e.Kind == Ready && v.spurious && !v.passed && v.h.door == FutureDoor && v.h.declared.fire && v.fired < 0
}

func (v *futureView) take(i int, e *Event) {
	switch e.Kind {
	case Advance:
		v.late = true
	case Poll:
		v.passed, v.late = v.late, false
		v.armed = v.pending && (v.woken || len(v.live) > 0)
		v.spurious = v.pending && !v.woken && !v.stale && v.fired < 0
		v.poll, v.waker, v.begun, v.open, v.kind = e.Poll, e.Task, i, true, e.Arg
		v.before.pending, v.before.stale, v.before.woken = v.pending, v.stale, v.woken
		v.pending, v.woken, v.stale, v.inPoll = false, false, false, 0
		if e.Handle > 0 {
			v.lent = append(v.lent, handleOf{e.Handle, e.Poll})
		}
	case Pending, Ready, Panicked:
		if e.Kind == Panicked && e.Note == injected {
			v.injected, v.open = i, v.open && e.Poll == 0
			if e.Poll > 0 {
				v.pending = false
			} else if v.firing { // what else was to happen may not have
				v.fired, v.firing = -1, false
			}
		} else if e.Poll > 0 {
			v.open, v.pending, v.ended = false, e.Kind == Pending, e.Kind != Pending
		} else if v.firing && e.Thread > 0 { // Fire did not do what it is for, and the report says that it panicked
			v.fired, v.firing = -1, false
		}
	case Clone:
		v.live = append(v.live, handleOf{e.Arg, e.Task})
	case Wake, WakeByRef:
		if e.Kind == Wake {
			v.gone(e.Handle)
		}
		if e.Task == v.waker && (v.kind != oneshotWaker || e.Poll == v.poll) {
			v.woken = true
			if v.open && e.Thread >= 0 && e.Poll == v.poll {
				v.inPoll++
			}
		} else {
			v.stale = true
		}
	case Drop:
		v.gone(e.Handle)
	case Fire:
		v.fired, v.firing = i, true
	case Return:
		v.firing = v.firing && e.Thread == 0
	case FutureDrop:
		v.pending = false // nothing is owed to it
	}
}

// gone takes a clone that has ended out of the live ones.
func (v *futureView) gone(handle int) {
	if i := index(v.live, handle); i >= 0 {
		v.live = slices.Delete(v.live, i, i+1)
	}
}

// unarmed reports that the latest poll has just answered pending and nobody
// can ever wake its task. If an older waker was woken meanwhile, F2 says so at
// rest.
func (v *futureView) unarmed(e Event) bool {
	return e.Kind == Pending && !v.woken && !v.stale && len(v.live) == 0
}

func (h *history) futureBreach(at int, ev Evidence, format string, args ...any) *breach {
	return &breach{at: at, evidence: ev, blame: blameFuture, reason: fmt.Sprintf(format, args...)}
}

// forgotten reports that at a Rest the latest poll is pending although the
// future should have completed, and its waker was not woken.
func (v *futureView) forgotten(e Event) bool {
	complete := v.fired >= 0 || !v.h.declared.fire
	return e.Kind == Rest && v.h.resting() && v.pending && complete && !v.woken
}

// pendingArmed is F1.
func pendingArmed(h *history) *breach {
	if h.declared.never {
		return nil
	}
	return h.viewIf(h.signs().ill, func(v *futureView, i int, e Event) *breach {
		if v.unarmed(e) {
			return h.futureBreach(i, NoHandle, "poll %d answered pending, its waker was not woken, and no clone of any waker lives; want a wake arranged", v.poll)
		}
		if v.forgotten(e) && !v.stale {
			return h.futureBreach(i, h.evidence, "the future can answer and nobody was woken since poll %d; want its waker woken", v.poll)
		}
		return nil
	})
}

// latestWaker is F2.
func latestWaker(h *history) *breach {
	return h.view(func(v *futureView, i int, e Event) *breach {
		if v.forgotten(e) && v.stale {
			return h.futureBreach(i, h.evidence, "only an older waker was woken; want waker %d of the latest poll, %d, woken", v.waker, v.poll)
		}
		return nil
	})
}

// staleReleased is F4.
func staleReleased(h *history) *breach {
	last := -1
	for i, e := range h.events {
		if e.Kind == Settle {
			last = i
		}
	}
	return h.viewIf(h.signs().kept, func(v *futureView, i int, e Event) *breach {
		if e.Kind != Settle {
			return nil
		}
		if v.ended && i == last && len(v.live) > 0 {
			return h.futureBreach(i, Observed, "the future has answered and still holds %d clones of wakers; want them dropped", len(v.live))
		}
		stale := 0
		for _, clone := range v.live {
			if clone.of != v.waker {
				stale++
			}
		}
		if latest := len(v.live) - stale; v.pending && stale > max(latest, 1) {
			return h.futureBreach(i, Observed, "after poll %d the future holds %d clones of wakers of earlier polls; want them dropped when they are replaced", v.poll, stale)
		}
		return nil
	})
}

// spuriousPoll is F7.
func spuriousPoll(h *history) *breach {
	s := h.signs()
	return h.viewIf(s.ill || s.early, func(v *futureView, i int, e Event) *breach {
		switch {
		case v.early(e):
			return h.futureBreach(i, Observed, "poll %d, which no wake had asked for, answers ready, and what the future waits for has not happened; want it pending", v.poll)
		case e.Kind == Panicked && e.Poll > 0 && v.spurious && e.Note != injected:
			return h.futureBreach(i, Observed, "poll %d, which no wake had asked for, panicked: %s; want pending or ready", v.poll, e.Note)
		case v.unarmed(e) && v.spurious && v.armed && !h.declared.never:
			return h.futureBreach(i, NoHandle, "poll %d, which no wake had asked for, left the future unarmed; want it armed as before", v.poll)
		}
		return nil
	})
}

// dropCancels is F11.
func dropCancels(h *history) *breach {
	dropping, dropped := false, -1
	return h.viewIf(h.signs().dropped, func(v *futureView, i int, e Event) *breach {
		switch {
		case e.Kind == FutureDrop:
			dropping = true
		case e.Kind == Return && dropping && e.Thread == 0:
			dropping, dropped = false, i
			if len(v.live) > 0 {
				return h.futureBreach(i, Observed, "the future was dropped and still holds %d clones of wakers; want them dropped before Drop returns", len(v.live))
			}
		case v.firing: // what had begun before goes on
		case dropping && (e.Kind == Wake || e.Kind == WakeByRef) && e.Thread == 0:
			return h.futureBreach(i, Observed, "the future woke waker %d in its Drop; want no wake", e.Task)
		case dropped >= 0 && (e.Kind == Wake || e.Kind == WakeByRef):
			return h.futureBreach(i, Observed, "the future woke waker %d after it was dropped; want no wake", e.Task)
		}
		return nil
	})
}

// contextBorrowed is F16.
func contextBorrowed(h *history) *breach {
	return h.view(func(v *futureView, i int, e Event) *breach {
		switch e.Kind {
		case Clone, Wake, WakeByRef, Drop:
		default:
			return nil
		}
		n := index(v.lent, e.Handle)
		if n < 0 {
			return nil
		}
		poll := v.lent[n].of
		if e.Kind == Wake || e.Kind == Drop {
			return h.futureBreach(i, Observed, "the future consumed (%s) the handle that poll %d lent it; want only clones consumed", e.Kind, poll)
		}
		if poll != v.poll || !v.open {
			return h.futureBreach(i, Observed, "the future used (%s) the handle or Context that poll %d lent it after that poll; want a clone kept instead", e.Kind, poll)
		}
		return nil
	})
}

// patience is how many pending polls in a row, beyond the declared yields, may
// each wake themselves before that is called a spin (X9 permits some).
const patience = 3

// noSelfWakeSpin is F17.
func noSelfWakeSpin(h *history) *breach {
	row, wakes := 0, 0
	return h.viewIf(h.signs().spun, func(v *futureView, i int, e Event) *breach {
		if e.Kind != Pending || v.fired >= 0 {
			return nil
		}
		wakes += v.inPoll
		if v.inPoll == 0 {
			row = 0
			return nil
		}
		row++
		if row >= patience && wakes > h.declared.yields+patience {
			return h.futureBreach(i, Budget, "the future woke itself in each of %d pending polls, %d times in all; it declares %d", row, wakes, h.declared.yields)
		}
		return nil
	})
}
