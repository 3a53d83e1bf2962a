package engine

import (
	"math/bits"
	"testing"
)

// Each mutant is an algorithm with one mistake. Most of the programs of the
// literature do not show it; the oracle must.

// sourceMutant is source with places to make mistakes at.
type sourceMutant struct {
	source
	onBegin func(*sourceMutant)
	onNext  func(*sourceMutant)
	onStep  func(*sourceMutant, *Thread)             // before the step is noted
	races   func(*sourceMutant, *Thread, int32)      // instead of source.races
	sleeps  func(*sourceMutant, *Thread, int32) bool // instead of "does not depend"
	onEnd   func(*sourceMutant, *Engine)             // instead of source.end
}

func (m *sourceMutant) begin(e *Engine) bool {
	if m.onBegin != nil {
		m.onBegin(m)
	}
	return m.source.begin(e)
}

func (m *sourceMutant) next(e *Engine, enabled uint64) int {
	if m.onNext != nil {
		m.onNext(m)
	}
	return m.source.next(e, enabled)
}

// step is that of source but for the mistakes. That it is no other shows in the
// mutant without a mistake, which the oracle must not find.
func (m *sourceMutant) step(e *Engine, t *Thread) {
	if m.onStep != nil {
		m.onStep(m, t)
	}
	i, fresh := m.add(e, t)
	if fresh {
		if m.races != nil {
			m.races(m, t, i)
		} else {
			m.source.races(t, i)
		}
		m.sleep = 0
		for set := m.frames[i].done; set != 0; set &= set - 1 {
			id := bits.TrailingZeros64(set)
			q := e.byID[id]
			if q == nil {
				continue
			}
			stays := !m.dependent(q, i)
			if m.sleeps != nil {
				stays = m.sleeps(m, q, i)
			}
			if stays {
				m.sleep |= 1 << id
			}
		}
	}
	m.note(t, i)
	m.dfs.n++
}

func (m *sourceMutant) end(e *Engine) {
	if m.onEnd != nil {
		m.onEnd(m, e)
		return
	}
	m.source.end(e)
}

// initials is source.races with another idea of who can begin the reversed
// order v of r and t.
func initials(of func(m *sourceMutant, r int32, t *Thread) (can, must uint64)) func(*sourceMutant, *Thread, int32) {
	return func(m *sourceMutant, t *Thread, i int32) {
		reverse := func(r int32) {
			f := &m.frames[r]
			if can, must := of(m, r, t); (f.todo|f.done)&can == 0 {
				f.todo |= must & f.enabled
			}
		}
		past := append([]int32(nil), m.clockOf(m.events[i].pre)...)
		if t.op.need != 0 {
			for _, r := range m.gateRaces(t, past) {
				reverse(r)
			}
			return
		}
		for _, r := range m.rival {
			if !m.before(r, past) {
				reverse(r)
				joinInto(past, m.clock(r))
			}
		}
	}
}

// following is the set of the threads of the events after r that do not depend
// on it, and the first of them.
func (m *sourceMutant) following(r int32) (all uint64, first int) {
	ev := &m.events[r]
	first = -1
	for k := r + 1; k < int32(m.dfs.n); k++ {
		if m.clock(k)[ev.thread] < ev.count {
			q := int(m.events[k].thread)
			if all |= 1 << q; first < 0 {
				first = q
			}
		}
	}
	return all, first
}

var sourceMutants = []struct {
	name   string
	mutant sourceMutant
}{
	{"no races of blocked threads", sourceMutant{onEnd: func(*sourceMutant, *Engine) {}}},
	{"no races of blocked threads where an execution is given up", sourceMutant{onEnd: func(m *sourceMutant, e *Engine) {
		if !e.blocked {
			m.source.end(e)
		}
	}}},
	{"sleepers are never woken", sourceMutant{sleeps: func(*sourceMutant, *Thread, int32) bool { return true }}},
	{"sleepers are woken by any step", sourceMutant{sleeps: func(*sourceMutant, *Thread, int32) bool { return false }}},
	{"sleepers are tried again", sourceMutant{onNext: func(m *sourceMutant) { m.sleep = 0 }}},
	{"a sleeping CompareAndSwap is a read", sourceMutant{sleeps: func(m *sourceMutant, q *Thread, i int32) bool {
		return !m.dependent(q, i) || q.op.cas && m.events[i].class == Read
	}}},
	{"a sleeping CompareAndSwap is a write", sourceMutant{sleeps: func(m *sourceMutant, q *Thread, i int32) bool {
		q.op.cas = false
		defer func(cas bool) { q.op.cas = cas }(true)
		return !m.dependent(q, i)
	}}},
	{"a gate is in a race with the last event, open or not", sourceMutant{races: func(m *sourceMutant, t *Thread, i int32) {
		need := t.op.need
		t.op.need = 0
		m.source.races(t, i)
		t.op.need = need
	}}},
	{"the walk back from a gate stops at the first event", sourceMutant{races: func(m *sourceMutant, t *Thread, i int32) {
		if t.op.need != 0 {
			if k := t.op.obj.lastTouch; k >= 0 && m.touches[k].open&t.op.need == 0 {
				return
			}
		}
		m.source.races(t, i)
	}}},
	{"passing a gate is in no race by what else it touches", sourceMutant{races: func(m *sourceMutant, t *Thread, i int32) {
		if t.op.need == 0 {
			m.source.races(t, i)
			return
		}
		m.reverseGate(t, m.events[i].pre)
	}}},
	{"at rest is any time", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		t.op.settle = false
	}}},
	{"any thread of the reversed order may begin it", sourceMutant{races: initials(func(m *sourceMutant, r int32, t *Thread) (can, must uint64) {
		all, first := m.following(r)
		all |= 1 << t.id
		if first < 0 {
			return all, all
		}
		return all, 1 << first
	})}},
	{"only the racing thread may begin the reversed order", sourceMutant{races: initials(func(m *sourceMutant, r int32, t *Thread) (can, must uint64) {
		return 1 << t.id, 1 << t.id
	})}},
	{"only the latest race of an event is reversed", sourceMutant{races: func(m *sourceMutant, t *Thread, i int32) {
		if len(m.rival) > 1 {
			m.rival = m.rival[:1]
		}
		m.source.races(t, i)
	}}},
	{"the last toss is not taken back", sourceMutant{onBegin: func(m *sourceMutant) {
		if n := len(m.tosses); n > 0 && m.tosses[n-1].at == len(m.frames)-1 {
			m.tosses[n-1].fixed = true
		}
	}}},
	{"what is released is not ordered after the release", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		t.releaser = -1
	}}},
	{"a thread is not ordered after its start", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		if t.events == 1 {
			t.last = -1
		}
	}}},
	{"a select touches its first object only", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		t.op.more = nil
	}}},
	{"counting commutes with reading", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		if t.op.class == Join {
			t.op.class = Read
		}
	}}},
	{"reads do not commute", sourceMutant{onStep: func(m *sourceMutant, t *Thread) {
		if t.op.class == Read {
			t.op.class = Write
		}
	}}},
}

// optimalMutant is optimal with places to make mistakes at.
type optimalMutant struct {
	optimal
	onNext func(m *optimalMutant, e *Engine, enabled uint64) // after the decision
	onStep func(*Thread)
	onEnd  func(*optimalMutant, *Engine)
}

func (m *optimalMutant) next(e *Engine, enabled uint64) int {
	id := m.optimal.next(e, enabled)
	if m.onNext != nil && id >= 0 {
		m.onNext(m, e, enabled)
	}
	return id
}

func (m *optimalMutant) step(e *Engine, t *Thread) {
	if m.onStep != nil {
		m.onStep(t)
	}
	m.optimal.step(e, t)
}

func (m *optimalMutant) end(e *Engine) {
	if m.onEnd != nil {
		m.onEnd(m, e)
		return
	}
	m.optimal.end(e)
}

var optimalMutants = []struct {
	name   string
	mutant optimalMutant
	late   bool // it is for scripts that touch objects late
	gives  bool // it may give up executions: what is missing shall show
}{
	{name: "no races of blocked threads", mutant: optimalMutant{onEnd: func(m *optimalMutant, e *Engine) {
		waiting := e.waiting
		e.waiting = 0
		m.optimal.end(e)
		e.waiting = waiting
	}}},
	{name: "a blocked thread touches nothing but its gate", mutant: optimalMutant{onEnd: func(m *optimalMutant, e *Engine) {
		for set := e.stuck(); set != 0; set &= set - 1 {
			e.byID[bits.TrailingZeros64(set)].op.more = nil
		}
		m.optimal.end(e)
	}}},
	{name: "only races whose second event is new", mutant: optimalMutant{onEnd: func(m *optimalMutant, e *Engine) {
		all := m.races
		if m.kept < len(m.bounds) {
			m.races = all[m.bounds[m.kept].races:]
		}
		m.optimal.end(e)
		m.races = all
	}}},
	{name: "the reversed order ends with the second event", mutant: optimalMutant{onEnd: func(m *optimalMutant, e *Engine) {
		all, n := m.races, m.n
		waiting := e.waiting
		e.waiting = 0
		for k := range all {
			m.races = all[k : k+1]
			m.n = int(all[k].second)
			m.optimal.end(e)
		}
		m.races, m.n, e.waiting = nil, n, waiting
		m.optimal.end(e)
		m.races = all
	}}},
	{name: "the first decisions try each thread, as if each were a job of its own", gives: true, mutant: optimalMutant{onNext: func(m *optimalMutant, e *Engine, enabled uint64) {
		const split = 3
		if m.n >= split || m.n < m.given {
			return
		}
		f := &m.frames[m.n]
		left := enabled &^ (1 << f.chosen)
		for _, q := range f.sleep {
			left &^= 1 << q.thread
		}
		for _, o := range f.rest.next {
			left &^= 1 << o.op.thread
		}
		for ; left != 0; left &= left - 1 {
			t := e.byID[bits.TrailingZeros64(left)]
			o := op{thread: t.id, class: t.op.class, obj: -1}
			if t.op.obj != nil {
				o.obj = t.op.obj.id
			}
			for _, more := range t.op.more {
				o.more = append(o.more, more.id)
			}
			f.rest.next = append(f.rest.next, m.leaf(o))
		}
	}}},
	{name: "objects are numbered as they are touched", late: true, mutant: optimalMutant{onStep: func(t *Thread) {
		if t.op.obj != nil {
			t.op.obj.early = true
		}
	}}},
}

// TestOracleFindsMutants shows that the oracle can fail.
func TestOracleFindsMutants(t *testing.T) {
	if raceDetector {
		t.Skip("many times slower with the race detector, which sees nothing in coroutines")
	}
	var all []algorithm
	for _, c := range sourceMutants {
		all = append(all, algorithm{name: "source: " + c.name, casReads: true, make: func() strategy {
			m := c.mutant
			m.casReads = true
			return &m
		}})
	}
	for _, c := range optimalMutants {
		all = append(all, algorithm{name: "optimal: " + c.name, optimal: true, late: c.late, gives: c.gives, make: func() strategy {
			m := c.mutant
			return &m
		}})
	}
	for i := range all {
		a := &all[i]
		t.Run(a.name, func(t *testing.T) {
			for seed := range uint64(commonScripts) {
				tr := drawn(t, seed)
				if !a.fits(tr.script) {
					continue
				}
				if err := a.check(tr); err != nil {
					t.Logf("seed %d: %v", seed, err)
					return
				}
			}
			t.Errorf("not found with %d scripts", commonScripts)
		})
	}
}

// TestMutantWithoutMistake shows that it is the mistakes that the oracle finds,
// and not what carries them.
func TestMutantWithoutMistake(t *testing.T) {
	for _, a := range []algorithm{
		{casReads: true, make: func() strategy { return &sourceMutant{source: source{trace: trace{casReads: true}}} }},
		{optimal: true, make: func() strategy { return &optimalMutant{} }},
	} {
		for seed := range uint64(100) {
			if tr := drawn(t, seed); a.fits(tr.script) {
				if err := a.check(tr); err != nil {
					t.Fatalf("seed %d: %v\n%v", seed, err, tr.script)
				}
			}
		}
	}
}
