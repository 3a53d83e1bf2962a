package explore_test

import (
	goruntime "runtime"
	"slices"
	"strings"
	gosync "sync"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// check explores body and wants an answer.
func check(t *testing.T, c explore.Config, body func(*explore.X)) explore.Result {
	t.Helper()
	r, err := c.Check(body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// counter adds to an atomic in three threads: six orders.
func counter(x *explore.X) {
	var n atomic.Int32
	n.Load() // before the first Go, as Optimal wants it
	for range 3 {
		x.Go("", func() { n.Add(1) })
	}
}

func TestResults(t *testing.T) {
	for _, c := range []struct {
		name   string
		config explore.Config
		proved bool
		want   string
	}{
		{"all", explore.Config{}, true,
			"proved: no schedule fails (6 executions, 18 steps, which stand for all; no bound)"},
		{"optimal", explore.Config{Algorithm: explore.Optimal}, true,
			"proved: no schedule fails (6 executions, 18 steps, which stand for all; no bound)"},
		{"naive", explore.Config{Algorithm: explore.Naive}, true,
			"proved: no schedule fails (6 executions, 18 steps, which stand for all; no bound)"},
		{"executions", explore.Config{Executions: 4}, false,
			"not proved: none of the schedules tried fails (4 executions, 12 steps; stopped after 4 executions)"},
		{"more executions than there are", explore.Config{Executions: 7}, true,
			"proved: no schedule fails (6 executions, 18 steps, which stand for all; no bound)"},
		{"preemptions", explore.Config{Preemptions: 2}, false,
			"proved within bounds: no schedule fails that has at most 2 preemptions (6 executions, 18 steps)"},
		{"preemptions and executions", explore.Config{Preemptions: 2, Executions: 3}, false,
			"not proved: none of the schedules tried fails (3 executions, 9 steps; at most 2 preemptions; stopped after 3 executions)"},
		{"PCT", explore.Config{Algorithm: explore.PCT, Executions: 50, Seed: 7}, false,
			"not proved: none of the schedules tried fails (50 executions, 150 steps; PCT with seed 7)"},
		{"random", explore.Config{Algorithm: explore.Random}, false,
			"not proved: none of the schedules tried fails (10,000 executions, 30,000 steps; a random walk with seed 0)"},
		{"as many steps as allowed", explore.Config{Steps: 3}, true,
			"proved: no schedule fails (6 executions, 18 steps, which stand for all; no bound)"},
		{"more steps than allowed", explore.Config{Steps: 2}, false,
			"explored: 1 execution, 2 steps until the failure"},
		{"more steps than allowed, within a bound", explore.Config{Steps: 2, Preemptions: 1}, false,
			"explored: 1 execution, 2 steps until the failure; at most 1 preemption"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := check(t, c.config, counter)
			if r.Proved != c.proved || r.String() != c.want {
				t.Errorf("proved = %v, want %v; got\n%v\nwant\n%s", r.Proved, c.proved, r, c.want)
			}
			if r.Proved != (r.Failure == nil && r.Bounds == nil) {
				t.Errorf("proved = %v with the bounds %q and the failure %v", r.Proved, r.Bounds, r.Failure)
			}
			if r.Failure != nil && r.Failure.Fault != explore.Endless {
				t.Errorf("got %v, want too many steps", r.Failure)
			}
		})
	}
}

func TestGivenUpAreCounted(t *testing.T) {
	r := check(t, explore.Config{}, func(x *explore.X) {
		var cells [6]atomic.Int32
		x.Go("reader", func() {
			for i := 5; cells[i].Load() != 0; i-- {
			}
		})
		for i := range 5 {
			x.Go("writer", func() { cells[i+1].Store(cells[i].Load() + 1) })
		}
	})
	if !r.Proved || r.Executions != 64 || r.Blocked == 0 { // 64: Abdulla et al., "Source sets", lastzero(5)
		t.Errorf("got %v, want a proof by 64 executions, and some given up", r)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, c := range []struct {
		config explore.Config
		want   string
	}{
		{explore.Config{Algorithm: 99}, "explore: Config.Algorithm is Algorithm(99), want one of Source, Optimal, PCT, Random and Naive"},
		{explore.Config{Preemptions: -1}, "explore: Config has Executions 0, Steps 0, Preemptions -1, Spurious 0, Ticks 0, want none of them negative"},
		{explore.Config{Algorithm: explore.PCT, Preemptions: 2}, "explore: Config has Preemptions 2, which PCT cannot keep to"},
	} {
		if _, err := c.config.Check(counter); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got %v, want %s", c.config, err, c.want)
		}
	}
}

// Choices are no steps, but they are what an execution can have too many of.
func TestEndlessChoices(t *testing.T) {
	r := check(t, explore.Config{Steps: 20}, func(x *explore.X) {
		x.Go("", func() {
			for x.Choose(2) == 1 {
			}
		})
	})
	if f := r.Failure; f == nil || f.Fault != explore.Endless || r.Executions != 21 || r.Steps != 0 ||
		!strings.HasPrefix(f.String(), "endless: 0 steps and 20 choices, and no end\n") {
		t.Errorf("got %v\n%v\nwant an endless execution after 20 choices", f, r)
	}
}

// What a thread would have done after another one failed can be what decides.
func TestDecidingBehindFailures(t *testing.T) {
	r := check(t, explore.Config{}, func(x *explore.X) {
		var first, second atomic.Int32
		x.Go("reader", func() { x.Assert(second.Load() == 1) })
		x.Go("writer", func() { first.Store(1); second.Store(1) })
	})
	if f := r.Failure; f == nil || f.Schedule != "1" || f.Deciding != 0 {
		t.Errorf("got %v, want the reader's load to decide", f)
	}
}

func TestChoose(t *testing.T) {
	var seen []int
	r := check(t, explore.Config{}, func(x *explore.X) {
		seen = append(seen, x.Choose(3)*10+x.Choose(2), x.Choose(1))
	})
	slices.Sort(seen)
	if want := []int{0, 0, 0, 0, 0, 0, 0, 1, 10, 11, 20, 21}; !r.Proved || !slices.Equal(seen, want) {
		t.Errorf("got %v with %v, want %v", seen, r, want)
	}
}

func TestVar(t *testing.T) {
	var v explore.Var[string]
	v.Set("a value")
	if got := v.Get(); got != "a value" {
		t.Errorf("outside of an exploration: got %q", got)
	}
	r := check(t, explore.Config{}, func(x *explore.X) {
		var v explore.Var[int]
		v.Set(1) // before the threads, so it orders itself
		c := make(chan bool)
		x.Go("writer", func() { v.Set(v.Get() + 1); channel.Close(c) })
		x.Go("reader", func() { channel.Recv(c); x.Assert(v.Get() == 2) })
		x.Go("other reader", func() { channel.Recv(c); x.Assert(v.Get() == 2) })
	})
	if !r.Proved {
		t.Errorf("ordered accesses: got %v\n%v", r, r.Failure)
	}
}

// What is explored before the first access to a Var, without clocks, does not
// count: it comes again.
func TestVarLate(t *testing.T) {
	r := check(t, explore.Config{}, func(x *explore.X) {
		var n atomic.Int32
		var v explore.Var[int]
		x.Go("writer", func() { n.Store(1) })
		x.Go("reader", func() {
			if n.Load() == 0 {
				v.Get()
			}
		})
	})
	if !r.Proved || r.Executions != 2 || r.Steps != 4 {
		t.Errorf("got %v, want 2 executions of 2 steps", r)
	}
}

// A return without the token says of which.
func TestSpuriousReturn(t *testing.T) {
	f := check(t, explore.Config{Spurious: 1}, func(x *explore.X) {
		var other, token runtime.Token
		other.Unpark()
		x.Go("waiter", func() { token.Park(); x.Assert(false) })
		x.Go("waker", func() { other.Park(); token.Unpark() })
	}).Failure
	if f == nil || f.Steps[0].String() != "park on token: returns without the token" {
		t.Errorf("got %v", f)
	}
}

func TestNondeterminism(t *testing.T) {
	if f := check(t, explore.Config{}, mapOrder).Failure; f == nil || f.Fault != explore.Nondeterminism ||
		!strings.Contains(f.String(), " at programs_test.go:") {
		t.Errorf("got %v, want a body that is not deterministic", f)
	}
}

// A thread that is not there any more is missed, not waited for.
func TestThreadsOfOneExecutionOnly(t *testing.T) {
	for _, a := range []explore.Algorithm{explore.Source, explore.Optimal, explore.Naive} {
		executions := 0
		r := check(t, explore.Config{Algorithm: a}, func(x *explore.X) {
			var n atomic.Int32
			n.Load()
			executions++
			x.Go("ann", func() { n.Add(1) })
			if executions == 1 {
				x.Go("bob", func() { n.Add(1) })
			}
		})
		want := "after step 0 the threads that can go on are ann; with the same schedule before they were ann, one that is not there"
		if f := r.Failure; f == nil || f.Fault != explore.Nondeterminism || f.Message != want {
			t.Errorf("%v: got %v, want %q", a, f, want)
		}
	}
}

func TestGoexit(t *testing.T) {
	deferred := 0
	f := check(t, explore.Config{}, func(x *explore.X) {
		c := make(chan int)
		x.Go("waiter", func() {
			defer func() { deferred++ }()
			channel.Recv(c)
		})
		x.Go("leaver", func() { goruntime.Goexit() })
	}).Failure
	if f == nil || f.Fault != explore.Goexit || f.Thread != "leaver" || !strings.Contains(f.Message, "check_test.go") {
		t.Errorf("got %+v, want that leaver ended itself, and where", f)
	}
	if deferred == 0 {
		t.Error("the other thread has not been unwound")
	}
}

// Explorations wait for each other.
func TestParallel(t *testing.T) {
	var wg gosync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if r, err := explore.Check(counter); err != nil || !r.Proved || r.Executions != 6 {
				t.Errorf("got %v, %v", r, err)
			}
		})
	}
	wg.Wait()
}

// parker parks once and then wants to find what it was woken for.
func parker(x *explore.X) {
	var told atomic.Bool
	var token runtime.Token
	x.Go("parker", func() { token.Park(); x.Assert(told.Load()) })
	x.Go("other", func() { told.Store(true); token.Unpark() })
}

func TestParksReturnForNoReason(t *testing.T) {
	if r := check(t, explore.Config{}, parker); !r.Proved {
		t.Errorf("got %v, want it proved where parks do not return for no reason", r)
	}
	r := check(t, explore.Config{Spurious: 1}, parker)
	if r.Failure == nil || r.Failure.Fault != explore.Assertion {
		t.Errorf("got %v, want a park that returns for no reason found", r)
	}
}

func TestTickersAreBounded(t *testing.T) {
	r := check(t, explore.Config{Ticks: 2}, func(x *explore.X) {
		ticker := time.NewTicker(time.Second)
		for range 2 {
			channel.Recv(ticker.C)
		}
	})
	if want := "proved within bounds: no schedule fails that has at most 2 ticks of tickers"; r.Proved || !r.Complete || !strings.HasPrefix(r.String(), want) {
		t.Errorf("got %v, want %q", r, want)
	}
}
