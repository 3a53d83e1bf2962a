package wakers_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/wakers"
)

// direct is a counting waker without a table: the rival of Counting.
type direct struct{ live, wakes atomic.Int64 }

func (d *direct) Clone() wakers.RawWaker { d.live.Add(1); return d }
func (d *direct) Wake()                  { d.wakes.Add(1); d.live.Add(-1) }
func (d *direct) WakeByRef()             { d.wakes.Add(1) }
func (d *direct) Drop()                  { d.live.Add(-1) }

// boxing is a counting waker that allocates per clone: what VTable avoids.
type boxing struct{ d *direct }

func (b *boxing) Clone() wakers.RawWaker { b.d.live.Add(1); return &boxing{b.d} }
func (b *boxing) Wake()                  { b.d.Wake() }
func (b *boxing) WakeByRef()             { b.d.WakeByRef() }
func (b *boxing) Drop()                  { b.d.Drop() }

// kinds are the wakers that the benchmarks compare.
var kinds = []struct {
	name string
	raw  func() wakers.RawWaker
}{
	{"noop", func() wakers.RawWaker { return wakers.Noop{}.Raw() }},
	{"direct", func() wakers.RawWaker { return new(direct) }},
	{"counting", func() wakers.RawWaker { return new(wakers.Counting).Raw() }},
	{"boxing", func() wakers.RawWaker { return &boxing{new(direct)} }},
}

func BenchmarkCloneDrop(b *testing.B) {
	b.Run("two_adds", func(b *testing.B) {
		n := new(atomic.Int64)
		for b.Loop() {
			n.Add(1)
			n.Add(-1)
		}
	})
	for _, k := range kinds {
		b.Run("raw/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			raw := k.raw()
			for b.Loop() {
				raw.Clone().Drop()
			}
		})
		b.Run("waker/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			var w, clone wakers.Waker
			w.Init(k.raw())
			for b.Loop() {
				clone.CloneFrom(&w)
				clone.Drop()
			}
		})
	}
}

func BenchmarkWake(b *testing.B) {
	for _, k := range kinds {
		b.Run("clone_wake/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			var w, clone wakers.Waker
			w.Init(k.raw())
			for b.Loop() {
				clone.CloneFrom(&w)
				clone.Wake()
			}
		})
		b.Run("by_ref/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			var w wakers.Waker
			w.Init(k.raw())
			for b.Loop() {
				w.WakeByRef()
			}
		})
	}
}

// A parker is what a goroutine can wait with.
type parker interface {
	Park()
	Unpark()
}

// chanParker is a channel with one slot.
type chanParker chan struct{}

func (c chanParker) Park() { <-c }
func (c chanParker) Unpark() {
	select {
	case c <- struct{}{}:
	default:
	}
}

// condParker is a token under a mutex with a condition variable.
type condParker struct {
	mu    sync.Mutex
	cond  sync.Cond
	token bool
}

func newCondParker() *condParker {
	p := new(condParker)
	p.cond.L = &p.mu
	return p
}

func (p *condParker) Park() {
	p.mu.Lock()
	for !p.token {
		p.cond.Wait()
	}
	p.token = false
	p.mu.Unlock()
}

func (p *condParker) Unpark() {
	p.mu.Lock()
	p.token = true
	p.mu.Unlock()
	p.cond.Signal()
}

var parkers = []struct {
	name string
	mk   func() parker
}{
	{"parker", func() parker { return new(wakers.Parker) }},
	{"chan1", func() parker { return make(chanParker, 1) }},
	{"cond", func() parker { return newCondParker() }},
}

func BenchmarkParkToken(b *testing.B) {
	for _, k := range parkers {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			p := k.mk()
			for b.Loop() {
				p.Unpark()
				p.Park()
			}
		})
	}
}

func BenchmarkParkRoundTrip(b *testing.B) {
	for _, k := range parkers {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			ping, pong := k.mk(), k.mk()
			var end atomic.Bool
			done := make(chan struct{})
			go func() {
				defer close(done)
				for {
					ping.Park()
					if end.Load() {
						return
					}
					pong.Unpark()
				}
			}()
			for b.Loop() {
				ping.Unpark()
				pong.Park()
			}
			end.Store(true)
			ping.Unpark()
			<-done
		})
	}
}

// A slot is a place for the latest waker.
type slot interface {
	Register(*wakers.Waker)
	Wake()
}

// mutexSlot does all under one lock, also the waker's own code: simpler than a
// Cell, and a waker that comes back to it deadlocks.
type mutexSlot struct {
	mu sync.Mutex
	w  wakers.Waker
}

func (s *mutexSlot) Register(w *wakers.Waker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w.CloneFrom(w)
}

func (s *mutexSlot) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.w.Filled() {
		s.w.Wake()
	}
}

// atomicSlot is the algorithm of futures::task::AtomicWaker. It serves one
// Register at a time and loses one that a waker's Clone makes.
type atomicSlot struct {
	state atomic.Uint32
	w     wakers.Waker
}

const (
	registering = 1
	waking      = 2
)

func (s *atomicSlot) Register(w *wakers.Waker) {
	switch {
	case s.state.CompareAndSwap(0, registering):
		s.w.CloneFrom(w)
		if !s.state.CompareAndSwap(registering, 0) {
			var taken wakers.Waker
			s.w.MoveTo(&taken)
			s.state.Swap(0)
			taken.Wake()
		}
	case s.state.Load() == waking:
		w.WakeByRef()
	}
}

func (s *atomicSlot) Wake() {
	if s.state.Or(waking) == 0 {
		var taken wakers.Waker
		if s.w.Filled() {
			s.w.MoveTo(&taken)
		}
		s.state.And(^uint32(waking))
		if taken.Filled() {
			taken.Wake()
		}
	}
}

var slots = []struct {
	name string
	mk   func() slot
}{
	{"cell", func() slot { return new(wakers.Cell) }},
	{"mutex", func() slot { return new(mutexSlot) }},
	{"atomic", func() slot { return new(atomicSlot) }},
}

func BenchmarkCell(b *testing.B) {
	for _, k := range slots {
		b.Run("register_wake/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			s := k.mk()
			var w wakers.Waker
			wakers.Noop{}.InitWaker(&w)
			for b.Loop() {
				s.Register(&w)
				s.Wake()
			}
		})
		b.Run("register_same/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			s := k.mk()
			var w wakers.Waker
			wakers.Noop{}.InitWaker(&w)
			for b.Loop() {
				s.Register(&w)
			}
		})
		b.Run("register_other/"+k.name, func(b *testing.B) {
			b.ReportAllocs()
			s := k.mk()
			var w [2]wakers.Waker
			w[0].Init(new(direct))
			w[1].Init(new(direct))
			for i := 0; b.Loop(); i++ {
				s.Register(&w[i&1])
			}
		})
	}
}
