package context_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	shim "github.com/wakecheck/wakecheck/explore/shim/context"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// foreign is a context of another package.
type foreign struct{ context.Context }

// rerouted is one that is done when it likes.
type rerouted struct {
	context.Context
	done chan struct{}
}

func (r rerouted) Done() <-chan struct{} { return r.done }

// afterFuncer is one that can call a function when it is done.
type afterFuncer struct {
	rerouted
	f *func()
}

func (a afterFuncer) AfterFunc(f func()) func() bool {
	*a.f = f
	return func() bool { *a.f = nil; return true }
}

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}

// look tells all about a context.
func look(name string, c context.Context) string {
	done := "not done"
	if channel.Select(true, channel.RecvCase(c.Done(), nil, nil)) == 0 {
		done = "done"
	}
	_, ok := c.Deadline()
	return fmt.Sprintf("%s: %s, %v, %v, %v\n", name, done, c.Err(), shim.Cause(c), ok)
}

type keyType int

// use uses the whole package by one thread, and tells what it saw.
func use() (saw string) {
	why := errors.New("why")
	root, cancelRoot := shim.WithCancelCause(shim.WithValue(shim.Background(), keyType(1), "one"))
	a, cancelA := shim.WithCancel(foreign{root})
	b, cancelB := shim.WithTimeout(a, time.Hour)
	c, cancelC := shim.WithDeadlineCause(b, time.Now().Add(2*time.Hour), why)
	d, cancelD := shim.WithDeadlineCause(shim.WithoutCancel(b), time.Now().Add(time.Minute), why)
	all := map[string]context.Context{"root": root, "a": a, "b": b, "c": c, "d": d}
	tell := func(step string) {
		saw += step + "\n"
		for _, name := range []string{"root", "a", "b", "c", "d"} {
			saw += look(name, all[name])
		}
	}
	tell("at first")
	saw += fmt.Sprintln(c.Value(keyType(1)), d.Value(keyType(1)), d.Value(keyType(2)))
	saw += fmt.Sprintln(a, b, c, d, root)
	channel.Recv(d.Done())
	tell("a minute later")
	cancelC()
	tell("c canceled")
	f := make(chan int, 1)
	stop := shim.AfterFunc(a, func() { channel.Send(f, 1) })
	stopped := shim.AfterFunc(a, func() { panic("stopped") })
	saw += fmt.Sprintln(stopped(), stopped())
	cancelRoot(why)
	channel.Recv(f)
	saw += fmt.Sprintln(stop())
	tell("root canceled")
	cancelRoot(nil)
	cancelA()
	cancelB()
	cancelD()
	tell("all canceled")
	late, cancelLate := shim.WithCancel(a)
	past, cancelPast := shim.WithDeadline(shim.TODO(), time.Now())
	ended, cancelEnded := shim.WithTimeoutCause(shim.Background(), -1, why)
	shim.AfterFunc(past, func() { channel.Send(f, 2) })
	saw += fmt.Sprintln(channel.Recv(f)) + look("late", late) + look("past", past) + look("ended", ended)
	cancelLate()
	cancelPast()
	cancelEnded()

	other := afterFuncer{rerouted{shim.Background(), make(chan struct{})}, new(func())}
	g, cancelG := shim.WithCancel(other)
	(*other.f)()
	saw += look("g", g)
	h, cancelH := shim.WithCancel(other)
	cancelH()
	saw += look("h", h) + fmt.Sprintln(*other.f == nil)
	cancelG()

	var none context.Context
	for _, f := range []func(){
		func() { shim.WithCancel(none) }, func() { shim.WithDeadline(none, time.Now()) }, func() { shim.WithoutCancel(none) },
		func() { shim.WithValue(none, 1, 1) }, func() { shim.WithValue(root, nil, 1) }, func() { shim.WithValue(root, []int{}, 1) },
	} {
		saw += panics(f) + "\n"
	}
	return saw
}

// Err says what a context that is done says, done or not.
func (r rerouted) Err() error { return context.Canceled }

func TestModelIsLikeContext(t *testing.T) {
	var real string
	synctest.Test(t, func(*testing.T) { real = use() })
	t.Log(real)
	got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
		saw := use()
		return func() string { return saw }
	}, engine.Source, engine.Limits{Executions: 1})
	if len(got) != 1 || got[0] != real {
		t.Errorf("%q; want %q", got, real)
	}
}
