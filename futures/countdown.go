package futures

// Countdown is pending a given number of times and then ready. Before it
// answers pending it wakes the task itself, by ref: it has more to do at once
// and only yields in between. It keeps no waker, so it needs no Drop. Every
// poll counts, whether somebody woke the task or not.
type Countdown struct{ counter }

// NewCountdown returns a future that is pending n times and then ready with
// the value n. A negative n counts as 0.
func NewCountdown(n int) *Countdown {
	return &Countdown{newCounter(n)}
}

// Poll answers pending n times, waking the task each time, then ready.
func (c *Countdown) Poll(cx *Context) (n int, ready bool) {
	if c.step("Countdown") {
		return c.n, true
	}
	cx.Waker().WakeByRef()
	return 0, false
}

// Silent is Countdown with a bug: it answers pending without arranging any
// wake. It breaks the first law of futures on purpose, as the smallest future
// that hangs every executor which sleeps until it is woken. Only an executor
// that polls without being woken sees it become ready.
type Silent struct{ counter }

// NewSilent returns a future that is pending n times, wakes nobody, and is
// then ready with the value n. A negative n counts as 0.
func NewSilent(n int) *Silent {
	return &Silent{newCounter(n)}
}

// Poll answers pending n times, waking nobody, then ready.
func (s *Silent) Poll(*Context) (n int, ready bool) {
	if s.step("Silent") {
		return s.n, true
	}
	return 0, false
}

// A counter counts the polls of a future that is pending n times.
type counter struct {
	n     int
	polls int
}

func newCounter(n int) counter { return counter{n: max(n, 0)} }

// step counts a poll and reports whether it is the one that answers ready.
func (c *counter) step(name string) bool {
	if c.polls > c.n {
		stageReady.mustBePending(name)
	}
	c.polls++
	return c.polls > c.n
}

// Polls returns how often the future has been polled: n+1 once it was ready.
// It may be called by the goroutine that polls, between polls.
func (c *counter) Polls() int { return c.polls }
