// Package runtime stands for what a program does with package runtime, and with
// the go statement, where that has a meaning to the exploration of its
// schedules: Go starts a thread, Gosched lets others run, and a Token is what
// parking a thread by other means than those of package sync is made of.
package runtime

import (
	"runtime"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Go is the go statement: it starts a goroutine that runs f. While an
// exploration runs that is a thread, and an execution at whose end it waits for
// ever fails: it is a leak.
func Go(f func()) {
	if e := engine.Cur; e != nil {
		e.Go("", f, engine.Daemon)
		return
	}
	go f()
}

// Gosched lets other goroutines run. While an exploration runs it changes
// nothing: they may run between any two operations.
func Gosched() {
	if e := engine.Cur; e != nil {
		e.Yield("gosched")
		return
	}
	runtime.Gosched()
}
