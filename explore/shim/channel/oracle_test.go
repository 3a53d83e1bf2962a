package channel_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
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
			s.kind = []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5, 5, 5}[r.IntN(15)]
			steps = append(steps, s)
		}
		p.threads = append(p.threads, steps)
	}
	p.late = r.IntN(3)
	return p
}

// start makes the channels and returns the steps of the threads.
func (p program) start() (threads [][]func() string) {
	cs := make([]chan int, len(p.sizes))
	for i, n := range p.sizes {
		cs[i] = make(chan int, n)
		channel.Len(cs[i]) // optimal DPOR wants the body to touch it
	}
	for t, drawn := range p.threads {
		var steps []func() string
		for i, s := range drawn {
			steps = append(steps, func() string { return s.do(cs, 100*t+i) })
		}
		threads = append(threads, steps)
	}
	return threads
}

// What the reductions find of random programs is what comes of all schedules.
func TestOracle(t *testing.T) {
	limits := engine.Limits{Executions: 4_000}
	enginetest.Oracle(t, enginetest.Programs(1000), enginetest.Programs(400), enginetest.Programs(100), limits, func(r *rand.Rand) enginetest.Threads {
		p := draw(r)
		return enginetest.Threads{Drawn: p, Late: (len(p.threads) - p.late) % len(p.threads), Start: p.start}
	})
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
