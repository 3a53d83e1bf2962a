package runtime_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
)

var none engine.Limits

func TestTokenWithoutEngine(t *testing.T) {
	var token, back runtime.Token
	token.Unpark()
	token.Unpark()
	token.Park()
	var n int
	runtime.Go(func() {
		token.Park()
		n++
		back.Unpark()
	})
	runtime.Gosched()
	n++
	token.Unpark()
	back.Park()
	if n != 2 {
		t.Error(n)
	}
}

func TestGo(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x atomic.Int32
		runtime.Go(func() { x.Add(1); runtime.Gosched(); x.Add(1) })
		seen := x.Load()
		return func() string { return fmt.Sprint(seen) }
	}, none, 3, "0", "1", "2")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var never runtime.Token
		runtime.Go(never.Park)
		return nil
	}, none, 1, "leak thread 1: park Token")
}

// Tokens do not add up.
func TestToken(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var token runtime.Token
		e.Go("parker", func() { token.Park(); token.Park() }, engine.Worker)
		e.Go("unparker", func() { token.Unpark(); token.Unpark() }, engine.Worker)
		return func() string { return "woken twice" }
	}, none, 2, "woken twice", "deadlock parker: park Token")
}

// parkOnce does not look again whether it was woken for a reason.
func parkOnce(e *engine.Engine) func() string {
	var token runtime.Token
	var ready atomic.Bool
	saw := false
	e.Go("parker", func() { token.Park(); saw = ready.Load() }, engine.Worker)
	e.Go("unparker", func() { ready.Store(true); token.Unpark() }, engine.Worker)
	return func() string { return fmt.Sprint(saw) }
}

// parkUntil does.
func parkUntil(e *engine.Engine) func() string {
	var token runtime.Token
	var ready atomic.Bool
	parks := 0
	e.Go("parker", func() {
		for !ready.Load() {
			token.Park()
			parks++
		}
	}, engine.Worker)
	e.Go("unparker", func() { ready.Store(true); token.Unpark() }, engine.Worker)
	return func() string { return fmt.Sprint(parks) }
}

func TestSpuriousReturns(t *testing.T) {
	enginetest.Check(t, parkOnce, none, 1, "true")
	enginetest.Check(t, parkOnce, engine.Limits{Spurious: 1}, 3, "true", "false")
	enginetest.Check(t, parkUntil, none, 2, "0", "1")
	enginetest.Check(t, parkUntil, engine.Limits{Spurious: 1}, 4, "0", "1", "2")
	enginetest.Check(t, parkUntil, engine.Limits{Spurious: 2}, 6, "0", "1", "2", "3")
}

var global runtime.Token

func TestTokenBeginsAbsent(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		e.Go("unparker", global.Unpark, engine.Worker)
		e.Go("parker", global.Park, engine.Worker)
		return func() string { return "parked" }
	}, none, 1, "parked")
}

func TestUnparkHappensBeforePark(t *testing.T) {
	var token runtime.Token
	var data engine.Cell
	write := func() { engine.Cur.WriteCell(&data) }
	races := func(want bool, limits engine.Limits, fs ...func()) {
		t.Helper()
		got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
			for _, f := range fs {
				e.Go("thread", f, engine.Worker)
			}
			return nil
		}, engine.Source, limits)
		if race := len(got) > 0; race != want {
			t.Errorf("%q; want a race: %v", got, want)
		}
	}
	unpark := func() { write(); token.Unpark() }
	park := func() { token.Park(); write() }
	races(false, none, unpark, park)
	races(true, engine.Limits{Spurious: 1}, unpark, park)
	races(true, none, func() { token.Unpark(); write() }, park)
	// All unparks so far, also those that found the token there.
	var data2 engine.Cell
	races(false, none, func() { engine.Cur.WriteCell(&data2); token.Unpark(); unpark() }, func() {
		token.Park()
		engine.Cur.ReadCell(&data2)
	})
}
