package main

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/report"
	"github.com/wakecheck/wakecheck/wakers"
)

type tourCmd struct {
	JSON bool `name:"json" help:"Print one JSON document instead of the lesson: what it measured."`
}

// patient is how long the last comparison waits for its event.
const patient = 200 * time.Millisecond

// A lesson is what the tour found, chapter by chapter.
type lesson struct {
	Version int           `json:"version"`
	Noop    []polled      `json:"noop"`     // chapter 1: Countdown(3), polled by hand
	Counted []polled      `json:"counting"` // chapter 2: Countdown(5)
	Parked  []string      `json:"parked"`   // chapter 3: what happens, in order
	Silent  hang          `json:"silent"`   // chapter 4
	Spin    patience      `json:"spin"`     // and side by side: busy polling
	BlockOn patience      `json:"block_on"` // … and waking
	Wait    time.Duration `json:"wait_ns"`
}

// A polled is what one poll answered, and what its waker had counted by then.
type polled struct {
	Poll  int  `json:"poll"`
	Ready bool `json:"ready"`
	Value int  `json:"value,omitempty"`
	Wakes int  `json:"wakes"`
}

// A hang is how the silent future was found out.
type hang struct {
	Ready bool            `json:"ready"` // what its one poll answered
	Wakes int             `json:"wakes"` // of the task, by anybody, since
	Live  int             `json:"live"`  // handles that somebody else than the executor holds
	Law   contract.Result `json:"law"`   // what contract.CheckFuture says of F1
}

// A patience is how an executor waited for an event.
type patience struct {
	Polls   int           `json:"polls"`
	CPU     time.Duration `json:"cpu_ns"`
	CPUSeen bool          `json:"cpu_measured"` // the system says how much
	Took    time.Duration `json:"took_ns"`
}

func (c *tourCmd) run(e *env) (int, error) {
	l, err := learn(patient)
	if err != nil {
		return 0, err
	}
	if c.JSON {
		return exitKept, report.WriteJSON(e.stdout, l)
	}
	return exitKept, l.tell(e.stdout)
}

// learn goes through the chapters. The comparison waits for d.
func learn(d time.Duration) (*lesson, error) {
	l := &lesson{Version: report.Version, Wait: d}
	l.Noop = pollByHand()
	l.Counted = count()
	l.Parked = park()
	l.Silent = silence()
	var err error
	if l.Spin, err = wait(d, func(f futures.Future[struct{}]) { executor.Spin(f) }); err != nil {
		return nil, err
	}
	if l.BlockOn, err = wait(d, func(f futures.Future[struct{}]) { executor.BlockOn(f) }); err != nil {
		return nil, err
	}
	return l, nil
}

// pollByHand polls Countdown(3) with a waker that does nothing.
func pollByHand() []polled {
	var w wakers.Waker
	wakers.Noop{}.InitWaker(&w)
	defer w.Drop()
	return pollAll(futures.NewCountdown(3), &w, func() int { return 0 })
}

// count polls Countdown(5) with a waker that counts.
func count() []polled {
	var c wakers.Counting
	var w wakers.Waker
	c.InitWaker(&w)
	defer w.Drop()
	return pollAll(futures.NewCountdown(5), &w, c.Wakes)
}

func pollAll(f futures.Future[int], w *wakers.Waker, wakes func() int) []polled {
	cx := futures.NewContext(w)
	var polls []polled
	for n := 1; ; n++ {
		v, ready := f.Poll(cx)
		polls = append(polls, polled{Poll: n, Ready: ready, Value: v, Wakes: wakes()})
		if ready {
			return polls
		}
	}
}

// park drives a future with a parked goroutine. Its first pending poll wakes the
// task before the park; its second is woken by another goroutine, after the park
// or just before: the token makes it the same.
func park() []string {
	var p wakers.Parking
	var w wakers.Waker
	p.InitWaker(&w)
	defer w.Drop()
	cx := futures.NewContext(&w)
	var story []string
	say := func(format string, args ...any) { story = append(story, fmt.Sprintf(format, args...)) }

	countdown := futures.NewCountdown(1)
	_, ready := countdown.Poll(cx)
	say("Countdown(1), poll 1: %s; it woke the task already, which made the token", answer(ready))
	p.Park()
	say("park: returned at once, for the token was there; nobody else could have ended it")
	_, ready = countdown.Poll(cx)
	say("Countdown(1), poll 2: %s", answer(ready))

	var event futures.Event
	waiting := event.Wait()
	_, ready = waiting.Poll(cx)
	say("Event, poll 1: %s; it keeps a clone of the waker", answer(ready))
	fired := make(chan struct{})
	go func() { event.Fire(); close(fired) }()
	p.Park()
	<-fired
	say("park: returned when another goroutine fired the event and so woke the task")
	_, ready = waiting.Poll(cx)
	say("Event, poll 2: %s", answer(ready))
	return story
}

func answer(ready bool) string {
	if ready {
		return "ready"
	}
	return "pending"
}

// silence polls the silent future once and looks who could wake it, and then has
// package contract look.
func silence() hang {
	var c wakers.Counting
	var w wakers.Waker
	c.InitWaker(&w)
	_, ready := futures.NewSilent(3).Poll(futures.NewContext(&w))
	h := hang{Ready: ready, Wakes: c.Wakes(), Live: c.Live() - 1} // without ours
	w.Drop()
	found := contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewSilent(3), Want: 3}
	})
	h.Law, _ = found.Result("F1")
	return h
}

// wait runs a future that becomes ready when a byte arrives on a connection,
// and measures how the executor waits for it.
func wait(d time.Duration, run func(futures.Future[struct{}])) (patience, error) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	sent := make(chan error, 1)
	begin := time.Now()
	time.AfterFunc(d, func() {
		_, err := theirs.Write([]byte{1})
		sent <- cmp.Or(err, theirs.Close())
	})
	r := futures.NewReader(ours)
	readable := futures.Readable(r)
	p := patience{}
	before, _ := cpuTime()
	run(futures.Func[struct{}](func(cx *futures.Context) (struct{}, bool) {
		p.Polls++
		return readable.Poll(cx)
	}))
	after, ok := cpuTime()
	p.CPU, p.CPUSeen, p.Took = after-before, ok, time.Since(begin)
	if _, err := r.Read(make([]byte, 1)); err != nil && err != io.EOF {
		return p, fmt.Errorf("reading the byte that the tour sends itself: %w", err)
	}
	if err := <-sent; err != nil {
		return p, fmt.Errorf("sending the byte that the tour waits for: %w", err)
	}
	return p, nil
}

// tell writes the lesson for people.
func (l *lesson) tell(out io.Writer) error {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	say("1. Polling by hand")
	say("")
	say("A future does nothing by itself. It is polled, and answers pending or ready. Countdown(3) is")
	say("pending three times. The waker lent to it is Noop: it wakes nobody, so we poll again unasked.")
	say("")
	for _, p := range l.Noop {
		say("    poll %d: %s", p.Poll, p.answer())
	}

	say("")
	say("2. Counting wakes")
	say("")
	say("Before it answers pending, a future arranges that its task is woken when it can go on.")
	say("Countdown wakes at once. A waker that counts shows one wake for each pending of Countdown(5).")
	say("")
	for _, p := range l.Counted {
		say("    poll %d: %-10s wakes so far: %d", p.Poll, p.answer(), p.Wakes)
	}

	say("")
	say("3. The parked thread")
	say("")
	say("An executor need not poll in vain. It parks, and the waker unparks it. An unpark that comes")
	say("first is not lost: it leaves a token, and the next park takes the token and returns at once.")
	say("")
	for _, line := range l.Parked {
		say("    %s", line)
	}

	say("")
	say("4. The silent future")
	say("")
	say("Silent is Countdown without the wake. Under an executor that parks it hangs for ever: proved,")
	say("without waiting for a timeout or for Ctrl+C, since nobody is left who could wake the task.")
	say("")
	say("    poll 1: %s", answer(l.Silent.Ready))
	say("    wakes: %d", l.Silent.Wakes)
	say("    handles of its waker that anybody still holds: %d", l.Silent.Live)
	if l.Silent.Law.Verdict == contract.Violated {
		say("")
		say("Package contract finds it too, and says who is to blame:")
		say("")
		for text := range strings.Lines(contract.FormatResult(l.Silent.Law)) {
			b.WriteString(strings.TrimRight("    "+text, " \n") + "\n")
		}
	}

	say("")
	say("Busy polling against waking")
	say("")
	say("One future, ready when a byte arrives after %v. Spin polls until then; BlockOn parks.", l.Wait)
	say("")
	say("    %-8s %14s %16s %12s", "", "polls", "CPU time", "took")
	for _, row := range []struct {
		name string
		p    patience
	}{{"Spin", l.Spin}, {"BlockOn", l.BlockOn}} {
		cpu := "not measured"
		if row.p.CPUSeen {
			cpu = row.p.CPU.Round(10 * time.Microsecond).String()
		}
		say("    %-8s %14d %16s %12s", row.name, row.p.Polls, cpu, row.p.Took.Round(time.Millisecond))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (p polled) answer() string {
	if p.Ready {
		return fmt.Sprintf("ready, %d", p.Value)
	}
	return "pending"
}
