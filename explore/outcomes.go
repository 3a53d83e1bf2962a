package explore

import "github.com/wakecheck/wakecheck/explore/internal/engine"

// Outcomes counts how the executions of a body ended.
type Outcomes struct {
	Executions int           // complete executions
	Blocked    int           // executions given up half-way, since all that could follow had been seen
	Ends       map[Fault]int // of the complete ones, how many ended with this fault; 0: with none

	// All says that no schedule was left out, so that what is true of each of the
	// executions is true of every schedule. It is false if an execution has failed
	// by something else than a Deadlock or a Leak and the Algorithm is not Naive:
	// that cuts it short, and hides which other schedules there are.
	All bool
}

// Outcomes explores body as [Config.Check] does, but goes on when an execution
// fails, and counts: to show that a program always fails, that every schedule of
// it ends in a [Deadlock]. The error says that the Config is wrong or that the
// body cannot be explored. It blocks while another exploration of this process
// goes on.
func (c Config) Outcomes(body func(*X)) (Outcomes, error) {
	p, err := c.program(body)
	if err != nil {
		return Outcomes{}, err
	}
	ends := make(map[Fault]int)
	cut := false
	p.Until = func(end engine.End) (stop bool) {
		if end.Failure == nil {
			ends[0]++
		} else {
			ends[end.Failure.Fault]++
			cut = cut || !whole(end.Failure.Fault)
		}
		return false
	}
	r, err := engine.Explore(p)
	if err != nil {
		return Outcomes{}, err
	}
	return Outcomes{
		Executions: r.Executions, Blocked: r.Blocked, Ends: ends,
		All: c.result(r).Proved && (!cut || c.Algorithm == Naive),
	}, nil
}
