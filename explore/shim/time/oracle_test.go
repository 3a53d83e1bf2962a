package time_test

import (
	"fmt"
	"math/rand/v2"
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

// What source-DPOR finds of random programs is what comes of all schedules. For
// optimal DPOR they use too much that the body cannot touch first.
func TestOracle(t *testing.T) {
	limits := engine.Limits{Executions: 3_000, Ticks: 1}
	enginetest.Oracle(t, enginetest.Programs(400), enginetest.Programs(100), 0, limits, func(r *rand.Rand) enginetest.Threads {
		program, late := draw(r), 0
		if r.IntN(3) == 0 {
			late = 1
		}
		return enginetest.Threads{Drawn: program, Late: late, Start: func() (threads [][]func() string) {
			p := &place{c: make(chan int), start: time.Now()}
			p.timers[0] = time.NewTimer(2)
			p.timers[1] = time.AfterFunc(3, func() { channel.Select(true, channel.RecvCase(p.c, nil, nil)) })
			p.ticker = time.NewTicker(3)
			for _, drawn := range program {
				var steps []func() string
				for _, s := range drawn {
					steps = append(steps, func() string { return s.do(p) })
				}
				threads = append(threads, steps)
			}
			return threads
		}}
	})
}
