package time_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

var none engine.Limits

// threads starts a worker for each function, named a, b, c, …
func threads(e *engine.Engine, fs ...func()) {
	for i, f := range fs {
		e.Go(string(rune('a'+i)), f, engine.Worker)
	}
}

func TestTimeout(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan string, 1)
		got := ""
		threads(e,
			func() { channel.Send(c, "answer") },
			func() {
				timeout := time.NewTimer(time.Hour)
				defer timeout.Stop()
				if channel.Select(false, channel.RecvCase(c, &got, nil), channel.RecvCase(timeout.C, nil, nil)) == 1 {
					got = "timeout"
				}
			})
		return func() string { return got }
	}, none, 8, "answer", "timeout")
}

// The channels of timers and tickers look unbuffered, as since Go 1.23.
func TestNoBufferShows(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		timer, ticker := time.NewTimer(time.Second), time.NewTicker(time.Second)
		time.Sleep(time.Minute)
		got := fmt.Sprint(channel.Len(timer.C), channel.Cap(timer.C), channel.Len(ticker.C), channel.Cap(ticker.C))
		channel.Recv(timer.C)
		channel.Recv(ticker.C)
		return func() string { return got }
	}, engine.Limits{Ticks: 1}, 8, "0 0 0 0")
}

func TestSleepsEndInOrder(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		order := ""
		start := time.Now()
		sleep := func(d time.Duration) func() {
			return func() {
				time.Sleep(d)
				order += fmt.Sprint(d, "-", time.Since(start), " ")
			}
		}
		sleep(time.Second)()
		sleep(time.Minute)()
		return func() string { return order }
	}, none, 1, "1s-1s 1m0s-1m1s ")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var order [2]time.Duration
		start := time.Now()
		threads(e,
			func() { time.Sleep(1); order[0] = time.Since(start) },
			func() { time.Sleep(2); order[1] = time.Since(start) })
		return func() string { return fmt.Sprint(order) }
	}, none, 8, "[1ns 2ns]", "[1ns 3ns]", "[2ns 2ns]", "[3ns 2ns]", "[3ns 3ns]")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		threads(e, func() { time.Sleep(0) }, func() { time.Sleep(-1) })
		return nil
	}, none, 1)
}

func TestTimersDueAtTheSameTime(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		a, b := time.NewTimer(5), time.After(5)
		order := fmt.Sprint(channel.Select(false, channel.RecvCase(a.C, nil, nil), channel.RecvCase(b, nil, nil)))
		return func() string { return order }
	}, none, 11, "0", "1")
}

func TestStop(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		timer := time.NewTimer(time.Second)
		stopped := timer.Stop()
		again := timer.Stop()
		i := channel.Select(true, channel.RecvCase(timer.C, nil, nil))
		return func() string { return fmt.Sprint(stopped, again, i) }
	}, none, 2, "true false -1")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ran := 0
		timer := time.AfterFunc(time.Second, func() { ran++ })
		stopped := timer.Stop()
		return func() string { return fmt.Sprint(stopped, ran) }
	}, none, 2, "true 0", "false 1")
}

func TestReset(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		start := time.Now()
		timer := time.NewTimer(time.Second)
		was := timer.Reset(time.Minute)
		got := channel.Recv(timer.C).Sub(start)
		again := timer.Reset(time.Second)
		then := channel.Recv(timer.C).Sub(start)
		return func() string { return fmt.Sprint(was, got, again, then) }
	}, none, 2, "true 1m0s false 1m1s", "true 1m1s false 1m2s")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ran := ""
		start := time.Now()
		timer := time.AfterFunc(time.Second, func() { ran += time.Since(start).String() + " " })
		was := timer.Reset(time.Hour)
		return func() string { return fmt.Sprint(was, " ", ran) }
	}, none, 3, "true 1h0m0s ", "false 1s 1h0m1s ", "false 1h0m1s 1h0m1s ")
}

func TestTicker(t *testing.T) {
	program := func(e *engine.Engine) func() string {
		start := time.Now()
		ticker := time.NewTicker(time.Second)
		var got []time.Duration
		for range 2 {
			got = append(got, channel.Recv(ticker.C).Sub(start))
		}
		ticker.Reset(time.Minute)
		got = append(got, channel.Recv(ticker.C).Sub(start))
		ticker.Stop()
		got = append(got, time.Duration(channel.Select(true, channel.RecvCase(ticker.C, nil, nil))))
		return func() string { return fmt.Sprint(got) }
	}
	enginetest.Check(t, program, engine.Limits{Ticks: 3}, 5, "[1s 2s 1m2s -1ns]")
	outcomes, r := enginetest.Run(t, program, engine.Source, engine.Limits{Ticks: 4})
	if want := []string{"[1s 2s 1m2s -1ns]", "[1s 2s 1m3s -1ns]", "[1s 3s 1m3s -1ns]"}; !slices.Equal(outcomes, want) {
		t.Errorf("with one tick more than are needed: %q; want %q", outcomes, want)
	}
	if r.Muted == 0 {
		t.Error("nothing says that the limit on ticks was hit")
	}
}

func TestWhoWaitsForASilencedTickerHasNotDeadlocked(t *testing.T) {
	program := func(e *engine.Engine) func() string {
		c := time.Tick(time.Second)
		threads(e, func() {
			for range 5 {
				channel.Recv(c)
			}
		})
		return nil
	}
	outcomes, r := enginetest.Run(t, program, engine.Source, none)
	if len(outcomes) != 0 || r.Muted != r.Executions || r.Executions == 0 {
		t.Errorf("%q, %d of %d executions with the limit on ticks hit; want no failure, and all", outcomes, r.Muted, r.Executions)
	}
	if outcomes, r = enginetest.Run(t, program, engine.Source, engine.Limits{Ticks: 6, Executions: 1}); len(outcomes) != 0 || r.Muted != 1 {
		t.Errorf("%q, %d executions with the limit on ticks hit; want no failure, and 1", outcomes, r.Muted)
	}
}

func TestNobodyToWake(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		timer := time.NewTimer(1)
		timer.Stop()
		threads(e, func() { channel.Recv(timer.C) })
		return nil
	}, none, 2, "deadlock a: receive chan time.Time")
}

// cell is plain data.
type cell struct{ c engine.Cell }

func (c *cell) read()  { engine.Cur.ReadCell(&c.c) }
func (c *cell) write() { engine.Cur.WriteCell(&c.c) }

func TestHappensBefore(t *testing.T) {
	var data cell
	for name, test := range map[string]struct {
		race bool
		body func(e *engine.Engine)
	}{
		"what is before AfterFunc is before f": {false, func(e *engine.Engine) {
			data.write()
			time.AfterFunc(1, data.read)
		}},
		"not what is after AfterFunc": {true, func(e *engine.Engine) {
			time.AfterFunc(1, data.read)
			data.write()
		}},
		"what is before Reset is before f": {false, func(e *engine.Engine) {
			timer := time.AfterFunc(1, func() {})
			timer.Stop()
			data.write()
			time.AfterFunc(1, data.read)
		}},
		"not what is before another timer": {true, func(e *engine.Engine) {
			threads(e, func() { data.write(); time.AfterFunc(1, func() {}) }, func() { time.AfterFunc(2, data.read) })
		}},
		"what is before NewTimer is before the receive": {false, func(e *engine.Engine) {
			c := make(chan (<-chan time.Time), 1)
			threads(e, func() { data.write(); channel.Send(c, time.After(1)) }, func() { channel.Recv(channel.Recv(c)); data.read() })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := enginetest.Run(t, func(e *engine.Engine) func() string { test.body(e); return nil }, engine.Source, none)
			if slices.Contains(got, "race") != test.race {
				t.Errorf("%q; want a race: %v", got, test.race)
			}
		})
	}
}
