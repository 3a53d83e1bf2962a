package context_test

import (
	stdcontext "context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/context"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// step is an operation of a random program on one of the contexts of a tree.
type step struct{ kind, which int }

const kinds = 8

// program is a random program on a tree of contexts.
type program struct {
	parents   []int // of each context but the root
	deadline  bool  // the last one has one
	afterFunc bool  // there is a function to be called after it
	late      bool  // the threads but the first one start when that is at rest
	threads   [][]step
}

func draw(r *rand.Rand) (p program) {
	for i := range r.IntN(3) {
		p.parents = append(p.parents, r.IntN(i+1))
	}
	p.deadline = r.IntN(4) == 0
	p.afterFunc = r.IntN(4) == 0
	p.late = r.IntN(3) == 0
	for range 1 + r.IntN(3) {
		var steps []step
		for range 1 + r.IntN(3) {
			steps = append(steps, step{r.IntN(kinds), r.IntN(1 + len(p.parents))})
		}
		p.threads = append(p.threads, steps)
	}
	return p
}

type tree struct {
	ctx    []stdcontext.Context
	cancel []func()
	stop   func() bool
	called chan int
}

func (p program) grow() *tree {
	t := &tree{called: make(chan int, 1), stop: func() bool { return false }}
	for i := range 1 + len(p.parents) {
		var parent stdcontext.Context = context.Background()
		if i > 0 {
			parent = t.ctx[p.parents[i-1]]
		}
		var ctx stdcontext.Context
		var cancel func()
		if i == len(p.parents) && p.deadline {
			ctx, cancel = context.WithTimeout(parent, time.Second)
		} else {
			ctx, cancel = context.WithCancel(parent)
		}
		t.ctx, t.cancel = append(t.ctx, ctx), append(t.cancel, cancel)
	}
	if p.afterFunc {
		t.stop = context.AfterFunc(t.ctx[len(p.parents)], func() { channel.Send(t.called, 1) })
	}
	return t
}

func (s step) do(t *tree) string {
	ctx := t.ctx[s.which]
	switch s.kind {
	case 0, 1:
		t.cancel[s.which]()
		return "canceled"
	case 2:
		channel.Recv(ctx.Done())
		return "done"
	case 3:
		return fmt.Sprint(ctx.Err())
	case 4:
		return fmt.Sprint(context.Cause(ctx))
	case 5:
		child, cancel := context.WithCancel(ctx)
		defer cancel()
		return fmt.Sprint(child.Err())
	case 6:
		return fmt.Sprint(t.stop())
	}
	return fmt.Sprint(channel.Select(false, channel.RecvCase(ctx.Done(), nil, nil), channel.RecvCase(t.called, nil, nil)))
}

func (p program) explore(t *testing.T, a engine.Algorithm) (outcomes []string, r engine.Result) {
	seen := map[string]bool{}
	logs := make([][]string, len(p.threads))
	r, err := engine.Explore(engine.Program{
		Algorithm: a,
		Limits:    engine.Limits{Executions: 3_000},
		Body: func(e *engine.Engine) {
			tree := p.grow()
			for i := range logs {
				logs[i] = logs[i][:0]
			}
			for i, steps := range p.threads {
				if p.late && i == 1 {
					e.Settle()
				}
				e.Go(string(rune('a'+i)), func() {
					for _, s := range steps {
						logs[i] = append(logs[i], s.do(tree))
					}
				}, engine.Worker)
			}
		},
		Until: func(end engine.End) bool {
			outcome := fmt.Sprint(logs)
			if f := end.Failure; f != nil {
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

// What source-DPOR finds of random programs is what comes of all schedules.
func TestOracle(t *testing.T) {
	checked, outcomes := 0, 0
	for seed := range uint64(enginetest.Programs(300)) {
		r := rand.New(rand.NewPCG(seed, 0))
		p := draw(r)
		want, all := p.explore(t, engine.Naive)
		if !all.Spent {
			continue
		}
		checked++
		outcomes += len(want)
		got, s := p.explore(t, engine.Source)
		if !slices.Equal(got, want) || !s.Spent || s.Executions > all.Executions {
			t.Fatalf("seed %d: %+v\nsource-DPOR, %d executions: %q\nall %d: %q", seed, p, s.Executions, got, all.Executions, want)
		}
	}
	t.Logf("%d programs with %d outcomes", checked, outcomes)
	if checked < enginetest.Programs(100) {
		t.Errorf("only %d programs were small enough to be checked", checked)
	}
}
