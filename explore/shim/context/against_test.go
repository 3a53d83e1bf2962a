package context_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	gosync "sync"
	"testing"
	"testing/synctest"
	gotime "time"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/context"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// What Go does with random programs of channels, timers, contexts and a Cond must
// be among what comes of them when their schedules are explored. Without an engine
// the shims are Go's, so the program is the same.

// mix is what a random program shares, and the operations of its threads.
type mix struct {
	buffers  []int
	timers   []int // how long each runs; the second one calls a function
	contexts []derived
	threads  [][]operation
}

// derived is a context; its parent is an earlier one, or none: -1.
type derived struct{ parent, kind, timeout int }

type operation struct {
	kind       string
	a, b, d    int // which of the objects, and how long
	outA, outB bool
}

func drawMix(r *rand.Rand) (m mix) {
	kinds := strings.Fields("send send receive receive select select poll close len sleep after wait wait signal broadcast")
	for range 1 + r.IntN(2) {
		m.buffers = append(m.buffers, r.IntN(3))
	}
	if r.IntN(2) == 0 {
		kinds = append(kinds, strings.Fields("stop stop reset reset timer timer-or own")...)
		for range 1 + r.IntN(2) {
			m.timers = append(m.timers, r.IntN(4))
		}
	}
	if r.IntN(2) == 0 {
		kinds = append(kinds, strings.Fields("err err cancel cancel cause cause done-or done-or unafter")...)
		for i := range 1 + r.IntN(3) {
			m.contexts = append(m.contexts, derived{parent: r.IntN(i+1) - 1, kind: r.IntN(4), timeout: 1 + r.IntN(3)})
		}
	}
	for range 2 + r.IntN(2) {
		var ops []operation
		for range 1 + r.IntN(3) {
			ops = append(ops, operation{
				kind: kinds[r.IntN(len(kinds))],
				a:    r.IntN(6), b: r.IntN(6), d: r.IntN(4),
				outA: r.IntN(2) == 0, outB: r.IntN(2) == 0,
			})
		}
		m.threads = append(m.threads, ops)
	}
	return m
}

// place is a mix in one execution.
type place struct {
	mix
	channels []chan int
	timers   []*time.Timer
	contexts []context.Context
	cancels  []func()
	unafter  func() bool
	lock     sync.Mutex
	cond     *sync.Cond

	mu   gosync.Mutex
	logs []string // what each thread has seen, and then the functions
	over bool     // what is seen from now on does not count
}

var errMix = errors.New("cause")

func (m mix) begin() *place {
	p := &place{mix: m, logs: make([]string, len(m.threads)+3), unafter: func() bool { return false }}
	p.cond = sync.NewCond(&p.lock)
	for _, n := range m.buffers {
		p.channels = append(p.channels, make(chan int, n))
	}
	functions := len(m.threads)
	for i, d := range m.timers {
		if i == 1 {
			p.timers = append(p.timers, time.AfterFunc(time.Duration(d), func() { p.saw(functions, "fired") }))
		} else {
			p.timers = append(p.timers, time.NewTimer(time.Duration(d)))
		}
	}
	for i, d := range m.contexts {
		parent := context.Background()
		if d.parent >= 0 {
			parent = p.contexts[d.parent]
		}
		var ctx context.Context
		var cancel func()
		switch d.kind {
		case 0:
			ctx, cancel = context.WithCancel(parent)
		case 1:
			var because context.CancelCauseFunc
			ctx, because = context.WithCancelCause(parent)
			cancel = func() { because(errMix) }
		case 2:
			ctx, cancel = context.WithTimeout(parent, time.Duration(d.timeout))
		case 3:
			ctx, cancel = context.WithTimeoutCause(context.WithValue(parent, errMix, 1), time.Duration(d.timeout), errMix)
		}
		p.contexts, p.cancels = append(p.contexts, ctx), append(p.cancels, cancel)
		if i == 1 {
			p.unafter = context.AfterFunc(ctx, func() { p.saw(functions+1, "after", ctx.Err() != nil) })
		}
	}
	return p
}

func (p *place) saw(thread int, what ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.logs[thread] += fmt.Sprintln(what...)
	}
}

func (p *place) seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%q", p.logs)
}

// do does an operation of a thread.
func (p *place) do(thread, i int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			p.saw(thread, r)
		default: // the engine's
			panic(r)
		}
	}()
	o, id := p.threads[thread][i], 100*thread+i
	c, d := p.channels[o.a%len(p.channels)], p.channels[o.b%len(p.channels)]
	var timer *time.Timer
	if n := len(p.timers); n > 0 {
		timer = p.timers[o.a%n]
	}
	var ctx context.Context
	var cancel func()
	if n := len(p.contexts); n > 0 {
		ctx, cancel = p.contexts[o.a%n], p.cancels[o.a%n]
	}
	var v int
	var ok bool
	received := func(of <-chan time.Time) channel.Case { return channel.RecvCase(of, nil, nil) }
	switch o.kind {
	case "send":
		channel.Send(c, id)
		p.saw(thread, "sent")
	case "receive":
		v, ok = channel.Recv2(c)
		p.saw(thread, v, ok)
	case "select", "poll":
		x, y := channel.RecvCase(c, &v, &ok), channel.RecvCase(d, &v, &ok)
		if o.outA {
			x = channel.SendCase(c, id)
		}
		if o.outB {
			y = channel.SendCase(d, id+50)
		}
		p.saw(thread, channel.Select(o.kind == "poll", x, y), v, ok)
	case "close":
		channel.Close(c)
		p.saw(thread, "closed")
	case "len":
		p.saw(thread, channel.Len(c))
	case "sleep":
		time.Sleep(time.Duration(o.d))
		p.saw(thread, "slept")
	case "after":
		p.saw(thread, channel.Select(o.outB, received(time.After(time.Duration(o.d))), channel.SendCase(d, id)))
	case "wait":
		p.lock.Lock()
		p.cond.Wait()
		p.lock.Unlock()
		p.saw(thread, "woken")
	case "signal":
		p.cond.Signal()
	case "broadcast":
		p.cond.Broadcast()
	case "stop":
		p.saw(thread, timer.Stop())
	case "reset":
		p.saw(thread, timer.Reset(time.Duration(o.d)))
	case "timer":
		if timer.C != nil {
			channel.Recv(timer.C)
			p.saw(thread, "timer", channel.Len(timer.C), channel.Cap(timer.C))
		}
	case "timer-or":
		p.saw(thread, channel.Select(o.outA, received(timer.C), channel.RecvCase(d, &v, &ok)), v, ok)
	case "own":
		own := time.AfterFunc(time.Duration(o.d), func() { p.saw(len(p.threads)+2, "own") })
		time.Sleep(time.Duration(o.b))
		p.saw(thread, own.Stop())
	case "err":
		p.saw(thread, ctx.Err())
	case "cancel":
		cancel()
		p.saw(thread, "canceled")
	case "cause":
		p.saw(thread, context.Cause(ctx))
	case "done-or":
		p.saw(thread, channel.Select(o.outA, channel.RecvCase(ctx.Done(), nil, nil), channel.RecvCase(d, &v, &ok)), v, ok)
	case "unafter":
		p.saw(thread, p.unafter())
	}
}

// explored is all that can come of m. It says no if that is too much.
func (m mix) explored(t *testing.T) (outcomes map[string]bool, all bool) {
	t.Helper()
	outcomes = make(map[string]bool)
	var p *place
	r, err := engine.Explore(engine.Program{
		Limits: engine.Limits{Executions: 5000},
		Body: func(e *engine.Engine) {
			p = m.begin()
			for thread, ops := range m.threads {
				e.Go("thread", func() {
					for i := range ops {
						p.do(thread, i)
					}
				}, engine.Worker)
			}
		},
		Until: func(end engine.End) bool {
			if f := end.Failure; f != nil && f.Fault != engine.Deadlock && f.Fault != engine.Leak {
				t.Fatalf("%+v: %v: %s", m, f.Fault, f.Message)
			}
			outcomes[p.seen()] = true
			return false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes, r.Spent
}

// run lets goroutines run m, each operation when a script says so, or after it.
// In a bubble time passes only when all wait.
func (m mix) run(t *testing.T, r *rand.Rand) (outcome string) {
	t.Helper()
	const ever = 1000 * gotime.Hour
	synctest.Test(t, func(*testing.T) {
		p := m.begin()
		var script []int
		var left gosync.WaitGroup
		may, did := make([]chan bool, len(m.threads)), make([]chan bool, len(m.threads))
		for thread, ops := range m.threads {
			may[thread], did[thread] = make(chan bool, len(ops)), make(chan bool, len(ops))
			for range ops {
				script = append(script, thread)
			}
			left.Go(func() {
				for i := range ops {
					<-may[thread]
					p.do(thread, i)
					did[thread] <- true
				}
			})
		}
		r.Shuffle(len(script), func(i, j int) { script[i], script[j] = script[j], script[i] })
		for _, thread := range script {
			may[thread] <- true
			switch r.IntN(3) {
			case 0:
				synctest.Wait()
			case 1:
				select {
				case <-did[thread]:
				case <-gotime.After(ever):
				}
			}
		}
		gotime.Sleep(ever)
		outcome = p.seen()
		p.rescue(&left)
	})
	return outcome
}

// rescue lets all threads come to their end.
func (p *place) rescue(left *gosync.WaitGroup) {
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	ended := make(chan bool)
	go func() { left.Wait(); close(ended) }()
	for {
		for _, c := range p.channels {
			func() {
				defer func() { _ = recover() }() // it may have been closed
				close(c)
			}()
		}
		for _, cancel := range p.cancels {
			cancel()
		}
		for _, timer := range p.timers {
			timer.Reset(1)
		}
		p.cond.Broadcast()
		select {
		case <-ended:
			return
		case <-gotime.After(gotime.Second):
		}
	}
}

func TestAgainstGo(t *testing.T) {
	if enginetest.RaceDetector {
		t.Skip("the programs close channels that others send to, which the race detector reports")
	}
	programs, seen := 0, 0
	for seed := range uint64(enginetest.Programs(200)) {
		m := drawMix(rand.New(rand.NewPCG(seed, 0)))
		want, all := m.explored(t)
		if !all {
			continue
		}
		programs++
		got := make(map[string]bool)
		for n := range uint64(10) {
			outcome := m.run(t, rand.New(rand.NewPCG(seed, n)))
			if !want[outcome] {
				t.Fatalf("seed %d: %+v\nGo comes to %s,\nand none of %d outcomes explored is that", seed, m, outcome, len(want))
			}
			got[outcome] = true
		}
		seen += len(got)
	}
	t.Logf("%d programs, %d outcomes of Go", programs, seen)
	if programs < enginetest.Programs(100) {
		t.Errorf("only %d programs were small enough to be explored", programs)
	}
}
