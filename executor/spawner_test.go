package executor

import (
	"bytes"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// The tests of this file hold for every executor.

func TestTaskIsPolledOncePerWake(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		var g gate
		p := g.future(t)
		h := spawn(s, p)
		for polls := 1; polls <= 3; polls++ {
			synctest.Wait()
			p.expect(polls, 0)
			p.wake()
		}
		synctest.Wait()
		g.open.Store(true)
		synctest.Wait()
		p.expect(4, 0)
		p.wake()
		joins(t, h, 5)
		p.wake() // after the end: nothing
		synctest.Wait()
		p.expect(5, 0)
	})
}

func TestSelfWakes(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		const tasks, n = 50, 200
		var all []*futures.Countdown
		var handles []*Handle[int]
		for range tasks {
			f := futures.NewCountdown(n)
			all = append(all, f)
			handles = append(handles, Spawn(s, f))
		}
		for i, h := range handles {
			joins(t, h, n)
			if got := all[i].Polls(); got != n+1 {
				t.Errorf("%d polls, want %d", got, n+1)
			}
		}
	})
}

// Many goroutines wake many tasks as fast as they can, each task's gate is opened
// before its last wake, and no task is polled more often than it was woken.
func TestWakeStorm(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		const tasks, goroutines, wakes = 20, 4, 50
		var gates [tasks]gate
		var probes [tasks]*probe
		var handles [tasks]*Handle[int]
		for i := range tasks {
			probes[i] = gates[i].future(t)
			handles[i] = spawn(s, probes[i])
		}
		synctest.Wait()
		for i := range tasks {
			go func() {
				var wg sync.WaitGroup
				for range goroutines {
					wg.Go(func() {
						for range wakes {
							probes[i].wake()
						}
					})
				}
				wg.Wait()
				gates[i].open.Store(true)
				probes[i].wake()
			}()
		}
		for _, h := range handles {
			if polls, err := h.Join(); err != nil || polls > goroutines*wakes+2 {
				t.Errorf("got %d polls, %v", polls, err)
			}
		}
	})
}

// What is done before a wake is seen by the poll. Nothing here but the executor
// orders the two, so without it the race detector reports them.
func TestWakeHappensBeforePoll(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		for i := range 200 {
			data := 0
			polls := 0
			kept := make(chan *wakers.Waker, 1)
			h := Spawn(s, futures.Func[int](func(cx *futures.Context) (int, bool) {
				polls++
				if polls == 2 {
					return data, true
				}
				w := new(wakers.Waker)
				w.CloneFrom(cx.Waker())
				kept <- w
				return 0, false
			}))
			w := <-kept
			go func() {
				data = i
				w.Wake()
			}()
			joins(t, h, i)
		}
	})
}

// The wake comes about when the poll ends, when its executor looks once more for
// work, and when it goes to sleep: each poll asks for a wake and then takes a
// little longer than the one before.
func TestWakeSweepsTheEndOfThePoll(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) { sweep(t, func(p *probe) { joins(t, spawn(s, p), sweeps) }) })
	t.Run("BlockOn", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { sweep(t, func(p *probe) { BlockOn(p) }) })
	})
}

const sweeps = 5000

func sweep(t *testing.T, run func(*probe)) {
	polled := make(chan *probe, sweeps)
	go spinReceive(polled, (*probe).wake)
	var spun atomic.Int64
	run(newProbe(t, func(p *probe, _ *futures.Context) bool {
		n, _ := p.counts()
		polled <- p
		for range n % 100 {
			spun.Add(1)
		}
		if n == sweeps {
			close(polled)
		}
		return n == sweeps
	}))
}

func TestPanicEndsItsTaskOnly(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		cause := errors.New("cause")
		bad := newProbe(t, func(p *probe, _ *futures.Context) bool {
			p.wake()
			if n, _ := p.counts(); n == 3 {
				panic(cause)
			}
			return false
		})
		var handles []*Handle[int]
		for range 5 {
			handles = append(handles, Spawn(s, futures.NewCountdown(10)))
		}
		h := spawn(s, bad)
		for range 5 {
			handles = append(handles, Spawn(s, futures.NewCountdown(10)))
		}
		for _, h := range handles {
			joins(t, h, 10)
		}
		_, err := h.Join()
		var pe *futures.PanicError
		if !errors.As(err, &pe) || pe.Value != cause || !bytes.Contains(pe.Stack, []byte("TestPanicEndsItsTaskOnly")) || !errors.Is(err, cause) {
			t.Errorf("got %v, want the panic and its stack", err)
		}
		bad.wake()
		synctest.Wait()
		bad.expect(3, 1)
		joins(t, Spawn(s, futures.NewCountdown(3)), 3)
	})
}

// A test that fails inside a poll calls Goexit.
func TestGoexitEndsItsTaskOnly(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		bad := newProbe(t, func(p *probe, _ *futures.Context) bool {
			if n, _ := p.counts(); n == 2 {
				runtime.Goexit()
			}
			return false
		})
		var g gate
		good := g.future(t)
		goodHandle := spawn(s, good)
		h := spawn(s, bad)
		synctest.Wait()
		go bad.wake() // an inline executor polls here
		fails(t, h, errGoexit)
		bad.expect(2, 1)
		g.open.Store(true)
		good.wake()
		joins(t, goodHandle, 2)
	})
}

func TestCancelIdle(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		p := newProbe(t, nil)
		h := spawn(s, p)
		synctest.Wait()
		both(h.Cancel, h.Cancel)
		fails(t, h, futures.ErrCancelled)
		p.expect(1, 1)
		h.Cancel()
		p.wake()
		synctest.Wait()
		p.expect(1, 1)
	})
}

func TestCancelDuringPoll(t *testing.T) {
	for _, ready := range []bool{false, true} {
		onEach(t, func(t *testing.T, s Spawner) {
			polling, goOn := make(chan struct{}), make(chan struct{})
			p := newProbe(t, func(p *probe, _ *futures.Context) bool {
				if n, _ := p.counts(); n == 1 {
					return false
				}
				close(polling)
				<-goOn
				return ready
			})
			h := spawn(s, p)
			synctest.Wait()
			go p.wake() // an inline executor polls here
			<-polling
			h.Cancel()
			p.wake()
			synctest.Wait()
			p.expect(2, 0) // the poll is not disturbed
			close(goOn)
			if ready {
				joins(t, h, 2)
				p.expect(2, 0)
			} else {
				fails(t, h, futures.ErrCancelled)
				p.expect(2, 1)
			}
		})
	}
}

func TestCancelInsideItsOwnPoll(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		var h *Handle[int]
		p := newProbe(t, func(p *probe, _ *futures.Context) bool {
			if n, _ := p.counts(); n == 2 {
				h.Cancel()
				p.wake()
			}
			return false
		})
		h = spawn(s, p)
		synctest.Wait()
		p.wake()
		fails(t, h, futures.ErrCancelled)
		p.expect(2, 1)
	})
}

// A task ends once, whatever is tried on it at the same time.
func TestCancelRaces(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		for range 300 {
			var g gate
			p := g.future(t)
			h := spawn(s, p)
			go h.Cancel()
			go func() {
				g.open.Store(true)
				p.wake()
			}()
			polls, err := h.Join()
			synctest.Wait()
			switch gotPolls, drops := p.counts(); {
			case err == nil && drops == 0 && polls == gotPolls && polls > 0:
			case errors.Is(err, futures.ErrCancelled) && drops == 1:
			default:
				t.Fatalf("Join: %d, %v; the future saw %d polls and %d drops", polls, err, gotPolls, drops)
			}
		}
	})
}

func TestSpawnInsideAPoll(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		const depth = 20
		var child func(n int) *probe
		handles := make(chan *Handle[int], depth)
		child = func(n int) *probe {
			return newProbe(t, func(*probe, *futures.Context) bool {
				if n < depth {
					handles <- spawn(s, child(n+1))
				}
				return true
			})
		}
		handles <- spawn(s, child(1))
		for range depth {
			joins(t, <-handles, 1)
		}
	})
}

func TestSpawnFromManyGoroutines(t *testing.T) {
	onEach(t, func(t *testing.T, s Spawner) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 50 {
					joins(t, Spawn(s, futures.NewCountdown(3)), 3)
				}
			})
		}
		wg.Wait()
	})
}
