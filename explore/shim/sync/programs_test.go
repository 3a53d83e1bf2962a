package sync_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// step is an operation of a random program, around others.
type step struct {
	op   string
	body []step
}

func (s step) String() string {
	if s.body == nil {
		return s.op
	}
	return fmt.Sprintf("%s%v", s.op, s.body)
}

// program is a random program: the steps of each thread.
type program [][]step

var (
	leaves = []string{"add", "load", "wait", "done", "trylock", "tryrlock", "signal", "broadcast", "await", "park", "unpark"}
	around = []string{"lock", "wlock", "rlock", "once", "work"}
)

// drawing is how a program is drawn: from few operations, so that they meet.
type drawing struct {
	rng            *rand.Rand
	leaves, around [3]string
	room           int // for so many steps
}

func (d *drawing) steps(depth int) (steps []step) {
	for n := 1 + d.rng.IntN(3); n > 0 && d.room > 0; n-- {
		d.room--
		k := d.rng.IntN(6)
		if depth < 2 && k >= 3 {
			s := step{op: d.around[k-3]}
			s.body = d.steps(depth + 1)
			steps = append(steps, s)
			continue
		}
		steps = append(steps, step{op: d.leaves[k%3]})
	}
	return steps
}

func drawProgram(seed uint64) (p program) {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := drawing{rng: rng, room: 4 + rng.IntN(6)}
	for i := range 3 {
		d.leaves[i] = leaves[rng.IntN(len(leaves))]
		d.around[i] = around[rng.IntN(len(around))]
	}
	for range 2 + rng.IntN(2) {
		p = append(p, d.steps(0))
	}
	return p
}

func (p program) count(op string) (n int) {
	var walk func([]step)
	walk = func(steps []step) {
		for _, s := range steps {
			if s.op == op {
				n++
			}
			walk(s.body)
		}
	}
	for _, steps := range p {
		walk(steps)
	}
	return n
}

// state is what the threads of a program share, and what each has seen.
type state struct {
	x     atomic.Int32
	mu    sync.Mutex
	cond  *sync.Cond
	rw    sync.RWMutex
	wg    sync.WaitGroup
	once  sync.Once
	token runtime.Token

	guarded, written, times int // by mu, by rw, by once
	seen                    []strings.Builder
}

func (s *state) run(i int, steps []step) {
	see := func(v any) { fmt.Fprint(&s.seen[i], " ", v) }
	for _, st := range steps {
		body := func() { s.run(i, st.body) }
		switch st.op {
		case "add":
			see(s.x.Add(1))
		case "load":
			see(s.x.Load())
		case "lock":
			s.mu.Lock()
			s.guarded++
			see(s.guarded)
			body()
			s.mu.Unlock()
		case "wlock":
			s.rw.Lock()
			s.written++
			see(s.written)
			body()
			s.rw.Unlock()
		case "rlock":
			s.rw.RLock()
			see(s.written)
			body()
			s.rw.RUnlock()
		case "once":
			s.once.Do(func() { s.times = i; body() })
			see(s.times)
		case "work":
			s.wg.Add(1)
			body()
			s.wg.Done()
		case "wait":
			s.wg.Wait()
		case "done":
			s.wg.Done()
		case "trylock":
			got := s.mu.TryLock()
			if see(got); got {
				s.mu.Unlock()
			}
		case "tryrlock":
			got := s.rw.TryRLock()
			if see(got); got {
				s.rw.RUnlock()
			}
		case "signal":
			s.cond.Signal()
		case "broadcast":
			s.cond.Broadcast()
		case "await":
			s.mu.Lock()
			s.cond.Wait()
			see(s.guarded)
			s.mu.Unlock()
		case "park":
			s.token.Park()
		case "unpark":
			s.token.Unpark()
		}
	}
}

// body is p as the body of an exploration. If early, it touches all objects
// that optimal DPOR must know before the threads start.
func (p program) body(early bool) enginetest.Program {
	return func(e *engine.Engine) func() string {
		s := &state{seen: make([]strings.Builder, len(p))}
		s.cond = sync.NewCond(&s.mu)
		s.wg.Add(p.count("done"))
		if early {
			s.x.Load()
			s.mu.TryLock()
			s.mu.Unlock()
			s.rw.TryRLock()
			s.rw.RUnlock()
			s.cond.Signal()
			s.token.Unpark()
			s.token.Park()
		}
		for i, steps := range p {
			e.Go(fmt.Sprint(i), func() { s.run(i, steps) }, engine.Worker)
		}
		return func() string {
			var all []string
			for i := range s.seen {
				all = append(all, s.seen[i].String())
			}
			return strings.Join(all, " |")
		}
	}
}

// Random programs come out, by the reductions, as they do when every schedule
// is tried.
func TestReductionsLoseNoOutcomes(t *testing.T) {
	const programs = 600
	var tried, schedules, source, blocked, optimal, deadlocks int
	for seed := range programs {
		p := drawProgram(uint64(seed))
		want, naive := enginetest.Run(t, p.body(false), engine.Naive, engine.Limits{Executions: 30_000})
		if !naive.Spent {
			continue
		}
		tried++
		schedules += naive.Executions
		if slices.ContainsFunc(want, func(o string) bool { return strings.HasPrefix(o, "deadlock") }) {
			deadlocks++
		}
		got, r := enginetest.Run(t, p.body(false), engine.Source, none)
		source += r.Executions
		blocked += r.Blocked
		if !slices.Equal(got, want) || r.Executions > naive.Executions {
			t.Fatalf("program %d, %v: source-DPOR comes to %d outcomes %q; all schedules come to %d %q", seed, p, len(got), got, len(want), want)
		}
		if p.count("once") > 0 {
			continue // its first touch is by a thread
		}
		got, r = enginetest.Run(t, p.body(true), engine.Optimal, none)
		optimal += r.Executions
		if !slices.Equal(got, want) || r.Blocked > 0 {
			t.Fatalf("program %d, %v: optimal DPOR comes to %d outcomes %q, gives %d up; all schedules come to %d %q", seed, p, len(got), got, r.Blocked, len(want), want)
		}
	}
	t.Logf("%d programs, %d with deadlocks: %d schedules, source-DPOR %d + %d given up, optimal %d (of those without a Once)",
		tried, deadlocks, schedules, source, blocked, optimal)
	if tried < programs/2 || deadlocks < tried/20 {
		t.Errorf("only %d programs could be exhausted, %d of them with deadlocks", tried, deadlocks)
	}
}
