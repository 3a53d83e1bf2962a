package time_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}

// use uses everything that has to do with clocks by one thread, and tells what
// it saw. Each way it uses it has one outcome.
func use() string {
	start := time.Now()
	saw := start.UTC().Format(time.DateTime)
	tell := func(v any) { saw += fmt.Sprint(", ", v) }

	time.Sleep(-1)
	time.Sleep(time.Second)
	tell(time.Since(start))
	tell(time.Until(start.Add(time.Minute)))
	tell(channel.Recv(time.After(time.Second)).Sub(start))

	timer := time.NewTimer(time.Hour)
	channel.Recv(timer.C)
	tell(timer.Stop())
	tell(timer.Reset(time.Hour))
	channel.Recv(timer.C)
	tell(time.Since(start))
	timer.Reset(0)
	channel.Recv(timer.C)
	tell(time.Since(start))

	called := make(chan time.Duration)
	f := time.AfterFunc(time.Minute, func() { channel.Send(called, time.Since(start)) })
	tell(channel.Recv(called))
	tell(f.Stop())
	tell(f.C == nil)

	ticker := time.NewTicker(time.Second)
	channel.Recv(ticker.C)
	tell(channel.Recv(ticker.C).Sub(start))
	ticker.Stop()
	ticker.Reset(time.Minute)
	tell(channel.Recv(ticker.C).Sub(start))
	ticker.Stop()
	tell(time.Tick(0) == nil)

	tell(panics(func() { time.NewTicker(0) }))
	tell(panics(func() { ticker.Reset(0) }))
	tell(panics(func() { new(time.Timer).Stop() }))
	tell(panics(func() { new(time.Timer).Reset(1) }))
	tell(panics(func() { new(time.Ticker).Reset(1) }))
	tell(panics(func() { new(time.Ticker).Stop() }))
	return saw
}

func TestVirtualTimeIsLikeTime(t *testing.T) {
	var real string
	synctest.Test(t, func(*testing.T) { real = use() })
	enginetest.Check(t, func(e *engine.Engine) func() string {
		saw := use()
		return func() string { return saw }
	}, none, 10, real)
}

// Stop and Reset tell the same, and leave the same, once a timer has fired.
func TestTimerThatHasFiredIsLikeTime(t *testing.T) {
	program := func() string {
		timer := time.NewTimer(1)
		time.Sleep(time.Second)
		stopped := timer.Stop()
		reset := timer.Reset(1)
		time.Sleep(time.Second)
		again := timer.Reset(time.Hour)
		timer.Stop()
		i := channel.Select(true, channel.RecvCase(timer.C, nil, nil))
		return fmt.Sprint(stopped, reset, again, i)
	}
	synctest.Test(t, func(t *testing.T) {
		if got := program(); got != "true false true -1" {
			t.Errorf("package time: %s", got)
		}
	})
	got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
		saw := program()
		return func() string { return saw }
	}, engine.Naive, none)
	if len(got) != 1 || got[0] != "true false true -1" {
		t.Errorf("the model: %s", got)
	}
}
