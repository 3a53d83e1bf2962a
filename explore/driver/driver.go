// Package driver makes the checks of package contract explore: where it is
// imported, contract.TestExecutor and the other doors try every schedule of each
// scenario that they draw, instead of running it once on goroutines.
//
//	import _ "github.com/wakecheck/wakecheck/explore/driver"
//
// The subjects must be built on the shims of explore/shim. The verdicts say for
// how many scenarios all schedules were tried, and what bounded the others.
package driver

import (
	"context"
	"slices"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/internal/engine"
	shimcontext "github.com/wakecheck/wakecheck/explore/shim/context"
)

func init() { contract.RegisterExplorer(explorer{}) }

type explorer struct{}

func (explorer) Explore(plan contract.Plan, play func(contract.Stage) []contract.Event, ended func(contract.Played) bool) (contract.Coverage, error) {
	tooLarge := ""
	p := engine.Program{
		Name:   "driver",
		Body:   func(e *engine.Engine) { play(stage{e}) },
		Limits: engine.Limits{Executions: plan.Executions},
		Until: func(end engine.End) bool {
			played := contract.Played{Schedule: end.Schedule, Preemptions: end.Preemptions}
			if end.Failure != nil && end.Failure.Fault == engine.Limit {
				tooLarge = end.Failure.Message // of the engine: there is nothing to judge
				return true
			}
			if end.Failure != nil {
				played.Fault = fault(end.Failure)
			}
			return ended(played)
		},
	}
	switch {
	case plan.Schedule != "":
		p.Algorithm, p.Prefix = engine.Replay, plan.Schedule
	case plan.Seed != 0 && plan.Walk:
		p.Algorithm, p.Seed = engine.Random, plan.Seed
	case plan.Seed != 0:
		p.Algorithm, p.Seed = engine.PCT, plan.Seed
	case plan.Preemptions > 0:
		p.Algorithm, p.Limits.Preemptions = engine.Naive, plan.Preemptions
	case plan.Preemptions < 0:
		p.Algorithm, p.Limits.Preemptions = engine.Naive, engine.NoPreemption
	}
	r, err := engine.Explore(p)
	return contract.Coverage{Executions: r.Executions, All: r.Spent && plan.Seed == 0 && r.Muted == 0, TooLarge: tooLarge}, err
}

// fault says what is wrong with an execution beside what its trace shows.
func fault(f *engine.Failure) string {
	switch f.Fault {
	case engine.Deadlock, engine.Leak:
		text := "threads are left that can never go on:"
		for _, s := range f.Stuck {
			text += " " + s.Thread + " (" + string(s.Kind) + " " + s.Object + ")"
		}
		return text
	}
	text := f.Fault.String()
	if f.Thread != "" {
		text += " in " + f.Thread
	}
	return text + ": " + f.Message
}

// stage is an execution.
type stage struct{ e *engine.Engine }

func (s stage) Go(f func()) { s.e.Go("thread", f, engine.Worker) }
func (s stage) Settle()     { s.e.Settle() }

func (s stage) Context() (context.Context, context.CancelFunc) {
	return shimcontext.WithCancel(shimcontext.Background())
}

func (s stage) Lock() contract.StageLock { return &lock{e: s.e} }

func (s stage) Touch() contract.StageTouch { return &touch{e: s.e} }

func (s stage) Self() int                    { return s.e.Self().Number() }
func (s stage) Over() bool                   { return s.e.Over() }
func (s stage) Mark() contract.Mark          { return s.e.Mark() }
func (s stage) Sees(mark contract.Mark) bool { return s.e.Sees(mark.(engine.Mark)) }

// touch stands for what a run keeps itself.
type touch struct {
	e   *engine.Engine
	ref engine.Ref
}

func (t *touch) object() *engine.Object {
	o, _ := t.e.Object(&t.ref, "the check's own state")
	return o
}

func (t *touch) Change(others ...contract.StageTouch) {
	if len(others) == 0 {
		t.e.Write(t.object(), "touch")
		return
	}
	objects := []*engine.Object{t.object()}
	for _, other := range others {
		if o := other.(*touch).object(); !slices.Contains(objects, o) {
			objects = append(objects, o)
		}
	}
	t.e.WriteAll(objects, "touch")
}

func (t *touch) Add() { t.e.Join(t.object(), "add") }

// lock is a lock among threads. It orders nothing for data races: the code under
// test must do that itself.
type lock struct {
	e   *engine.Engine
	ref engine.Ref
}

func (l *lock) object() *engine.Object {
	o, fresh := l.e.Object(&l.ref, "the check's own lock")
	if fresh {
		o.SetOpen(engine.Gate)
	}
	return o
}

func (l *lock) Lock() {
	o := l.object()
	l.e.Enter(o, "lock", engine.Gate)
	o.SetOpen(0)
}

func (l *lock) TryLock() bool {
	o := l.object()
	l.e.Write(o, "trylock")
	free := o.Open() != 0
	o.SetOpen(0)
	return free
}

func (l *lock) Unlock() {
	o := l.object()
	l.e.Write(o, "unlock")
	o.SetOpen(engine.Gate)
}
