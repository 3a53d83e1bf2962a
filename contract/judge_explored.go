package contract

import "fmt"

// The laws that only explored runs can show: their subject is a moment between
// two steps, or what one thread sees of another.

// unseen returns the first Unseen event of a kind that is such.
func (h *history) unseen(of string, such func(Event) bool, blame, format string) *breach {
	for i, e := range h.events {
		if e.Kind == Unseen && e.Note == of && such(e) {
			return &breach{at: i, evidence: Schedules, blame: blame, reason: fmt.Sprintf(format, e.Poll, e.Task)}
		}
	}
	return nil
}

func always(Event) bool { return true }

// wakeSeen is W21 and E12. The first poll that begins after a wake has returned may
// have been on its way before; the second may not.
func wakeSeen(h *history) *breach {
	return h.unseen("wake", func(e Event) bool { return e.Arg >= 2 }, blameExecutor,
		"poll %d of task %d does not see what was written before a wake that had returned before the poll before it began; want the wake to happen before a poll, also if it finds the task woken")
}

// pollSeen is E13 and E31.
func pollSeen(h *history) *breach {
	return h.unseen("poll", always, blameExecutor,
		"poll %d of task %d does not see what the poll before it wrote; want each poll to happen before the next")
}

// unparkSeen is P7.
func unparkSeen(h *history) *breach {
	for i, e := range h.events {
		if e.Kind == Unseen && e.Note == "unpark" {
			return &breach{at: i, evidence: Schedules, blame: blameParker,
				reason: "a park returns that does not see what was written before an unpark which had returned before the park began; want every unpark to happen before the park that takes the token, also if it found the token there"}
		}
	}
	return nil
}

// fireSeen is F22.
func fireSeen(h *history) *breach {
	return h.unseen("fire", always, blameFuture,
		"poll %d of task %d answers ready and does not see what was written before the event; want the event to happen before it")
}

// registerBeforeCheck is F5: nobody woke the waker that the last poll left, since it
// was registered too late for the event.
func registerBeforeCheck(h *history) *breach {
	return h.missed(false, "poll %d of task %d answered pending and the event passed it by: it looked for the event before it had registered its waker; want it to register first, or to look again")
}

// publishBeforeWake is F6: the last poll came because of the event, and did not find
// it.
func publishBeforeWake(h *history) *breach {
	return h.missed(true, "poll %d of task %d was woken by the event and did not find it: who made it happen woke before that could be seen; want it published before the wake")
}

// missed returns that the future hangs at rest although its event has happened,
// and that the event had woken its task before the last poll, or not.
func (h *history) missed(woken bool, format string) *breach {
	var poll Event
	fired, pending, told, before := false, false, false, false // before: told when the last poll began
	for _, e := range h.events {
		switch e.Kind {
		case Fire:
			fired = true
		case Poll:
			poll, pending, before = e, true, told
		case Ready, Panicked, FutureDrop:
			pending = false
		case Wake, WakeByRef:
			if fired && e.Thread < 0 {
				told = true
				if e.Poll == poll.Poll && poll.Poll > 0 {
					pending = false // the latest waker was woken
				}
			}
		case Rest:
			if fired && pending && before == woken && Evidence(e.Arg) == Schedules {
				return h.futureBreach(h.rest, Schedules, format, poll.Poll, poll.Task)
			}
		}
	}
	return nil
}

// exactlyOnce is E18: a task in the queues of several workers is polled once for
// its wakes, neither never nor by two.
func exactlyOnce(h *history) *breach {
	if b := handedOver(h); b != nil {
		return b
	}
	return exclusivePoll(h)
}

// handedOver is E30.
func handedOver(h *history) *breach {
	if h.evidence != Schedules {
		return nil
	}
	if b := firstPoll(h); b != nil {
		return b
	}
	return owedWake(h, func(*taskHistory, span) bool { return true },
		"task %d was woken and every worker sleeps; want a worker to be woken for it, or the one that goes to sleep to look again")
}
