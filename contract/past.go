package contract

// What must happen before what, in the sense of Go's memory model. Only a Stage
// can tell; in a bubble nothing of this is recorded.

// past is what the next poll of a task must see.
type past struct {
	wakes []pastWake
	poll  Mark // the end of the poll before; nil: there was none
}

// pastWake is a wake that has returned.
type pastWake struct {
	mark  Mark // its begin
	polls int  // how many polls have begun since it returned
}

// mark stands for what this thread has done so far; nil if that cannot be told.
func (r *run) mark() Mark {
	if r.stage == nil {
		return nil
	}
	return r.stage.Mark()
}

// unseen reports whether what m stands for does not happen before now.
func (r *run) unseen(m Mark) bool { return m != nil && !r.stage.Sees(m) }

// woken keeps a wake that has returned.
func (p *past) woken(m Mark) {
	if m != nil {
		p.wakes = append(p.wakes, pastWake{mark: m})
	}
}

// pollBegins records what the poll of l that begins on this thread does not see.
func (x *executorRun) pollBegins(l *leaf, lane, poll int) {
	if x.stage == nil {
		return
	}
	e := Event{Kind: Unseen, Thread: lane, Task: l.task, Poll: poll}
	if x.unseen(l.past.poll) {
		e.Note = "poll"
		x.add(e)
	}
	for i := range l.past.wakes {
		w := &l.past.wakes[i]
		if w.polls++; x.unseen(w.mark) {
			e.Note, e.Arg = "wake", w.polls
			x.add(e)
		}
	}
}
