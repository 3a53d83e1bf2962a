package executor

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A probe is a future under a test's control that watches how it is treated: two
// polls at a time, a poll after its end, and a second drop fail the test.
type probe struct {
	t      testing.TB
	onPoll func(p *probe, cx *futures.Context) bool // ready? Nil: never
	onDrop func(p *probe)

	mu    sync.Mutex
	polls int
	drops int
	over  bool
	waker wakers.Waker // of the latest poll

	inside atomic.Bool
}

func newProbe(t testing.TB, onPoll func(p *probe, cx *futures.Context) bool) *probe {
	return &probe{t: t, onPoll: onPoll}
}

// Poll answers ready with the number of polls.
func (p *probe) Poll(cx *futures.Context) (int, bool) {
	p.enter("polled")
	defer p.inside.Store(false)
	p.mu.Lock()
	p.polls++
	n := p.polls
	p.waker.CloneFrom(cx.Waker())
	p.mu.Unlock()
	if p.onPoll == nil || !p.onPoll(p, cx) {
		return 0, false
	}
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	return n, true
}

func (p *probe) Drop() {
	p.enter("dropped")
	defer p.inside.Store(false)
	p.mu.Lock()
	p.drops++
	p.over = true
	p.mu.Unlock()
	if p.onDrop != nil {
		p.onDrop(p)
	}
}

func (p *probe) enter(what string) {
	if !p.inside.CompareAndSwap(false, true) {
		p.t.Errorf("%s while a poll or drop of the same future was going on", what)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		p.t.Errorf("%s after it had answered ready or was dropped", what)
	}
}

// wake wakes the waker of the latest poll; before the first poll it does nothing.
func (p *probe) wake() {
	var w wakers.Waker
	p.mu.Lock()
	if p.waker.Filled() {
		w.CloneFrom(&p.waker)
	}
	p.mu.Unlock()
	if w.Filled() {
		w.Wake()
	}
}

func (p *probe) counts() (polls, drops int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.polls, p.drops
}

func (p *probe) expect(polls, drops int) {
	p.t.Helper()
	if gotPolls, gotDrops := p.counts(); gotPolls != polls || gotDrops != drops {
		p.t.Errorf("got %d polls and %d drops, want %d and %d", gotPolls, gotDrops, polls, drops)
	}
}

// A gate makes a probe ready when it was opened and woken.
type gate struct{ open atomic.Bool }

func (g *gate) future(t testing.TB) *probe {
	return newProbe(t, func(*probe, *futures.Context) bool { return g.open.Load() })
}

// spawners are all kinds of executors. Each runs until its test has ended.
var spawners = []struct {
	name string
	new  func(t *testing.T) Spawner
}{
	{"Queue", func(t *testing.T) Spawner {
		q := new(Queue)
		Spawn[int](q, newProbe(t, nil)) // keeps Run from returning
		persist(q.Run)
		t.Cleanup(q.Close)
		return q
	}},
	{"Pool1", func(t *testing.T) Spawner { return newPool(t, 1) }},
	{"Pool4", func(t *testing.T) Spawner { return newPool(t, 4) }},
	{"SubmitGo", func(*testing.T) Spawner { return Submit(runGo) }},
	{"SubmitLoop", func(t *testing.T) Spawner {
		loop := make(chan func(), 10_000)
		persist(func() {
			for f := range loop {
				f()
			}
		})
		t.Cleanup(func() { close(loop) })
		return Submit(func(f func()) error {
			loop <- f
			return nil
		})
	}},
	{"SubmitInline", func(*testing.T) Spawner { return Submit(runInline) }},
}

func newPool(t *testing.T, n int) *Pool {
	p := NewPool(n)
	t.Cleanup(p.Close)
	return p
}

func runGo(f func()) error     { go f(); return nil }
func runInline(f func()) error { f(); return nil }

// persist calls f on a goroutine, and again on another one if a poll has ended that
// by runtime.Goexit.
func persist(f func()) {
	go func() {
		returned := false
		defer func() {
			if !returned {
				persist(f)
			}
		}()
		f()
		returned = true
	}()
}

// onEach runs body with every kind of executor, each in a bubble: a lost wake is a
// deadlock there, and Wait returns when nothing can happen any more.
func onEach(t *testing.T, body func(t *testing.T, s Spawner)) {
	for _, kind := range spawners {
		t.Run(kind.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { body(t, kind.new(t)) })
		})
	}
}

// spawn is Spawn for a probe.
func spawn(s Spawner, p *probe) *Handle[int] { return Spawn[int](s, p) }

// joins fails the test unless h ends with want.
func joins(t testing.TB, h *Handle[int], want int) {
	t.Helper()
	if v, err := h.Join(); v != want || err != nil {
		t.Errorf("Join: got %d, %v; want %d", v, err, want)
	}
}

// fails fails the test unless h ends with an error that is want.
func fails(t testing.TB, h *Handle[int], want error) {
	t.Helper()
	if v, err := h.Join(); v != 0 || !errors.Is(err, want) {
		t.Errorf("Join: got %d, %v; want the error %v", v, err, want)
	}
}

// panics fails the test unless f panics with want.
func panics(t testing.TB, want any, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := recover(); got != want {
			t.Errorf("panicked with %v, want %v", got, want)
		}
	}()
	f()
}

// spinReceive calls f for all that comes out of c. If there is a processor for it,
// it busily looks for more before it sleeps, to be there within nanoseconds.
func spinReceive[T any](c <-chan T, f func(T)) {
	spins := 0
	if runtime.GOMAXPROCS(0) > 1 {
		spins = 1_000_000
	}
	for {
		for i := 0; i < spins && len(c) == 0; i++ {
		}
		v, ok := <-c
		if !ok {
			return
		}
		f(v)
	}
}

// both calls two functions at the same time and waits for them.
func both(f, g func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Go(g)
	wg.Wait()
}

// An atomicQueuer counts pushes from any goroutine.
type atomicQueuer struct{ pushes atomic.Int32 }

func (q *atomicQueuer) push(*task) { q.pushes.Add(1) }
