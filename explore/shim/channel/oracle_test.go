package channel_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// step is an operation of a random program.
type step struct {
	kind       int  // 0 send, 1 receive, 2 select, 3 select with default, 4 close, 5 len
	a, b       int  // the channels
	outA, outB bool // a select: whether it sends
}

// program is a random program: for each thread its steps. The late threads
// start when the others are at rest.
type program struct {
	sizes   []int
	threads [][]step
	late    int // how many of the threads, the last ones, are late
}

func draw(r *rand.Rand) program {
	var p program
	for range 1 + r.IntN(3) {
		p.sizes = append(p.sizes, r.IntN(3))
	}
	for range 2 + r.IntN(3) {
		var steps []step
		for range 1 + r.IntN(3) {
			s := step{a: r.IntN(len(p.sizes)), b: r.IntN(len(p.sizes)), outA: r.IntN(2) == 0, outB: r.IntN(2) == 0}
			s.kind = []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5}[r.IntN(13)]
			steps = append(steps, s)
		}
		p.threads = append(p.threads, steps)
	}
	p.late = r.IntN(3)
	return p
}

// explore returns all that can come of p: what each thread saw, and who is
// blocked on what at the end.
func (p program) explore(t *testing.T, a engine.Algorithm) (outcomes []string, r engine.Result) {
	seen := map[string]bool{}
	logs := make([][]string, len(p.threads))
	r, err := engine.Explore(engine.Program{
		Algorithm: a,
		Limits:    engine.Limits{Executions: 4_000},
		Body: func(e *engine.Engine) {
			cs := make([]chan int, len(p.sizes))
			for i, n := range p.sizes {
				cs[i] = make(chan int, n)
				channel.Len(cs[i]) // optimal DPOR wants the body to touch it
			}
			for t := range logs {
				logs[t] = logs[t][:0]
			}
			for t, steps := range p.threads {
				if t > 0 && t == len(p.threads)-p.late {
					e.Settle()
				}
				e.Go(string(rune('a'+t)), func() {
					for i, s := range steps {
						logs[t] = append(logs[t], s.do(cs, 100*t+i))
					}
				}, engine.Worker)
			}
		},
		Until: func(end engine.End) bool {
			f := end.Failure
			outcome := fmt.Sprint(logs)
			if f != nil {
				outcome += enginetest.Describe(f)
			}
			seen[outcome] = true
			return false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(seen)), r
}

// What the reductions find of random programs is what comes of all schedules.
func TestOracle(t *testing.T) {
	checked, outcomes, unfits := 0, 0, 0
	for seed := range uint64(enginetest.Programs(1000)) {
		p := draw(rand.New(rand.NewPCG(seed, 0)))
		want, all := p.explore(t, engine.Naive)
		if !all.Spent {
			continue
		}
		checked++
		outcomes += len(want)
		got, r := p.explore(t, engine.Source)
		best, o := p.explore(t, engine.Optimal)
		if unfit(best) {
			unfits++
		} else if !slices.Equal(best, want) || !o.Spent {
			t.Fatalf("seed %d: %+v\noptimal DPOR, %d executions: %q\nall %d: %q", seed, p, o.Executions, best, all.Executions, want)
		}
		if !slices.Equal(got, want) || !r.Spent || r.Executions > all.Executions {
			t.Fatalf("seed %d: %+v\nsource-DPOR, %d executions: %q\nall %d: %q", seed, p, r.Executions, got, all.Executions, want)
		}
	}
	if checked < enginetest.Programs(400) {
		t.Errorf("only %d programs were small enough to be checked", checked)
	}
	t.Logf("%d programs with %d outcomes, %d of them unfit for optimal DPOR", checked, outcomes, unfits)
}

func (s step) do(cs []chan int, id int) (saw string) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			saw = p.Error()
		default: // the engine's
			panic(p)
		}
	}()
	switch s.kind {
	case 0:
		channel.Send(cs[s.a], id)
		return "sent"
	case 1:
		v, ok := channel.Recv2(cs[s.a])
		return fmt.Sprint(v, ok)
	case 4:
		channel.Close(cs[s.a])
		return "closed"
	case 5:
		return fmt.Sprint("len", channel.Len(cs[s.a]))
	}
	var v int
	var ok bool
	x, y := channel.RecvCase(cs[s.a], &v, &ok), channel.RecvCase(cs[s.b], &v, &ok)
	if s.outA {
		x = channel.SendCase(cs[s.a], id)
	}
	if s.outB {
		y = channel.SendCase(cs[s.b], id+50)
	}
	i := channel.Select(s.kind == 3, x, y)
	return fmt.Sprintf("case%d=%d,%v", i, v, ok)
}

// unfit reports whether optimal DPOR could not follow a program, since a select
// has several ready cases or threads start late.
func unfit(outcomes []string) bool {
	return slices.ContainsFunc(outcomes, func(s string) bool { return strings.Contains(s, "optimal DPOR cannot") })
}
