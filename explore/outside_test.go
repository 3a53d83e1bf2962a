package explore_test

import (
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// A goroutine that the exploration does not know of is not taken for a thread.
func TestGoStatements(t *testing.T) {
	for name, use := range map[string]func(x *explore.X){
		"atomic":  func(*explore.X) { new(atomic.Int32).Add(1) },
		"lock":    func(*explore.X) { new(sync.Mutex).Lock() },
		"channel": func(*explore.X) { channel.Send(make(chan int, 1), 1) },
		"Var":     func(*explore.X) { new(explore.Var[int]).Set(1) },
		"X.Go":    func(x *explore.X) { x.Go("", func() {}) },
		"Go":      func(*explore.X) { runtime.Go(func() {}) },
		"Choose":  func(x *explore.X) { x.Choose(2) },
	} {
		t.Run(name, func(t *testing.T) {
			var got any
			r := check(t, explore.Config{}, func(x *explore.X) {
				x.Go("", func() { new(atomic.Int32).Add(1) })
				ended := make(chan bool)
				go func() {
					defer close(ended)
					defer func() { got = recover() }()
					use(x)
				}()
				<-ended
			})
			if !strings.HasPrefix(fmt.Sprint(got), "explore: a goroutine that is no thread of the exploration") || r.Failure != nil {
				t.Errorf("got %v and %v", got, r.Failure)
			}
		})
	}
}

// However deep in its stack a thread is, it is one.
func TestDeepStacks(t *testing.T) {
	r := check(t, explore.Config{}, func(x *explore.X) {
		var n atomic.Int32
		var down func(depth int)
		down = func(depth int) {
			var frame [256]byte
			if depth > 0 {
				down(depth - 1)
			}
			if frame[depth%256] == 0 && depth%20 == 0 {
				n.Add(1)
			}
		}
		x.Go("", func() { down(200) })
		x.Go("", func() { n.Load() })
	})
	if !r.Proved || r.Executions != 12 {
		t.Errorf("got %v\n%v", r, r.Failure)
	}
}

// The test's own goroutine may be locked to a thread of the operating system.
func TestLockedToAThread(t *testing.T) {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	if r := check(t, explore.Config{}, counter); !r.Proved {
		t.Errorf("got %v", r)
	}
}

// A body that explores would wait for its own end.
func TestCheckInABody(t *testing.T) {
	var err error
	var r explore.Result
	check(t, explore.Config{}, func(x *explore.X) {
		x.Go("", func() {
			new(atomic.Int32).Add(1)
			r, err = explore.Check(func(*explore.X) {})
		})
	})
	if err == nil || err.Error() != "explore: a body cannot itself explore" || r.Executions != 0 {
		t.Errorf("got %v, %v", r, err)
	}
}
