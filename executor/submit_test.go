package executor

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
)

// A recorder is a runner that keeps closures until the test runs them.
type recorder struct {
	closures []func()
	err      error
}

func (r *recorder) submit(f func()) error {
	if r.err != nil {
		return r.err
	}
	r.closures = append(r.closures, f)
	return nil
}

func (r *recorder) run(t *testing.T) (closure func()) {
	t.Helper()
	r.outstanding(t, 1)
	f := r.closures[0]
	r.closures = r.closures[1:]
	f()
	return f
}

func (r *recorder) outstanding(t *testing.T, n int) {
	t.Helper()
	if len(r.closures) != n {
		t.Fatalf("%d closures are submitted, want %d", len(r.closures), n)
	}
}

func TestSubmitOneClosureAtATime(t *testing.T) {
	var r recorder
	p := newProbe(t, func(p *probe, _ *futures.Context) bool {
		n, _ := p.counts()
		if n == 2 {
			p.wake()
			p.wake()
		}
		return n == 3
	})
	h := spawn(Submit(r.submit), p)
	h.task.WakeByRef()
	first := r.run(t)
	r.outstanding(t, 0)
	first() // a runner that runs a closure twice
	p.expect(1, 0)
	for range 3 {
		p.wake()
	}
	second := r.run(t)
	p.expect(2, 0)
	r.outstanding(t, 1)
	p.wake()
	r.run(t)
	joins(t, h, 3)
	r.outstanding(t, 0)
	second()
	p.wake()
	h.Cancel()
	r.outstanding(t, 0)
}

func TestSubmitCancel(t *testing.T) {
	var r recorder
	p := newProbe(t, nil)
	h := spawn(Submit(r.submit), p)
	r.run(t)
	h.Cancel()
	p.wake()
	p.expect(1, 0) // dropped by the executor, not here
	r.run(t)
	fails(t, h, futures.ErrCancelled)
	p.expect(1, 1)
}

var errFull = errors.New("full")

// Wherever submit fails, the task fails with its error.
func TestSubmitFails(t *testing.T) {
	for _, tc := range []struct {
		name  string
		polls int
		do    func(r *recorder, s Spawner, p *probe) *Handle[int]
		want  error
	}{
		{"in Spawn", 0, func(r *recorder, s Spawner, p *probe) *Handle[int] {
			r.err = errFull
			return spawn(s, p)
		}, errFull},
		{"in a wake", 1, func(r *recorder, s Spawner, p *probe) *Handle[int] {
			h := spawn(s, p)
			r.closures[0]()
			r.err = errFull
			p.wake()
			p.wake()
			return h
		}, errFull},
		{"in Cancel", 1, func(r *recorder, s Spawner, p *probe) *Handle[int] {
			h := spawn(s, p)
			r.closures[0]()
			r.err = errFull
			h.Cancel()
			return h
		}, futures.ErrCancelled},
		{"after a poll", 1, func(r *recorder, s Spawner, p *probe) *Handle[int] {
			p.onPoll = func(p *probe, _ *futures.Context) bool { p.wake(); return false }
			h := spawn(s, p)
			r.err = errFull
			r.closures[0]()
			return h
		}, errFull},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r recorder
				goOn := make(chan struct{})
				p := newProbe(t, nil)
				p.onDrop = func(*probe) { <-goOn }
				h := tc.do(&r, Submit(r.submit), p)
				close(goOn) // so no drop ran on this goroutine
				fails(t, h, tc.want)
				p.expect(tc.polls, 1)
				p.wake()
				synctest.Wait()
				p.expect(tc.polls, 1)
			})
		})
	}
}

// An error for a closure that was run all the same is no failure of the task.
func TestSubmitFailsAfterItRan(t *testing.T) {
	s := Submit(func(f func()) error { f(); return errFull })
	joins(t, Spawn(s, futures.NewCountdown(3)), 3)
	var g gate
	p := g.future(t)
	h := spawn(s, p)
	p.wake()
	g.open.Store(true)
	p.wake()
	joins(t, h, 3)
}

func TestSubmitPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopped := false
		s := Submit(func(f func()) error {
			if stopped {
				panic("stopped")
			}
			go f()
			return nil
		})
		p := newProbe(t, nil)
		h := spawn(s, p)
		synctest.Wait()
		stopped = true
		panics(t, "stopped", p.wake)
		fails(t, h, errPanicked)
		p.expect(1, 1)
	})
}

// A runner that runs the closure inline polls in a loop, not deeper and deeper.
func TestSubmitInlineKeepsTheStackFlat(t *testing.T) {
	depth := func() int {
		var pcs [256]uintptr
		return runtime.Callers(0, pcs[:])
	}
	first := 0
	p := newProbe(t, func(p *probe, _ *futures.Context) bool {
		n, _ := p.counts()
		if n == 1 {
			first = depth()
		} else if d := depth(); d > first {
			t.Fatalf("poll %d is %d frames deep, the first %d", n, d, first)
		}
		p.wake()
		return n == 1000
	})
	joins(t, spawn(Submit(runInline), p), 1000)
}

// A runner that waits until the closure has run, on another goroutine: the closure
// that resubmits is still in submit when the next one runs. The turn is taken all
// the same, and once.
func TestSubmitOvertaken(t *testing.T) {
	s := Submit(func(f func()) error {
		both(f, func() {})
		return nil
	})
	f := futures.NewCountdown(100)
	joins(t, Spawn(s, f), 100)
	if f.Polls() != 101 {
		t.Errorf("%d polls, want 101", f.Polls())
	}
}

// The new closure starts about when submit returns to the closure that resubmits:
// submit takes a little longer each time.
func TestSubmitSweepsTheResubmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const polls = 50_000
		closures := make(chan func(), 1)
		for range 2 { // one in submit, one that waits for what it submits
			go spinReceive(closures, func(f func()) { f() })
		}
		var spun atomic.Int64
		n := 0
		s := Submit(func(f func()) error {
			n++
			mine := n
			closures <- f
			for range mine % 100 {
				spun.Add(1)
			}
			return nil
		})
		joins(t, Spawn(s, futures.NewCountdown(polls)), polls)
		close(closures)
	})
}

func TestSubmitNil(t *testing.T) {
	panics(t, "executor: Submit(nil): it needs a function that runs closures", func() { Submit(nil) })
}
