package explore

import (
	"errors"
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Algorithm says which schedules are tried.
type Algorithm = engine.Algorithm

// The algorithms.
const (
	// Source tries one schedule of each class that cannot be told apart
	// (source-DPOR with sleep sets). It is the default.
	Source = engine.Source
	// Optimal does so without starting on any schedule in vain. It wants every
	// shared object to be touched by the body before its first Go, and no
	// choices; it can need much memory.
	Optimal = engine.Optimal
	// PCT tries schedules by random priorities, of depth 2, 3 and 4 in turn: it
	// finds deep bugs in programs that are too large to exhaust.
	PCT = engine.PCT
	// Random tries schedules by chance.
	Random = engine.Random
	// Naive tries every schedule.
	Naive = engine.Naive
)

// Config says how to explore. The zero value explores all schedules.
type Config struct {
	Algorithm Algorithm

	// Executions is how many complete executions to try at most: 0 is all of
	// them, or 10,000 with PCT and Random.
	Executions int

	// Steps is how many steps and choices an execution may have before it is
	// called endless: 0 is 10,000.
	Steps int

	// Preemptions is how often a schedule may switch away from a thread that
	// could go on: 0 is any number. With a bound all schedules within it are
	// tried, whatever the Algorithm; PCT and Random cannot keep to one.
	Preemptions int

	// Spurious is how often a park of a [runtime.Token] may return for no reason
	// before it returns with the token: 0 is never.
	//
	// [runtime.Token]: https://pkg.go.dev/github.com/wakecheck/wakecheck/explore/shim/runtime#Token
	Spurious int

	// Ticks is how often all tickers of an execution may fire together: 0 is 3
	// times. Without a bound an execution with a ticker would have no end.
	Ticks int

	// Seed is that of PCT and Random: the same seed tries the same schedules.
	Seed uint64
}

// Test explores body with the zero Config. See [Config.Test].
func Test(t testing.TB, body func(*X)) {
	t.Helper()
	Config{}.Test(t, body)
}

// Check explores body with the zero Config. See [Config.Check].
func Check(body func(*X)) (Result, error) { return Config{}.Check(body) }

// Test explores body and fails t, with the report of [Failure], if an execution
// fails, or if it cannot be explored. It logs what has been proved. It blocks
// while another exploration of this process goes on.
//
// A body that fails t by itself, as t.Error and t.Fatal do, is shown the first
// time that it does so, which need not be the simplest: X.Failf is better.
//
// With -explore.replay=SCHEDULE, as a report prints it, it runs that schedule
// alone.
func (c Config) Test(t testing.TB, body func(*X)) {
	t.Helper()
	turn := turn(t)
	told := &told{t: t, before: t.Failed()}
	if schedule, replay := wanted(turn); replay {
		c.replay(t, schedule, body, told)
		return
	}
	r, err := c.check(body, told.at)
	if err == nil && told.failure != nil {
		r.Failure, err = told.record(c, body)
	}
	switch {
	case err != nil:
		t.Fatal(err)
	case r.Failure != nil:
		if r.Failure.Schedule != "" && r.Failure.Fault != Nondeterminism { // which need not come again
			r.Failure.replay = command(t.Name(), label(turn)+r.Failure.Schedule)
		}
		t.Fatalf("%v\n%v", r.Failure, r)
	default:
		t.Log(r)
	}
}

// replay runs one schedule, if it is of this exploration.
func (c Config) replay(t testing.TB, schedule string, body func(*X), told *told) {
	t.Helper()
	if schedule == "" {
		return
	}
	p, err := c.program(body)
	if err != nil {
		t.Fatal(err)
	}
	p.Algorithm, p.Prefix, p.Record = engine.Replay, schedule, true
	p.Until = func(end engine.End) bool { told.at(end); return true }
	r, err := engine.Explore(p)
	switch {
	case err != nil:
		t.Fatalf("-explore.replay=%s: %v", schedule, err)
	case told.failure != nil:
		t.Fatal(newFailure(told.failure, r.Records))
	case r.Failure == nil:
		t.Logf("the schedule %s does not fail", schedule)
	case r.Failure.Fault == Nondeterminism:
		t.Fatalf("-explore.replay=%s: this is no schedule of the body as it is now, or the body is not deterministic: %s",
			schedule, r.Failure.Message)
	default:
		t.Fatal(newFailure(r.Failure, r.Records))
	}
}

// Check explores body. The error says that the Config is wrong, or that the body
// cannot be explored, as when its threads use what the shims stand for; what the
// exploration found is in the Result. It blocks while another exploration of this
// process goes on.
func (c Config) Check(body func(*X)) (Result, error) {
	return c.check(body, func(engine.End) bool { return false })
}

// check is Check, but ends with an execution of which stop says so, too.
func (c Config) check(body func(*X), stop func(engine.End) bool) (Result, error) {
	p, err := c.program(body)
	if err != nil {
		return Result{}, err
	}
	p.Until = func(end engine.End) bool { return end.Failure != nil || stop(end) }
	r, err := engine.Explore(p)
	if err != nil {
		return Result{}, err
	}
	out := c.result(r)
	switch {
	case r.Failure != nil:
		out.Failure, err = c.minimal(body, r.Failure)
	case r.Steps == 0 && r.Threads > 1:
		err = errors.New("explore: no thread took a step on a shim, so nothing was explored: the body and the code under test " +
			"must import explore/shim/sync, explore/shim/atomic, … in place of sync, sync/atomic, …")
	}
	return out, err
}

// program is what the engine is to run, or what is wrong with c.
func (c Config) program(body func(*X)) (engine.Program, error) {
	switch {
	case c.Algorithm > Naive:
		return engine.Program{}, fmt.Errorf("explore: Config.Algorithm is %v, want one of Source, Optimal, PCT, Random and Naive", c.Algorithm)
	case min(c.Executions, c.Steps, c.Preemptions, c.Spurious, c.Ticks) < 0:
		return engine.Program{}, fmt.Errorf("explore: Config has Executions %d, Steps %d, Preemptions %d, Spurious %d, Ticks %d, want none of them negative",
			c.Executions, c.Steps, c.Preemptions, c.Spurious, c.Ticks)
	case c.chance() && c.Preemptions > 0:
		return engine.Program{}, fmt.Errorf("explore: Config has Preemptions %d, which %v cannot keep to", c.Preemptions, c.Algorithm)
	}
	p := engine.Program{
		Body:      func(e *engine.Engine) { body(&X{e}) },
		Algorithm: c.Algorithm,
		Seed:      c.Seed,
		Limits: engine.Limits{
			Executions: c.Executions, Steps: c.Steps, Preemptions: c.Preemptions,
			Spurious: c.Spurious, Ticks: c.Ticks,
		},
	}
	if c.chance() {
		if p.Limits.Executions == 0 {
			p.Limits.Executions = 10_000
		}
	} else if c.Preemptions > 0 {
		p.Algorithm = Naive // a reduction is not sound with this bound
	}
	return p, nil
}

func (c Config) chance() bool { return c.Algorithm == PCT || c.Algorithm == Random }
