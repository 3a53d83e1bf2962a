package primitives_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// What the models do in order happens at the same time here, under the race detector.
// A lost wake is a deadlock of the bubble, which fails the test.

func raced(t *testing.T, test func(t *testing.T, wg *sync.WaitGroup)) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			var wg sync.WaitGroup
			test(t, &wg)
			wg.Wait()
		})
	}
}

// As many notifications as tasks that wait to the end; others, who were first in the
// queue, give up meanwhile and must pass on what they got.
func TestRacedNotify(t *testing.T) {
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		var n primitives.Notify
		p := newProbe(t)
		var drops []func()
		for range 3 {
			f := n.Wait()
			mustPend(t, f, p)
			drops = append(drops, func() { futures.Drop(f) })
		}
		for range 3 {
			wg.Go(func() { block(n.Wait()) })
		}
		synctest.Wait() // all wait
		for _, drop := range drops {
			wg.Go(drop)
			wg.Go(n.NotifyOne)
		}
	})
}

func TestRacedSemaphore(t *testing.T) {
	const size = 3
	s := primitives.NewSemaphore(size)
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		var inside atomic.Int32
		for i := range 6 {
			n := i%size + 1
			wg.Go(func() {
				for range 3 {
					if i < 3 {
						block(s.Acquire(n))
					} else if _, ready := giveUp(s.Acquire(n), 2); !ready {
						continue
					}
					if now := inside.Add(int32(n)); now > size {
						t.Errorf("%d permits of %d are acquired", now, size)
					}
					inside.Add(-int32(n))
					s.Release(n)
				}
			})
		}
	})
	if s.Free() != size {
		t.Errorf("%d of %d permits are free at the end", s.Free(), size)
	}
}

func TestRacedSemaphoreClose(t *testing.T) {
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		s := primitives.NewSemaphore(1)
		for range 4 {
			wg.Go(func() {
				if block(s.Acquire(1)) == nil {
					s.Release(1)
				}
			})
		}
		wg.Go(s.Close)
		wg.Wait()
		if s.Free() != 1 {
			t.Errorf("%d permits are free at the end, want 1", s.Free())
		}
	})
}

func TestRacedMutex(t *testing.T) {
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		var m primitives.Mutex
		count := 0 // not atomic: the lock guards it
		for range 4 {
			wg.Go(func() {
				for range 5 {
					block(m.Lock())
					count++
					m.Unlock()
				}
				if _, ready := giveUp(m.Lock(), 1); ready {
					m.Unlock()
				}
			})
		}
		wg.Wait()
		if count != 20 {
			t.Errorf("counted to %d, want 20", count)
		}
	})
}

// Each value that was sent is received once, though half of the futures are given up.
func TestRacedChannel(t *testing.T) {
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		const senders, each = 3, 4
		c := primitives.NewChannel[int](2)
		var seen [senders * each]atomic.Int32
		var sent [senders * each]atomic.Bool
		var sending sync.WaitGroup
		for i := range senders {
			sending.Go(func() {
				for k := range each {
					v := i*each + k
					if k%2 == 0 {
						if err := block(c.Send(v)); err != nil {
							t.Errorf("Send: %v", err)
						}
						sent[v].Store(true)
					} else if _, ready := giveUp(c.Send(v), 2); ready {
						sent[v].Store(true)
					}
				}
			})
		}
		for i := range 3 {
			wg.Go(func() {
				for {
					r, ready := giveUp(c.Receive(), i)
					if !ready {
						r = block(c.Receive())
					}
					if r.Err != nil {
						return
					}
					seen[r.Value].Add(1)
				}
			})
		}
		sending.Wait()
		c.CloseSend()
		wg.Wait()
		for v := range seen {
			want := int32(0)
			if sent[v].Load() {
				want = 1
			}
			if got := seen[v].Load(); got != want {
				t.Errorf("value %d, sent: %v, was received %d times", v, want == 1, got)
			}
		}
	})
}

func TestRacedOneshot(t *testing.T) {
	raced(t, func(t *testing.T, wg *sync.WaitGroup) {
		s, r := primitives.NewOneshot[int]()
		var received bool
		var err error
		wg.Go(func() { err = s.Send(7) })
		wg.Go(func() { block(s.Gone()) })
		wg.Go(func() {
			var got futures.Result[int]
			got, received = giveUp[futures.Result[int]](r, 2)
			if received && got.Value != 7 {
				t.Errorf("received %+v", got)
			}
		})
		wg.Wait()
		if _, back := s.TakeBack(); back == received && err == nil {
			t.Errorf("sent, received: %v, taken back: %v", received, back)
		}
	})
}
