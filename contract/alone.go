package contract

import "slices"

// An alone is the history of the future of one operation of a primitive, as that
// of a future that stands alone; its wakers are its tasks.
type alone struct {
	history
	task int
	at   []int // where its events come from
}

// alone returns the history of the future of one operation. Several monitors ask
// for the same one.
func (h *history) alone(task int) *alone {
	n := slices.IndexFunc(h.alones, func(a *alone) bool { return a.task == task })
	if n >= 0 {
		return h.alones[n]
	}
	n = len(h.alones)
	h.alones = slices.Grow(h.alones, 1)[:n+1]
	if h.alones[n] == nil {
		h.alones[n] = new(alone)
	}
	h.alones[n].sort(h, task)
	return h.alones[n]
}

// sort takes from h what is of one operation. It keeps the memory of the one
// before.
func (a *alone) sort(h *history, task int) {
	*a = alone{
		history: history{events: a.events[:0], rest: -1, begun: -1, declared: declared{fire: true}, watch: a.watch},
		task:    task,
		at:      a.at[:0],
	}
	a.watch.signs = signs{}
	waker := map[int]int{}
	polling, dropping, dropped := none, false, false
	thread, busy := 0, 0
	inside := map[int]bool{} // threads that are in a call of the subject
	for i, e := range h.events {
		mine := e.Task == task
		switch e.Kind {
		case Call, FutureDrop:
			if !mine {
				inside[e.Thread] = true
			}
		case Poll:
			inside[e.Thread] = inside[e.Thread] || !mine
		case Return, Pending, Ready, Panicked:
			if !mine {
				delete(inside, e.Thread)
			}
		}
		busy = len(inside)
		keep := mine
		switch e.Kind {
		case Poll:
			if mine {
				waker[e.Handle] = e.Arg
				e.Task, thread, polling = e.Arg, e.Thread, Poll
				e.Thread = 0
			}
		case Pending, Ready:
			e.Thread, polling = 0, none
		case Panicked:
			keep = mine && e.Poll > 0
			e.Thread, polling = 0, none
		case Clone, Wake, WakeByRef, Drop:
			if !mine {
				break
			}
			if e.Kind == Clone {
				waker[e.Arg] = waker[e.Handle]
			}
			e.Task = waker[e.Handle]
			if polling == Poll && e.Thread == thread {
				e.Thread = 0
			} else {
				e.Thread = -1
			}
			keep = !dropped || !h.declared.raced
		case FutureDrop:
			if mine {
				dropping, e.Thread, e.Task = true, 0, 0
			}
		case Return:
			// What another call had begun may still be under way when the drop
			// returns, with a clone that it took before.
			keep = mine && dropping && busy == 0 && !h.declared.raced
			if mine && dropping {
				dropped = true
			}
			e.Thread, e.Task = 0, 0
		case Enabled:
			e.Kind = Fire
		case Settle:
			keep = true
		case Rest:
			keep = true
			a.rest, a.evidence = len(a.events), h.evidence
		default:
			keep = false
		}
		if keep {
			a.events = append(a.events, e)
			a.at = append(a.at, i)
		}
	}
}
