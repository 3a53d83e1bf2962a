package contract_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
)

// A sleeper is a good sleeper of several wakers, or one with a fault.
type sleeper struct {
	latest  bool // hands out the latest first
	counts  bool // an assertion counts as often as it is made
	forgets bool // what is asserted before it is added is lost

	mu       sync.Mutex
	added    [3]bool
	asserted []int
	waiting  chan struct{} // not nil: Fetch waits until it is closed
}

// sleeps is a row of the kill matrix: a good parker with a sleeper.
func sleeps(name string, edit func(*sleeper), notices ...string) mutant {
	mk := func(tb testing.TB) contract.ParkerSubject {
		s := new(sleeper)
		edit(s)
		subject := newParker(tb, func(p *parker) { p.profile = "go-pool" }).subject()
		subject.Sleeper = &contract.Sleeper{
			Wakers: len(s.added), Add: s.add, Assert: s.assert, Clear: s.clear, Fetch: s.fetch, Done: s.done,
		}
		return subject
	}
	return mutant{contract.ParkerDoor, name, func() contract.Report { return contract.CheckParker(mk) }, notices}
}

// with changes s, and ends the wait of Fetch if there may be something for it.
func (s *sleeper) with(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	if s.waiting != nil {
		close(s.waiting)
		s.waiting = nil
	}
}

func (s *sleeper) add(n int) {
	s.with(func() {
		s.added[n] = true
		if s.remove(n) && !s.forgets {
			s.asserted = append(s.asserted, n)
		}
	})
}

func (s *sleeper) remove(n int) bool {
	i := slices.Index(s.asserted, n)
	if i >= 0 {
		s.asserted = slices.Delete(s.asserted, i, i+1)
	}
	return i >= 0
}

func (s *sleeper) assert(n int) {
	s.with(func() {
		if s.counts || !slices.Contains(s.asserted, n) {
			s.asserted = append(s.asserted, n)
		}
	})
}

func (s *sleeper) clear(n int) (was bool) {
	s.with(func() { was = s.remove(n) })
	return was
}

func (s *sleeper) done() { s.with(func() { s.added = [3]bool{} }) }

func (s *sleeper) fetch(block bool) int {
	for {
		s.mu.Lock()
		ready := slices.DeleteFunc(slices.Clone(s.asserted), func(n int) bool { return !s.added[n] })
		if len(ready) > 0 {
			n := ready[0]
			if s.latest {
				n = ready[len(ready)-1]
			}
			s.remove(n)
			s.mu.Unlock()
			return n
		}
		if !block {
			s.mu.Unlock()
			return -1
		}
		wait := make(chan struct{})
		s.waiting = wait
		s.mu.Unlock()
		<-wait
	}
}
