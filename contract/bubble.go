package contract

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An ending says how a run in a bubble ended.
type ending struct {
	deadlock string // what synctest said: all blocked, or goroutines are left
	panicked any    // a panic of the body, with stack
	stack    string
	goexit   bool
	lost     string // the run did not settle: what its goroutines were doing
	stuck    bool   // lost, and every goroutine of the run was waiting
}

// A bubbler runs one body after the other, each in a testing/synctest bubble of
// its own. All bubbles have the same root goroutine, by whose number the
// stacks of a bubble can be found from outside.
type bubbler struct {
	bodies chan func(testing.TB)
	ended  chan ending
	root   string // the root's header in a stack dump, up to its state
	timer  *time.Timer
}

// lookAfter is when a run that has not ended is looked at. Time only chooses
// when to look, never what is said.
const lookAfter = 200 * time.Millisecond

// looks is how often a run that makes no visible progress is looked at before
// it is given up as lost.
const looks = 50

func newBubbler() *bubbler {
	b := &bubbler{timer: time.NewTimer(time.Hour)}
	b.start()
	return b
}

func (b *bubbler) start() {
	b.bodies, b.ended = make(chan func(testing.TB)), make(chan ending, 1)
	root := make(chan string)
	go serve(b.bodies, b.ended, root)
	b.root = <-root
}

func serve(bodies chan func(testing.TB), ended chan ending, root chan string) {
	root <- header()
	for body := range bodies {
		ended <- bubble(body)
	}
}

// close ends the root goroutine.
func (b *bubbler) close() { close(b.bodies); b.timer.Stop() }

// run runs body in a bubble. It returns when the bubble has ended, or when its
// goroutines can be shown never to end; look is called each time that the run
// is looked at.
func (b *bubbler) run(body func(testing.TB), look func()) ending {
	b.bodies <- body
	b.timer.Reset(lookAfter)
	for n := 1; ; n++ {
		select {
		case e := <-b.ended:
			return e
		case <-b.timer.C:
		}
		look()
		b.timer.Reset(lookAfter)
		all, dump := b.waiting()
		if !all && n < looks {
			continue
		}
		select {
		case e := <-b.ended: // it ended while it was looked at
			return e
		default:
		}
		close(b.bodies)
		b.start()
		return ending{lost: dump, stuck: all}
	}
}

// waiting reports whether every goroutine of the running bubble waits, in one
// instant, and returns their stacks.
func (b *bubbler) waiting() (all bool, dump string) {
	gs := goroutines()
	id := ""
	for _, g := range gs {
		if strings.HasPrefix(g, b.root) {
			id = bubbleOf(g)
		}
	}
	if id == "" {
		return false, ""
	}
	all = true
	var out strings.Builder
	for _, g := range gs {
		if bubbleOf(g) != id || strings.HasPrefix(g, b.root) {
			continue
		}
		if !waits(g) {
			all = false
		}
		out.WriteString(g)
		out.WriteString("\n\n")
	}
	return all, out.String()
}

// bubble runs body in a fresh bubble on this goroutine.
func bubble(body func(testing.TB)) (e ending) {
	returned := false
	defer func() {
		if p := recover(); p != nil {
			e.deadlock = fmt.Sprint(p) // only synctest itself panics here
		}
	}()
	synctest.Test(new(testing.T), func(t *testing.T) {
		defer func() {
			if p := recover(); p != nil {
				e.panicked, e.stack = p, string(debug.Stack())
			} else if !returned {
				e.goexit = true
			}
		}()
		body(t)
		returned = true
	})
	return e
}

// goroutines returns the stacks of all goroutines, taken in one instant.
func goroutines() []string {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			return strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")
		}
		buf = make([]byte, 2*len(buf))
	}
}

// header returns "goroutine N " of this goroutine.
func header() string {
	var buf [64]byte
	s := string(buf[:runtime.Stack(buf[:], false)])
	return s[:strings.Index(s, "[")]
}

// bubbleOf returns the number of the bubble that a goroutine's stack names, or
// "".
func bubbleOf(stack string) string {
	line, _, _ := strings.Cut(stack, "\n")
	_, id, found := strings.Cut(line, "synctest bubble ")
	if !found {
		return ""
	}
	return strings.TrimRight(id, "]:")
}

// waits reports whether the goroutine of this stack waits for another
// goroutine: not running, not about to, not asleep, not in a system call. A
// semacquire is not such a wait: it may be the runtime's own, for the moment in
// which the stacks are taken.
func waits(stack string) bool {
	_, state, _ := strings.Cut(stack, "[")
	state, _, _ = strings.Cut(state, "]")
	state, _, _ = strings.Cut(state, ",")
	state = strings.TrimSuffix(state, " (durable)")
	switch state {
	case "chan receive", "chan send", "chan receive (nil chan)", "chan send (nil chan)",
		"select", "select (no cases)", "synctest.Run", "synctest.Wait",
		"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock",
		"sync.Cond.Wait", "sync.WaitGroup.Wait", "coroutine":
		return true
	}
	return false
}
