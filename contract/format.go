package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// FormatResult is the text of a result for people: the law, got and want, the
// scenario, the trace, and who is to blame. It ends with a newline.
func FormatResult(r Result) string {
	var b strings.Builder
	if law, ok := lawOf(r.Law); ok {
		b.WriteString(wrap(fmt.Sprintf("%s %s: %s", law.ID, law.Name, law.Says)))
	} else {
		fmt.Fprintf(&b, "%s: the plug, or what it plugs in, is not what the door expects.\n", r.Law)
	}
	b.WriteString(wrap(fmt.Sprintf("%s: %s", r.Verdict, harmless(r.Reason))))
	if r.Verdict == Violated || r.Verdict == Known {
		if r.Blame != "" {
			fmt.Fprintf(&b, "blame: %s\n", r.Blame)
		}
		b.WriteString(wrap("evidence: " + r.Evidence.Meaning()))
		if r.Tries != "" {
			how := "raced"
			if r.Schedule != "" {
				how = "explored"
			}
			fmt.Fprintf(&b, "%s: %s\n", how, r.Tries)
		}
	}
	if r.Scenario != nil {
		fmt.Fprintf(&b, "\nscenario:\n%s", FormatScenario(*r.Scenario))
	}
	if len(r.Trace) > 0 {
		fmt.Fprintf(&b, "\ntrace:\n%s", FormatTrace(r.Trace, r.At))
	}
	return b.String()
}

// textWidth is where the lines of a result's text are broken.
const textWidth = 88

// wrap breaks the lines of s between words, and indents what continues one.
func wrap(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		width := 0
		for i, word := range strings.Fields(line) {
			if n := utf8.RuneCountInString(word); i > 0 && width+1+n > textWidth {
				b.WriteString("\n    ")
				width = 4 + n
			} else {
				if i > 0 {
					b.WriteByte(' ')
				}
				width += 1 + n
			}
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// FormatScenario is the text of a scenario, a line for each task and each
// operation.
func FormatScenario(sc Scenario) string {
	var b strings.Builder
	if sc.Subjects > 1 {
		fmt.Fprintf(&b, "  %d subjects side by side\n", sc.Subjects)
	}
	for i, s := range sc.Scripts {
		fmt.Fprintf(&b, "  %s:", sc.scriptName(i))
		for _, t := range s.Turns {
			var ops []string
			for _, op := range t.Ops {
				ops = append(ops, op.inTurn(sc.Door))
			}
			fmt.Fprintf(&b, " pending%s,", bracketed(ops))
		}
		if i%2 == 0 {
			b.WriteString(" wakes itself,")
		}
		b.WriteString(" ready")
		if len(s.Drop) > 0 {
			var ops []string
			for _, op := range s.Drop {
				ops = append(ops, op.inTurn(sc.Door))
			}
			b.WriteString("; when dropped" + bracketed(ops))
		}
		b.WriteString("\n")
	}
	for _, f := range sc.Faults {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	if sc.Raced {
		b.WriteString("  all threads at once:\n")
	}
	for _, op := range sc.Ops {
		if thread := sc.threadOf(op); thread > 0 {
			fmt.Fprintf(&b, "  thread %d: %s\n", thread, op.at(sc.Door))
		} else {
			fmt.Fprintf(&b, "  %s\n", op.at(sc.Door))
		}
	}
	fmt.Fprintf(&b, "  then %s\n", ends[sc.Door])
	return b.String()
}

// threadOf is the thread that does op, as the trace numbers it; 0: the driver. Of a
// future, one fires, one wakes earlier wakers, and the others poll.
func (sc *Scenario) threadOf(op Op) int {
	if sc.Door != FutureDoor || op.Thread == 0 {
		return op.Thread
	}
	switch {
	case op.Do == DoFire:
		return 1
	case op.Do == DoStale:
		return 2
	case op.Do == DoPoll && sc.Raced:
		return firstPoller
	case op.Do == DoPoll:
		return firstPoller + (op.Thread-1)%pollers
	}
	return op.Thread
}

// ends says how each door's driver brings a scenario to its end.
var ends = map[Door]string{
	WakerDoor:    "every handle that is left is dropped",
	ParkerDoor:   "it is unparked as long as it is parked",
	FutureDoor:   "it is fired, if it has a Fire, and polled whenever it is woken, until it is ready",
	ExecutorDoor: "thread 1 spawns what is not spawned and wakes what has not ended, until all has",

	CombinatorDoor: "it is polled whenever it is woken, and thread 1 wakes one child after the other, until it is ready",
	PrimitiveDoor:  "each operation that may wait is begun once more, and what was taken is given back, until nothing waits",
}

// called is an operation of a primitive with its argument; 0 is none.
func called(name string, arg int) string {
	if arg == 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, arg)
}

func bracketed(ops []string) string {
	if len(ops) == 0 {
		return ""
	}
	return " (" + strings.Join(ops, "; ") + ")"
}

func (op Op) inTurn(door Door) string {
	switch op.Do {
	case DoClone:
		return "clones its waker and drops the clone"
	case DoSpin:
		return fmt.Sprintf("wakes itself in every poll, during %d of the combinator", max(op.N, 1))
	case DoSelf:
		return "wakes itself" + times(op.N)
	case DoLinger:
		return fmt.Sprintf("lingers for %v", op.For)
	case DoNest:
		if door == CombinatorDoor && op.Task > 0 {
			return fmt.Sprintf("blocks on a fresh combinator inside, during which child %d is woken", op.Task)
		}
		return "runs a fresh subject inside"
	case DoPanic:
		return "panics"
	case DoForget:
		return "drops its handles"
	case DoTimer:
		return fmt.Sprintf("sets the executor's timer for %v", op.For)
	}
	return op.at(door)
}

// String says what op does, without its thread.
func (op Op) String() string {
	var s strings.Builder
	s.WriteString(string(op.Do))
	switch op.Do {
	case DoClone, DoWake, DoWakeByRef, DoDrop:
		if op.Do == DoDrop && op.Task > 0 { // of a primitive
			return fmt.Sprintf("give up waiter %d", op.Task)
		}
		if op.Task == 0 && op.Do != DoDrop {
			s.WriteString(op.liveHandle())
		}
	case DoCompare:
		fmt.Fprintf(&s, " handle %d with handle %d", op.Handle, op.With)
	case DoReplace:
		fmt.Fprintf(&s, " handle %d onto handle %d", op.With, op.Handle)
	case DoAdd, DoAssert, DoClear:
		return fmt.Sprintf("%s waker %d", op.Do, op.Handle+1)
	case DoFetch:
		if op.N > 0 {
			return "fetch, and wait"
		}
	case DoTryPark:
		return "park with a timeout of zero"
	case DoElsewhere:
		return "wait elsewhere, or come back from there"
	case DoExit:
		return "end the goroutine that parks"
	case DoNear:
		return fmt.Sprintf("near: waker %d has room for %d clones more", op.Handle%2+1, op.N)
	case DoInject, DoReenter:
		what := map[Do]string{DoInject: "panics", DoReenter: "calls the future"}[op.Do]
		return fmt.Sprintf("%s: %s %d of waker %d from now %s", op.Do, [...]string{"clone", "wake", "drop"}[op.With%slots], max(op.N, 1), op.Handle+1, what)
	case DoPoll:
		if op.Task > 0 {
			fmt.Fprintf(&s, " waiter %d", op.Task)
		}
		fmt.Fprintf(&s, " with waker %d", op.Handle+1)
		if op.Task == 0 && op.With > 0 {
			fmt.Fprintf(&s, " (%s)", wakerKinds[op.With%len(wakerKinds)])
		}
		return s.String()
	case DoBegin, DoMake:
		s.WriteString(" " + called(op.Name, op.N))
		if op.Handle > 0 { // else the first one, if it takes a waker at all
			fmt.Fprintf(&s, " with waker %d", op.Handle+1)
		}
		return s.String()
	}
	if op.Task > 0 {
		fmt.Fprintf(&s, " task %d", op.Task)
	}
	s.WriteString(times(op.N))
	if op.For > 0 {
		fmt.Fprintf(&s, " for %v", op.For)
	}
	return s.String()
}

// liveHandle names the handle of a waker that op is done to.
func (op Op) liveHandle() string {
	return fmt.Sprintf(" a live handle (number %d of them)", op.Handle+1)
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(", %d times", n)
}

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

// harmless makes text that comes from a subject safe to print: control
// characters other than newlines and tabs, and those that change the direction
// of the text, become question marks.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '?'
		}
		return r
	}, s)
}
