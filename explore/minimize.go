package explore

import (
	"cmp"
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
	switch first.Fault {
	case Stubborn, Nondeterminism, Limit:
		return newFailure(first, nil), nil // to run it again shows nothing more
	case Goexit:
		return c.record(body, first, 0) // once, since the body may have told somebody else, too
	}
	best, proved, err := c.fewest(body, first)
	if err != nil {
		return nil, err
	}
	choice := 0
	if first.Fault != Endless { // which may still have an end for as long as it goes on
		if choice, err = c.deciding(body, best); err != nil {
			return nil, err
		}
	}
	f, err := c.record(body, best, choice)
	if err != nil {
		return nil, err
	}
	f.Minimal = proved && f.Fault == first.Fault
	return f, nil
}

// fewest looks for a failure like first with no preemption, then with one, and
// so on. It reports whether the one it returns is proved to be minimal. An
// execution that has become much longer than first is cut off, and nothing is
// proved then.
func (c Config) fewest(body func(*X), first *engine.Failure) (best *engine.Failure, proved bool, err error) {
	best = first
	for k := range first.Preemptions + 1 {
		p, err := c.program(body)
		if err != nil {
			return nil, false, err
		}
		p.Algorithm = engine.Naive
		p.Limits.Executions = effort
		p.Limits.Preemptions = k
		if k == 0 {
			p.Limits.Preemptions = engine.NoPreemption
		}
		if first.Fault != Endless {
			choices, _ := engine.SizeOfSchedule(first.Schedule)
			p.Limits.Steps = min(cmp.Or(c.Steps, engine.DefaultSteps), 100+10*choices)
		}
		found, cut := false, false
		p.Until = func(end engine.End) bool {
			f := end.Failure
			switch {
			case f == nil:
			case f.Fault == first.Fault:
				if !found || f.Steps < best.Steps {
					found, best = true, f
				}
			case f.Fault == Endless:
				cut = true
			}
			return found && first.Fault == Endless
		}
		r, err := engine.Explore(p)
		if err != nil {
			return nil, false, err
		}
		switch {
		case found:
			return best, r.Spent && !cut, nil
		case !r.Spent:
			best, err = c.fewer(body, first, p.Limits.Steps)
			return best, false, err
		}
	}
	return best, false, nil
}

// fewer looks for a failure like first, with fewer preemptions or else fewer
// steps, among schedules with few preemptions: there are too many to try all.
func (c Config) fewer(body func(*X), first *engine.Failure, steps int) (best *engine.Failure, err error) {
	best = first
	if first.Fault == Endless {
		return best, nil // each of so many would take long
	}
	p, err := c.program(body)
	if err != nil {
		return nil, err
	}
	p.Algorithm = engine.PCT
	p.Limits.Executions, p.Limits.Preemptions, p.Limits.Steps = effort, 0, steps
	p.Until = func(end engine.End) bool {
		f := end.Failure
		if f != nil && f.Fault == first.Fault &&
			cmp.Or(cmp.Compare(f.Preemptions, best.Preemptions), cmp.Compare(f.Steps, best.Steps)) < 0 {
			best = f
		}
		return false
	}
	_, err = engine.Explore(p)
	return best, err
}

// record runs the schedule of f once more and keeps its steps. The one that the
// given choice led to, counted from 1, is the deciding one.
func (c Config) record(body func(*X), f *engine.Failure, choice int) (*Failure, error) {
	p, err := c.program(body)
	if err != nil {
		return nil, err
	}
	p.Algorithm, p.Prefix, p.Record = engine.Replay, f.Schedule, true
	r, err := engine.Explore(p)
	if err != nil {
		return nil, err
	}
	if r.Failure == nil || r.Failure.Fault != f.Fault {
		return newFailure(&engine.Failure{
			Fault:    Nondeterminism,
			Message:  fmt.Sprintf("%v with this schedule, but not when it was run again", f.Fault),
			Schedule: f.Schedule,
		}, nil), nil
	}
	out := newFailure(r.Failure, r.Records)
	out.Deciding = r.RecordOf(choice)
	return out, nil
}

// deciding finds the choice, counted from 1, after which every schedule fails,
// while before it one does not; 0 if there is none or it is not known.
func (c Config) deciding(body func(*X), f *engine.Failure) (int, error) {
	lo := 0
	hi, _ := engine.SizeOfSchedule(f.Schedule) // after hi choices all fail
	if e, err := c.endings(body, ""); e != somePass || err != nil {
		return 0, err
	}
	for lo+1 < hi {
		mid := (lo + hi) / 2
		e, err := c.endings(body, engine.PrefixOfSchedule(f.Schedule, mid))
		switch {
		case err != nil || e == unknown:
			return 0, err
		case e == allFail:
			hi = mid
		default:
			lo = mid
		}
	}
	return hi, nil
}

// endings says how the schedules with some beginning end.
type endings uint8

const (
	unknown endings = iota // there are too many
	allFail
	somePass
)

// endings tries the schedules that begin so. A reduction sees what threads do
// later only if they get there: where failures cut executions short, it may miss
// those that pass, and only naive enumeration can tell that there are none.
func (c Config) endings(body func(*X), prefix string) (endings, error) {
	p, err := c.program(body)
	if err != nil {
		return unknown, err
	}
	p.Prefix = prefix
	p.Limits.Executions, p.Limits.Preemptions = effort, 0
	found, cut := unknown, false
	p.Until = func(end engine.End) bool {
		switch f := end.Failure; {
		case f == nil:
			found = somePass
		case !whole(f.Fault):
			cut = true
		}
		return found == somePass
	}
	p.Algorithm = Source
	r, err := engine.Explore(p)
	if r.Spent && found == unknown && cut {
		p.Algorithm = Naive
		r, err = engine.Explore(p)
	}
	if r.Spent && found == unknown {
		found = allFail
	}
	return found, err
}

// whole reports whether an execution that fails so has come to its end: no thread
// can go on.
func whole(f Fault) bool { return f == Deadlock || f == Leak }
