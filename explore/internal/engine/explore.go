package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// Algorithm says which schedules are tried.
type Algorithm uint8

// The algorithms.
const (
	Source  Algorithm = iota // source-DPOR with sleep sets
	Optimal                  // optimal DPOR
	PCT                      // by random priorities, of depth 2, 3, 4 in turn
	Random                   // by chance
	Naive                    // each one
	Replay                   // the one of Prefix
)

// String is the algorithm's name.
func (a Algorithm) String() string {
	names := [...]string{"source-DPOR", "optimal DPOR", "PCT", "a random walk", "naive enumeration", "replay"}
	if int(a) < len(names) {
		return names[a]
	}
	return fmt.Sprintf("Algorithm(%d)", uint8(a))
}

// Program is what to explore, and how.
type Program struct {
	Body      func(*Engine) // one execution
	Name      string        // of the body's thread; "" is "main"
	Algorithm Algorithm
	Seed      uint64 // of Random and PCT
	Limits    Limits
	Prefix    string // the schedule that each execution begins with; not for Optimal, PCT and Random
	Record    bool   // keep what each step did

	// Until is called at the end of each execution that was not given up; it
	// says whether to stop. A nil Until stops at the first failure.
	Until func(End) (stop bool)
}

// End is how an execution ended.
type End struct {
	Failure     *Failure // nil: it did not fail
	Preemptions int
	e           *Engine
}

// Schedule is the execution's schedule. Call it only in Until.
func (end End) Schedule() string { return end.e.schedule() }

// Result is what an exploration found.
type Result struct {
	Stats
	Failure *Failure // of the last execution; nil: none
	Records []Record // what the last execution did, if it was asked for
	Spent   bool     // nothing was left to try; if no limit cut anything off that is a proof
	Threads int      // how many different threads there were in all executions, the body included
}

// epoch counts the executions of the process, so that no Ref of an earlier one
// is taken for one of this. It is guarded by exploring.
var epoch uint64

// lost says that an exploration never came back from the code under test.
var lost atomic.Bool

// Explore runs p until it fails, nothing is left to try, or a limit is hit. It
// blocks while another exploration goes on in this process.
func Explore(p Program) (Result, error) {
	if inThread() {
		return Result{}, errors.New("explore: a body cannot itself explore")
	}
	exploring.Lock()
	defer exploring.Unlock()
	if lost.Load() {
		return Result{}, errors.New("explore: an earlier exploration of this process is stuck in the code under test")
	}
	e := &Engine{limits: p.Limits, recording: p.Record, until: p.Until, name: p.Name}
	if e.name == "" {
		e.name = "main"
	}
	if e.limits.Steps == 0 {
		e.limits.Steps = DefaultSteps
	}
	if e.limits.Ticks == 0 {
		e.limits.Ticks = DefaultTicks
	}
	if e.until == nil {
		e.until = func(end End) bool { return end.Failure != nil }
	}
	e.main = func() { p.Body(e) }
	spent, err := e.explore(p)
	if lost.Load() {
		return Result{}, err
	}
	e.close()
	return Result{Stats: e.Stats, Failure: e.failure, Records: e.records, Spent: spent, Threads: e.nids}, err
}

// RecordOf is the index of the record that shows what the n-th choice of the
// schedule, counted from 1, led to; -1 if none does.
func (r *Result) RecordOf(n int) int {
	for i := range r.Records {
		if n > 0 && r.Records[i].choices >= n {
			return i
		}
	}
	return -1
}

func (p *Program) strategy() (strategy, error) {
	prefix, err := parseSchedule(p.Prefix)
	if err != nil {
		return nil, err
	}
	rng := rand.NewPCG(p.Seed, 0)
	switch p.Algorithm {
	case Optimal:
		return &optimal{}, nil
	case PCT:
		return &pct{random: random{rng: rng, executions: p.Limits.Executions}}, nil
	case Random:
		return &random{rng: rng, executions: p.Limits.Executions}, nil
	case Naive:
		return newNaive(p.Limits.Preemptions, prefix), nil
	case Replay:
		return &replay{path: prefix}, nil
	default:
		return &source{dfs: dfs{prefix: prefix}, trace: trace{casReads: true}}, nil
	}
}

// explore runs the executions on a goroutine of their own, since a Goexit in a
// thread ends the goroutine that resumed the thread; another one then ends the
// execution. It reports whether nothing is left to try.
func (e *Engine) explore(p Program) (spent bool, err error) {
	Cur = e
	for {
		done := make(chan bool, 1)
		go func() {
			returned := false
			defer func() { done <- returned }()
			spent, err = e.executions(p)
			returned = true
		}()
		switch whole, stuck := e.watch(done); {
		case stuck != nil:
			return false, stuck
		case whole:
			runtime.Gosched() // a goroutine that the body has started by a go statement shows itself now, if not before
			Cur = nil
			return spent, err
		}
		e.resumed.co = nil // its coroutine has ended with it
	}
}

// executions begins or resumes one execution after the other.
func (e *Engine) executions(p Program) (spent bool, err error) {
	for {
		if !e.ongoing {
			if e.strategy == nil || e.restart {
				e.racing = e.restart
				e.Stats = Stats{} // it has seen nothing that does not come again
				if e.strategy, err = p.strategy(); err != nil {
					return false, err
				}
			}
			last := e.failure
			e.reset()
			if !e.strategy.begin(e) {
				e.failure = last
				return true, nil
			}
			e.Go(e.name, e.main, Worker)
			e.ongoing = true
		}
		e.execute()
		e.nameObjects()
		e.ongoing = false
		e.moves()
		if e.restart {
			continue
		}
		e.Stats.Steps += int64(e.steps)
		e.Stats.Longest = max(e.Stats.Longest, e.steps)
		if e.blocked {
			e.Stats.Blocked++
			continue
		}
		e.Stats.Executions++
		if e.cut {
			e.Stats.Muted++
		}
		if e.until(End{e.failure, e.preemptions, e}) || e.failure != nil && e.failure.final() {
			return false, nil
		}
		if e.limits.Executions > 0 && e.Stats.Executions >= e.limits.Executions {
			return false, nil
		}
	}
}

// Patience is how long a thread may compute between two operations before
// somebody looks whether it ever will come to the next. It is not changed while
// an exploration goes on.
var Patience = 10 * time.Second

// watch waits for the executions to end. If no step is begun for a long time it
// looks at the goroutines: one that waits for something that no shim knows of
// will wait for ever, since all that could help it waits for it.
func (e *Engine) watch(done <-chan bool) (whole bool, stuck error) {
	tick := time.NewTicker(Patience)
	defer tick.Stop()
	for {
		select {
		case whole := <-done:
			return whole, nil
		case <-tick.C:
			if !e.nudge.Swap(true) {
				continue // there have been steps since the last look
			}
			lost.Store(true)
			Cur = nil // the rest of the process is not explored
			return false, fmt.Errorf("explore: no step has been taken for %v: a thread of the body blocks in something that is not built on the shims, or computes without end:\n\n%s",
				Patience, threads())
		}
	}
}

// threads returns the stacks of the goroutines that run threads.
func threads() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var b strings.Builder
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		if strings.Contains(stack, "engine.(*Engine).call(") && !strings.Contains(stack, "[coroutine]") {
			b.WriteString(stack + "\n\n")
		}
	}
	return b.String()
}

// close lets the coroutines end. It does so on other goroutines, since a stubborn
// thread ends the one that stops it, too, and since the caller's may be locked to
// its operating system's thread, where those that a coroutine goes on at must not be.
func (e *Engine) close() {
	stop := func(f func()) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			f()
		}()
		<-ended
	}
	stop(func() {
		for _, c := range e.all {
			if c.t == nil || !c.t.stubborn {
				c.stop()
			}
		}
	})
	for _, c := range e.all {
		if c.t != nil && c.t.stubborn {
			e.running, e.unwinds = c.t, 0
			stop(c.stop)
		}
	}
}
