package context_test

import (
	stdcontext "context"
	"fmt"
	"math/rand/v2"
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
	late      int   // 1: the threads but the first one start when that is at rest
	threads   [][]step
}

func draw(r *rand.Rand) (p program) {
	for i := range r.IntN(3) {
		p.parents = append(p.parents, r.IntN(i+1))
	}
	p.deadline = r.IntN(4) == 0
	p.afterFunc = r.IntN(4) == 0
	if r.IntN(3) == 0 {
		p.late = 1
	}
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

// start grows the tree and returns the steps of the threads.
func (p program) start() (threads [][]func() string) {
	tree := p.grow()
	for _, drawn := range p.threads {
		var steps []func() string
		for _, s := range drawn {
			steps = append(steps, func() string { return s.do(tree) })
		}
		threads = append(threads, steps)
	}
	return threads
}

// What source-DPOR finds of random programs is what comes of all schedules. For
// optimal DPOR they use too much that the body cannot touch first.
func TestOracle(t *testing.T) {
	limits := engine.Limits{Executions: 3_000}
	enginetest.Oracle(t, enginetest.Programs(300), enginetest.Programs(100), 0, limits, func(r *rand.Rand) enginetest.Threads {
		p := draw(r)
		return enginetest.Threads{Drawn: p, Late: p.late, Start: p.start}
	})
}
