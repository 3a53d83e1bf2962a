package contract

import (
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// A goroutine is one entry of a stack dump.
type goroutine struct {
	id     string
	state  string // what it does: running, chan receive, …
	bubble string // number of its testing/synctest bubble, or ""
	inside bool   // what it waits for is of its bubble: testing/synctest calls it durable
	stack  string // the whole entry
}

// dumping serializes stack dumps, so that one which waits for another to end can
// be told from a goroutine that waits: by where it waits.
var dumping sync.Mutex

// dumpBuffer is what dumps are written into; dumping guards it.
var dumpBuffer = make([]byte, 1<<16)

// goroutines returns all goroutines, in one instant.
func goroutines() []goroutine {
	dumping.Lock()
	defer dumping.Unlock()
	for {
		n := runtime.Stack(dumpBuffer, true)
		if n < len(dumpBuffer) {
			return parseDump(string(dumpBuffer[:n]))
		}
		dumpBuffer = make([]byte, 2*len(dumpBuffer))
	}
}

func parseDump(dump string) []goroutine {
	var gs []goroutine
	for _, stack := range strings.Split(strings.TrimSpace(dump), "\n\n") {
		line, _, _ := strings.Cut(stack, "\n")
		head, notes, ok := strings.Cut(line, " [")
		if !ok {
			continue
		}
		g := goroutine{id: strings.TrimPrefix(head, "goroutine "), stack: stack}
		notes, _, _ = strings.Cut(notes, "]")
		for i, note := range strings.Split(notes, ", ") {
			if i == 0 {
				g.state, g.inside = strings.CutSuffix(note, " (durable)")
			}
			if id, ok := strings.CutPrefix(note, "synctest bubble "); ok {
				g.bubble = id
			}
		}
		if g.state == "sync.Mutex.Lock" && strings.Contains(stack, ownPackage+".goroutines(") {
			g.state = "running" // it is about to take a dump, and not of the subject
		}
		gs = append(gs, g)
	}
	return gs
}

// goroutineID returns the number of this goroutine.
func goroutineID() string {
	var buf [64]byte
	head, _, _ := strings.Cut(string(buf[:runtime.Stack(buf[:], false)]), " [")
	return strings.TrimPrefix(head, "goroutine ")
}

// waits reports whether g waits for another goroutine: it is not running, not
// about to, not asleep, not in a system call, and not in the garbage collector.
func (g goroutine) waits() bool {
	switch g.state {
	case "chan receive", "chan send", "chan receive (nil chan)", "chan send (nil chan)",
		"select", "select (no cases)", "synctest.Run", "synctest.Wait",
		"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock",
		"sync.Cond.Wait", "sync.WaitGroup.Wait", "coroutine":
		return true
	}
	return false
}

// harness reports whether g waits in code of this package, and so for the
// subject: that says nothing of why the subject goes on.
func (g goroutine) harness() bool {
	if !g.waits() && g.state != "sleep" {
		return false
	}
	for line := range strings.Lines(g.stack) {
		name, _, isCall := strings.Cut(line, "(")
		switch {
		case !isCall, strings.HasPrefix(line, "goroutine "), strings.HasPrefix(line, "\t"):
		case strings.HasPrefix(name, "runtime."), strings.HasPrefix(name, "sync."), strings.HasPrefix(name, "time."),
			strings.HasPrefix(name, "internal/"), strings.HasPrefix(name, "testing/synctest."):
		default:
			return strings.HasPrefix(line, ownPackage+".")
		}
	}
	return false
}

// ownPackage is the import path of this package.
const ownPackage = "github.com/wakecheck/wakecheck/contract"

// waitsForLock reports whether g waits for a lock, which never is durable.
func (g goroutine) waitsForLock() bool {
	return strings.HasPrefix(g.state, "sync.Mutex.") || strings.HasPrefix(g.state, "sync.RWMutex.")
}

// othersWait reports whether every goroutine of the bubble that self is in
// waits, self excepted. While a goroutine works for the garbage collector the
// runtime takes it out of its bubble, so one without a bubble counts as well,
// unless it is known to be outside or cannot be in that work.
func othersWait(gs []goroutine, self string, outside map[string]bool) bool {
	bubble := ""
	for _, g := range gs {
		if g.id == self {
			bubble = g.bubble
		}
	}
	for _, g := range gs {
		if g.id == self || g.waits() || outside[g.id] {
			continue
		}
		if g.bubble == bubble || g.bubble == "" && g.state != "syscall" && g.state != "IO wait" && g.state != "sleep" {
			return false
		}
	}
	return true
}

// leftOvers says what the goroutines of the latest bubble are doing that have
// outlived it.
func leftOvers() string {
	latest, where := 0, []string(nil)
	for _, g := range goroutines() {
		n, err := strconv.Atoi(g.bubble)
		if err != nil || n < latest || g.state == "synctest.Run" {
			continue
		}
		if n > latest {
			latest, where = n, nil
		}
		lines := strings.Split(g.stack, "\n")
		where = append(where, g.state+" in "+strings.TrimSpace(lines[min(1, len(lines)-1)])+" at "+strings.TrimSpace(lines[min(2, len(lines)-1)]))
	}
	return strings.Join(where, "; ")
}
