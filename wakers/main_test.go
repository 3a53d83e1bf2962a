package wakers

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A probe is a waker that counts the calls of its functions and then runs hooks
// in them. It is for one goroutine.
type probe struct {
	clones, wakes, wakesByRef, drops int
	onClone, onWake, onDrop          func()
}

var probeVTable = VTable[probe]{
	Clone:     func(p *probe) *probe { p.clones++; run(p.onClone); return p },
	Wake:      func(p *probe) { p.wakes++; run(p.onWake) },
	WakeByRef: func(p *probe) { p.wakesByRef++; run(p.onWake) },
	Drop:      func(p *probe) { p.drops++; run(p.onDrop) },
}

func run(hook func()) {
	if hook != nil {
		hook()
	}
}

// fill makes w a handle of p.
func (p *probe) fill(w *Waker) { w.Init(probeVTable.Raw(p)) }

// want fails t unless the calls so far are these.
func (p *probe) want(t *testing.T, clones, wakes, wakesByRef, drops int) {
	t.Helper()
	if p.clones != clones || p.wakes != wakes || p.wakesByRef != wakesByRef || p.drops != drops {
		t.Errorf("clone, wake, wake by ref, drop were called %d, %d, %d, %d times; want %d, %d, %d, %d",
			p.clones, p.wakes, p.wakesByRef, p.drops, clones, wakes, wakesByRef, drops)
	}
}

// panicking runs f and returns the text it panics with.
func panicking(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		t.Helper()
		got := recover()
		if got == nil {
			t.Fatal("no panic")
		}
		text, _ = got.(string)
	}()
	f()
	return
}

// wantPanic fails t unless f panics with a text that has all parts.
func wantPanic(t *testing.T, f func(), parts ...string) {
	t.Helper()
	text := panicking(t, f)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("panicked with %q; want a text with %q", text, part)
		}
	}
}
