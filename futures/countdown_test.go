package futures_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

func TestCountdownAndSilent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(-2, 50).Draw(rt, "n")
		length := max(n, 0)
		countdown, silent := futures.NewCountdown(n), futures.NewSilent(n)
		p, q := newProbe(rt), newProbe(rt)
		for i := range length {
			mustPend(rt, countdown, p)
			mustPend(rt, silent, q)
			p.want(rt, "Countdown pending", i+1, 0)
			if countdown.Polls() != i+1 || silent.Polls() != i+1 {
				rt.Fatalf("polls: %d and %d, want %d", countdown.Polls(), silent.Polls(), i+1)
			}
		}
		if v, w := mustBeReady(rt, countdown, p), mustBeReady(rt, silent, q); v != length || w != length {
			rt.Errorf("values: %d and %d, want %d", v, w, length)
		}
		p.want(rt, "Countdown ready", length, 0)
		q.want(rt, "Silent ready", 0, 0)
	})
}

func TestYieldIsPendingOnce(t *testing.T) {
	p := newProbe(t)
	f := futures.Yield()
	mustPend(t, f, p)
	p.want(t, "pending", 1, 0)
	mustBeReady(t, f, p)
	p.want(t, "ready", 1, 0)
}

func TestCountersMayNotBePolledAfterReady(t *testing.T) {
	p := newProbe(t)
	countdown, silent, yield := futures.NewCountdown(0), futures.NewSilent(0), futures.Yield()
	yield.Poll(p.cx)
	for name, poll := range map[string]func(){
		"Countdown": func() { countdown.Poll(p.cx) },
		"Silent":    func() { silent.Poll(p.cx) },
		"Yield":     func() { yield.Poll(p.cx) },
	} {
		poll()
		if v := mustPanic(t, poll); !strings.Contains(v.(string), name+" polled after it answered ready") {
			t.Errorf("%s panicked with %q", name, v)
		}
	}
}
