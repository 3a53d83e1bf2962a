package engine

// What the model of package time needs besides.

// DefaultTicks is how often the tickers of an execution fire, taken together.
const DefaultTicks = 3

// Tick counts a tick of a ticker. It says no, and does not count, if there have
// been Limits.Ticks of them in this execution.
func (e *Engine) Tick() bool {
	if !e.MayTick() {
		return false
	}
	e.ticks++
	return true
}

// MayTick reports whether Tick would say yes.
func (e *Engine) MayTick() bool { return e.ticks < e.limits.Ticks }

// Mute tells how many tickers would fire now or later if there were no
// Limits.Ticks. While there are any, a thread that is left blocked has not
// deadlocked: it might have waited for one of them.
func (e *Engine) Mute(tickers int) {
	e.muted = tickers
	if tickers > 0 {
		e.cut = true
	}
}

// Retouch changes what the operation that t has announced, or is about to
// announce by the same call, touches besides its first object. It belongs to
// the effect of an operation on the first object: only such a one may change
// what t's touches.
func (e *Engine) Retouch(t *Thread, more []*Object) { t.op.more = more }

// Forget makes what happens before the next step of the running thread only
// what that thread acquires from now on: for a Service, the steps of which have
// nothing to do with each other.
func (e *Engine) Forget() {
	if e.racing {
		t := e.running
		period := t.seen[t.id]
		clear(t.seen)
		t.seen[t.id] = period
	}
}
