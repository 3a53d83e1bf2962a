package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// traceWidth is how wide a formatted trace may be.
const traceWidth = 100

// FormatTrace is the text of a trace: a column for each thread, a line for each
// event, and a mark at the event at; none if it is negative. What settles, and
// returns at once, is left out, and so is all that comes after a rescue.
func FormatTrace(events []Event, at int) string {
	var threads []int
	for _, e := range events {
		if e.Kind == Rescue {
			break
		}
		if !slices.Contains(threads, e.Thread) && e.Kind != Settle {
			threads = append(threads, e.Thread)
		}
	}
	slices.SortFunc(threads, func(a, b int) int { return order(a) - order(b) })
	width := max((traceWidth-7)/max(len(threads), 1), 16)
	width = min(width, 34)
	door := doorOf(events)
	var b strings.Builder
	line := func(mark, number string, column int, text string) {
		fmt.Fprintf(&b, "%s%4s %s%s\n", mark, number, strings.Repeat(" ", column*width), text)
	}
	var head strings.Builder
	for _, t := range threads {
		fmt.Fprintf(&head, "%-*s", width, threadName(t))
	}
	fmt.Fprintf(&b, "       %s\n", strings.TrimRight(head.String(), " "))
	shown, cut := shownEvents(events, at)
	for n, i := range shown {
		if n > 0 && n == cut {
			fmt.Fprintf(&b, "       … events %d to %d are left out\n", shown[n-1]+1, i-1)
		}
		mark := "  "
		if i == at {
			mark = "> "
		}
		text := events[i].String()
		switch door {
		case CombinatorDoor:
			text = events[i].ofChild(text)
		case FutureDoor:
			text = events[i].ofFuture(text)
		}
		line(mark, fmt.Sprint(i), slices.Index(threads, events[i].Thread), text)
	}
	return b.String()
}

// ofFuture is text in a trace of a future: a poll has the kind of its waker for a
// number, and an answer, which can be of any type, is known if it is not Want.
func (e Event) ofFuture(text string) string {
	switch {
	case e.Kind == Poll && e.Arg > 0 && e.Arg < len(wakerKinds):
		return strings.Replace(text, fmt.Sprintf(" of waker %d", e.Arg), fmt.Sprintf(" (%s)", wakerKinds[e.Arg]), 1)
	case e.Kind == Ready && e.Note != "":
		return strings.Replace(text, fmt.Sprintf(": %d", e.Arg), ": "+e.Note, 1)
	case e.Kind == Ready && e.Arg == 0:
		return strings.TrimSuffix(text, ": 0")
	}
	return text
}

// longTrace is how many events of a trace are shown at most.
const longTrace = 120

// shownEvents returns the indices of the events that a formatted trace shows. Of
// too many it shows the first, and those that come before the event at; cut is
// how many come before the gap, or 0.
func shownEvents(events []Event, at int) (shown []int, cut int) {
	until := 0
	for i, e := range events {
		if e.Kind == Rescue {
			break // what comes now is the driver's doing
		}
		if i == at || e.Kind != Settle && !(e.Kind == Return && i > 0 && events[i-1].Thread == e.Thread && e.Arg == 0 && e.Note == "") {
			shown = append(shown, i)
			if i <= at || at < 0 {
				until = len(shown)
			}
		}
	}
	if len(shown) <= longTrace {
		return shown, 0
	}
	const half = longTrace / 2
	until = min(max(until+longTrace/8, longTrace), len(shown))
	return append(shown[:half:half], shown[until-half:until]...), half
}

// order sorts the driver first, then outside threads, runs, and the subject's
// own threads.
func order(thread int) int {
	if thread < 0 {
		return 1000 - thread
	}
	return thread
}

func threadName(thread int) string {
	switch {
	case thread == 0:
		return "driver"
	case thread >= runThread(0):
		return fmt.Sprintf("run %d", thread-runThread(0)+1)
	case thread < 0:
		return fmt.Sprintf("subject's %d", -thread)
	}
	return fmt.Sprintf("thread %d", thread)
}

// String says what happened, without its thread.
func (e Event) String() string {
	var s string
	of := func() string {
		if e.Task == 0 {
			return ""
		}
		return fmt.Sprintf(" of %d", e.Task)
	}
	switch e.Kind {
	case Declare:
		s = fmt.Sprintf("declares %s %d", e.Note, e.Arg)
	case Poll:
		s = fmt.Sprintf("poll %d%s, lent h%d", e.Poll, of(), e.Handle)
		if e.Arg > 0 {
			s += fmt.Sprintf(" of waker %d", e.Arg)
		}
		if e.Note != "" {
			s += ", " + e.Note
		}
	case Pending, FutureDrop, Push, Leave, Reachable:
		s = e.Kind.String() + of()
	case Ready:
		s = fmt.Sprintf("ready%s: %d", of(), e.Arg)
	case Panicked:
		s = "panics: " + e.Note
	case Clone:
		if e.Handle == 0 {
			s = fmt.Sprintf("new h%d%s", e.Arg, of())
		} else {
			s = fmt.Sprintf("clone h%d to h%d%s", e.Handle, e.Arg, of())
		}
	case Wake, WakeByRef, Drop:
		s = fmt.Sprintf("%s h%d%s", e.Kind, e.Handle, of())
	case Return:
		s = "returns"
		if e.Arg != 0 {
			s = fmt.Sprintf("returns %d", e.Arg)
		}
		if e.Note != "" {
			s = e.Note
		}
	case Joined:
		s = fmt.Sprintf("join%s: %d", of(), e.Arg)
		if e.Note != "" {
			s = fmt.Sprintf("join%s: %s", of(), e.Note)
		}
	case Spawn:
		s = fmt.Sprintf("spawn %d on subject %d", e.Task, e.Arg)
	case Cancel:
		s = "cancel" + of()
	case Run:
		s = fmt.Sprintf("run of subject %d", e.Arg)
	case Nest:
		s = fmt.Sprintf("a run inside poll %d%s", e.Poll, of())
	case Park:
		s = "park"
		if e.Arg > 0 {
			s = "park for " + time.Duration(e.Arg).String()
		} else if e.Arg < 0 {
			s = "park with a timeout of zero"
		}
	case Took:
		s = fmt.Sprintf("%v have passed", time.Duration(e.Arg))
	case Add, Assert, Clear:
		s = fmt.Sprintf("%s waker %d", e.Kind, e.Handle)
	case Fetch:
		s = "fetch"
		if e.Arg > 0 {
			s = "fetch, and wait"
		}
	case Elsewhere:
		s = "waits for something else"
	case Exit:
		s = "ends"
	case Timer:
		s = fmt.Sprintf("timer%s set for %v", of(), time.Duration(e.Arg))
	case Due, Rang:
		s = "timer" + of() + " " + map[Kind]string{Due: "is due", Rang: "calls back"}[e.Kind]
	case Spuriously:
		s = "a park returns without a token"
	case Watch:
		s = fmt.Sprintf("join%s polled, lent h%d: %s", of(), e.Handle, e.Note)
	case Told:
		s = fmt.Sprintf("joiner%s woken by h%d", of(), e.Handle)
	case Unwatch:
		s = fmt.Sprintf("join%s given up, %d clones live", of(), e.Arg)
	case Unparks:
		s = fmt.Sprintf("counts %d unparks", e.Arg)
	case Wakes:
		s = fmt.Sprintf("waker %d counts %d wakes", e.Task, e.Arg)
	case Live:
		s = fmt.Sprintf("waker %d counts %d live", e.Task, e.Arg)
	case Compare:
		s = fmt.Sprintf("will h%d wake what h%d does? %s", e.Handle, e.Arg, e.Note)
	case Replace:
		s = fmt.Sprintf("h%d%s becomes a clone of h%d", e.Handle, of(), e.Arg)
	case Near:
		s = fmt.Sprintf("waker %d has room for %d clones", e.Task, e.Arg)
	case Inject:
		s = fmt.Sprintf("call %d of foreign code will panic%s", e.Arg, of())
	case Reenter:
		s = fmt.Sprintf("the waker's own code, in a call of h%d, calls the future: %s", e.Handle, e.Note)
	case Reentered:
		s = "and comes back"
	case Started:
		s = "the work has begun"
	case Held:
		s = fmt.Sprintf("%d values are held", e.Arg)
	case Freed:
		s = fmt.Sprintf("waker %d says freed", e.Task)
	case Call, Start, Block:
		s = fmt.Sprintf("%s %d: %s", e.Kind, e.Task, called(e.Note, e.Arg))
	case Enabled:
		s = fmt.Sprintf("the model would let %d go on", e.Task)
	case Disorder:
		s = "no order of the operations explains their results"
	case Wedged:
		s = fmt.Sprintf("%s of %d waits for itself", e.Note, e.Task)
	case Advance:
		s = fmt.Sprintf("%v pass", time.Duration(e.Arg))
	case Rest:
		s = fmt.Sprintf("at rest (%s)", Evidence(e.Arg))
	default:
		s = e.Kind.String()
	}
	return harmless(s)
}
