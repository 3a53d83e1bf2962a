package time_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// step is an operation of a random program on one of two timers and a channel.
type step struct {
	kind, timer int
	d           time.Duration
}

const kinds = 10

func draw(r *rand.Rand) (program [][]step) {
	for range 1 + r.IntN(3) {
		var steps []step
		for range 1 + r.IntN(3) {
			steps = append(steps, step{r.IntN(kinds), r.IntN(2), time.Duration(r.IntN(4))})
		}
		program = append(program, steps)
	}
	return program
}

// place is what the threads of a random program share.
type place struct {
	timers [2]*time.Timer
	ticker *time.Ticker
	c      chan int
	start  time.Time
}

func (s step) do(p *place) string {
	timer := p.timers[s.timer]
	switch s.kind {
	case 0:
		time.Sleep(s.d)
		return "slept"
	case 1:
		return fmt.Sprint("stopped ", timer.Stop())
	case 2:
		return fmt.Sprint("reset ", timer.Reset(s.d))
	case 3:
		return fmt.Sprint("since ", time.Since(p.start))
	case 4:
		return fmt.Sprint("at ", channel.Recv(p.timers[0].C).Sub(p.start))
	case 5:
		var v time.Time
		if channel.Select(true, channel.RecvCase(p.timers[0].C, &v, nil)) < 0 {
			return "nothing"
		}
		return fmt.Sprint("got ", v.Sub(p.start))
	case 6:
		return fmt.Sprint("case ", channel.Select(false,
			channel.RecvCase(p.timers[0].C, nil, nil), channel.SendCase(p.c, 1), channel.RecvCase(p.ticker.C, nil, nil)))
	case 7:
		channel.Recv(p.c)
		return "received"
	case 8:
		p.ticker.Stop()
		return "ticker stopped"
	}
	channel.Send(p.c, 2)
	return "sent"
}

func explore(t *testing.T, program [][]step, late bool, a engine.Algorithm) (outcomes []string, r engine.Result) {
	seen := map[string]bool{}
	logs := make([][]string, len(program))
	var p *place
	r, err := engine.Explore(engine.Program{
		Algorithm: a,
		Limits:    engine.Limits{Executions: 3_000, Ticks: 1},
		Body: func(e *engine.Engine) {
			p = &place{c: make(chan int), start: time.Now()}
			p.timers[0] = time.NewTimer(2)
			p.timers[1] = time.AfterFunc(3, func() { channel.Select(true, channel.RecvCase(p.c, nil, nil)) })
			p.ticker = time.NewTicker(3)
			for i := range logs {
				logs[i] = logs[i][:0]
			}
			for i, steps := range program {
				if late && i == 1 {
					e.Settle()
				}
				e.Go(string(rune('a'+i)), func() {
					for _, s := range steps {
						logs[i] = append(logs[i], s.do(p))
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
	for seed := range uint64(enginetest.Programs(400)) {
		r := rand.New(rand.NewPCG(seed, 0))
		p, late := draw(r), r.IntN(3) == 0
		want, all := explore(t, p, late, engine.Naive)
		if !all.Spent {
			continue
		}
		checked++
		outcomes += len(want)
		got, s := explore(t, p, late, engine.Source)
		if !slices.Equal(got, want) || !s.Spent || s.Executions > all.Executions {
			t.Fatalf("seed %d: %+v\nsource-DPOR, %d executions: %q\nall %d: %q", seed, p, s.Executions, got, all.Executions, want)
		}
	}
	t.Logf("%d programs with %d outcomes", checked, outcomes)
	if checked < enginetest.Programs(100) {
		t.Errorf("only %d programs were small enough to be checked", checked)
	}
}
