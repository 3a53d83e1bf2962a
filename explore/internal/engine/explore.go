package engine

import (
	"math/rand/v2"
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
)

// Program is what to explore, and how.
type Program struct {
	Body      func(*Engine) // one execution
	Name      string        // of the body's thread; "" is "main"
	Algorithm Algorithm
	Seed      uint64 // of Random and PCT
	Limits    Limits
	Replay    string // a schedule to follow, instead of exploring
	Races     bool   // keep track of what happens before what from the start
	Record    bool   // keep what each step did
}

// Result is what an exploration found.
type Result struct {
	Stats
	Failure *Failure // the first one; nil: none
	Records []Record // what the last execution did, if it was asked for
	Spent   bool     // nothing was left to try; with no limit hit that is a proof
}

// Explore runs p until it fails, nothing is left to try, or a limit is hit. It
// blocks while another exploration goes on in this process.
func Explore(p Program) (Result, error) {
	running.Lock()
	defer running.Unlock()
	e := newEngine(p)
	s, err := p.strategy()
	if err != nil {
		return Result{}, err
	}
	defer e.close()
	spent := e.explore(s)
	return Result{Stats: e.Stats, Failure: e.failure, Records: e.records, Spent: spent}, nil
}

// epoch counts the executions of the process, so that no Ref of an earlier one
// is taken for one of this.
var epoch uint64

func newEngine(p Program) *Engine {
	e := &Engine{limits: p.Limits, racing: p.Races, recording: p.Record}
	e.body = p.Body
	e.name = p.Name
	if e.name == "" {
		e.name = "main"
	}
	e.main = func() { e.body(e) }
	if e.limits.Steps == 0 {
		e.limits.Steps = DefaultSteps
	}
	return e
}

func (p *Program) strategy() (strategy, error) {
	if p.Replay != "" {
		path, err := parseSchedule(p.Replay)
		return &replay{path: path}, err
	}
	rng := rand.NewPCG(p.Seed, 0)
	switch p.Algorithm {
	case PCT:
		return &pct{random: random{rng: rng, executions: p.Limits.Executions}}, nil
	case Random:
		return &random{rng: rng, executions: p.Limits.Executions}, nil
	case Naive:
		return newNaive(p.Limits.Preemptions), nil
	case Optimal:
		return &optimal{}, nil
	default:
		return &source{trace: trace{casReads: true}}, nil
	}
}

// explore runs the executions that s wants. It reports whether s has none left.
// It does so on a goroutine of its own, since a Goexit in a thread ends the
// goroutine that resumed the thread; another one then ends the execution.
func (e *Engine) explore(s strategy) (spent bool) {
	e.strategy = s
	Cur = e
	defer func() { Cur = nil }()
	for whole := false; !whole; {
		done := make(chan bool)
		go func() {
			returned := false
			defer func() { done <- returned }()
			spent = e.executions()
			returned = true
		}()
		if whole = <-done; !whole {
			e.resumed.co = nil // its coroutine has ended with it
		}
	}
	return spent
}

// executions begins or resumes one execution after the other.
func (e *Engine) executions() (spent bool) {
	for {
		if !e.ongoing {
			if e.failure != nil || e.limits.Executions > 0 && e.Stats.Executions >= e.limits.Executions {
				return false
			}
			e.reset()
			if !e.strategy.begin(e) {
				return true
			}
			e.Go(e.name, e.main, Worker)
			e.ongoing = true
		}
		e.execute()
		e.ongoing = false
		e.Stats.Steps += int64(len(e.path))
		e.Stats.Longest = max(e.Stats.Longest, len(e.path))
		if e.blocked {
			e.Stats.Blocked++
		} else {
			e.Stats.Executions++
		}
	}
}

// close lets the coroutines end.
func (e *Engine) close() {
	for _, c := range e.all {
		c.stop()
	}
}
