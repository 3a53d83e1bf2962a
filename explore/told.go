package explore

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// told notes the first execution in which the body has failed t without the
// explorer's knowing, as by t.Error.
type told struct {
	t       testing.TB
	before  bool // t had failed before the exploration
	failure *engine.Failure
}

// at is called at the end of each execution. It reports whether it is the one.
func (w *told) at(end engine.End) bool {
	if w.before || w.failure != nil || end.Failure != nil || !w.t.Failed() {
		return false
	}
	w.failure = &engine.Failure{
		Fault:       Assertion,
		Message:     "the body calls t.Error or the like; with x.Failf the simplest schedule would be shown",
		Schedule:    end.Schedule(),
		Preemptions: end.Preemptions,
	}
	return true
}

// record runs the execution once more and keeps its steps.
func (w *told) record(c Config, body func(*X)) (*Failure, error) {
	p, err := c.program(body)
	if err != nil {
		return nil, err
	}
	p.Algorithm, p.Prefix, p.Record = engine.Replay, w.failure.Schedule, true
	p.Until = func(engine.End) bool { return true }
	r, err := engine.Explore(p)
	if err != nil {
		return nil, err
	}
	return newFailure(w.failure, r.Records), nil
}
