package explore

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// effort is how many executions each question about a failure may take. If it
// does not suffice, the report says less.
const effort = 20_000

// minimal runs body again to find the failure of the same kind that has the
// fewest preemptions, and of those the fewest steps; and then to tell which of
// its steps decided it.
func (c Config) minimal(body func(*X), first *engine.Failure) (*Failure, error) {
	best, proved := first, false
	if repeatable(first.Fault) {
		var err error
		if best, proved, err = c.fewest(body, first); err != nil {
			return nil, err
		}
	}
	f, err := c.record(body, best)
	if err != nil || !repeatable(first.Fault) {
		return f, err
	}
	f.Minimal = proved
	f.Deciding, err = c.deciding(body, best)
	return f, err
}

// repeatable reports whether a body that has failed so may be run again.
func repeatable(f Fault) bool {
	switch f {
	case Goexit, Stubborn, Nondeterminism, Limit:
		return false
	}
	return true
}

// fewest looks for a failure like first with no preemption, then with one, and
// so on. It reports whether the one it returns is proved to be minimal.
func (c Config) fewest(body func(*X), first *engine.Failure) (best *engine.Failure, proved bool, err error) {
	best = first
	for k := range first.Preemptions + 1 {
		p := c.program(body)
		p.Algorithm = engine.Naive
		p.Limits.Executions = effort
		p.Limits.Preemptions = k
		if k == 0 {
			p.Limits.Preemptions = engine.NoPreemption
		}
		if first.Fault != Endless {
			p.Limits.Steps = first.Steps + 1
		}
		found := false
		p.Until = func(end engine.End) bool {
			if f := end.Failure; f != nil && f.Fault == first.Fault && (!found || f.Steps < best.Steps) {
				found, best = true, f
			}
			return found && first.Fault == Endless
		}
		r, err := engine.Explore(p)
		if err != nil {
			return nil, false, err
		}
		if found || !r.Spent {
			return best, r.Spent, nil
		}
	}
	return best, false, nil
}

// record runs the schedule of f once more and keeps its steps.
func (c Config) record(body func(*X), f *engine.Failure) (*Failure, error) {
	p := c.program(body)
	p.Algorithm, p.Prefix, p.Record = engine.Replay, f.Schedule, true
	if f.Fault == Goexit || f.Fault == Stubborn {
		return newFailure(f, nil), nil
	}
	r, err := engine.Explore(p)
	if err != nil {
		return nil, err
	}
	if r.Failure == nil || r.Failure.Fault != f.Fault {
		return nil, fmt.Errorf("explore: %v under the schedule %s, but not when it was run again: the body depends on more than the schedule (time, randomness, map order, addresses, package variables)",
			f.Fault, f.Schedule)
	}
	return newFailure(r.Failure, r.Records), nil
}

// deciding finds the step after which every schedule fails, while before it one
// does not: its place among the steps, -1 if there is none or it is not known.
func (c Config) deciding(body func(*X), f *engine.Failure) (int, error) {
	lo := 0
	hi, _ := engine.SizeOfSchedule(f.Schedule) // after hi choices all fail
	if ok, err := c.allFail(body, ""); ok || err != nil {
		return -1, err
	}
	for lo+1 < hi {
		mid := (lo + hi) / 2
		ok, err := c.allFail(body, engine.PrefixOfSchedule(f.Schedule, mid))
		if err != nil {
			return -1, err
		}
		if ok {
			hi = mid
		} else {
			lo = mid
		}
	}
	_, steps := engine.SizeOfSchedule(engine.PrefixOfSchedule(f.Schedule, hi))
	return steps - 1, nil
}

// allFail reports whether every schedule that begins so is known to fail.
func (c Config) allFail(body func(*X), prefix string) (bool, error) {
	p := c.program(body)
	p.Algorithm, p.Prefix = engine.Source, prefix
	p.Limits.Executions, p.Limits.Preemptions = effort, 0
	passed := false
	p.Until = func(end engine.End) bool {
		passed = end.Failure == nil
		return passed
	}
	r, err := engine.Explore(p)
	return !passed && r.Spent, err
}
