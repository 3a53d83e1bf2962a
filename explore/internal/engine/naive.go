package engine

// naive tries every schedule, up to a number of preemptions. It is what the
// reductions are checked against, and how a bound on preemptions is exhausted:
// to cut branches off by a bound is not sound together with a reduction that
// relies on them.
type naive struct {
	dfs
	preemptions int // -1: any number
	trace       *trace
}

// NoPreemption is the limit of preemptions that allows none, as 0 is no limit.
const NoPreemption = -1

func newNaive(limit int, prefix []choice) *naive {
	s := &naive{dfs: dfs{prefix: prefix}}
	switch limit {
	case 0:
		s.preemptions = -1
	case NoPreemption:
	default:
		s.preemptions = limit
	}
	return s
}

func (s *naive) begin(*Engine) bool {
	kept, ok := s.advance()
	if ok && s.trace != nil {
		s.trace.begin(kept)
	}
	return ok
}

func (s *naive) next(e *Engine, enabled uint64) int {
	if id, ok := s.repeat(e, enabled); ok {
		return id
	}
	todo := enabled
	if s.preemptions >= 0 && e.preemptions >= s.preemptions && e.prev >= 0 && enabled&(1<<e.prev) != 0 {
		todo = 1 << e.prev
	}
	return s.decide(enabled, todo, 0, e.keep(todo))
}

func (s *naive) step(e *Engine, t *Thread) {
	s.n++
	if s.trace != nil {
		i, _ := s.trace.add(e, t)
		s.trace.note(t, i)
	}
}

func (s *naive) end(*Engine) {}
