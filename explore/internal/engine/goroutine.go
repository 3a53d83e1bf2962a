package engine

import (
	"runtime"
	"unsafe"
)

// caller returns the running thread, which must be who calls. A goroutine that
// is none, such as one that the body has started by a go statement, cannot be
// explored, and would do what it does as if it were the running thread: that is
// the end of the process. Whether it is one is told by where its stack lies.
func (e *Engine) caller() *Thread {
	var here byte
	t := e.running
	if at := uintptr(unsafe.Pointer(&here)); t == nil || t.co == nil || at-t.co.low > t.co.span {
		t.admit(at)
	}
	return t
}

// admit looks at the stack, which address at is part of, whether it is that of
// t, and remembers the address if it is.
func (t *Thread) admit(at uintptr) {
	const near = 8 << 10 // what is farther off may be where the stack was before it moved
	if !inThread() {
		panic("explore: a goroutine that is no thread of the exploration uses a shim while one goes on; " +
			"start it with X.Go or explore/shim/runtime.Go, and let no test that uses shims without exploring run at the same time")
	}
	c := t.co
	switch {
	case at < c.low && c.low-at < near:
		c.low, c.span = at, c.span+(c.low-at)
	case at > c.low && at-c.low < near:
		c.span = at - c.low
	default:
		c.low, c.span = at, 0
	}
}

// inThread reports whether the calling goroutine runs a thread.
func inThread() bool {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		frames := runtime.CallersFrames(pcs[:n])
		for more := n > 0; more; {
			var f runtime.Frame
			if f, more = frames.Next(); f.Function == bottom {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

// bottom is where the stack of a thread begins.
const bottom = "github.com/wakecheck/wakecheck/explore/internal/engine.(*Engine).call"
