package conformance

import (
	"sync/atomic"
	"testing"

	"gvisor.dev/gvisor/pkg/sleep"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// gvisorSleeper plugs in gvisor.dev/gvisor/pkg/sleep, with which gVisor's
// goroutines wait. A Sleeper with one Waker is a parker: Fetch(true) waits until
// the waker is asserted and takes the assertion, Assert makes it.
//
// It waits in the runtime's own gopark, reached through linkname, which
// testing/synctest does not take for durably blocked: hence Opaque. For the same
// reason virtual time stands still while a Sleeper waits, so a park with a timeout
// (a second Waker, asserted by a timer) cannot be tried here.
func gvisorSleeper(testing.TB) contract.ParkerSubject {
	var s struct {
		sleeper sleep.Sleeper
		waker   sleep.Waker
	}
	s.sleeper.AddWaker(&s.waker)
	return contract.ParkerSubject{
		Claims:  contract.Claims{Profile: "go-pool"},
		Park:    func() { s.sleeper.Fetch(true) },
		Unpark:  s.waker.Assert,
		Opaque:  true,
		Sleeper: gvisorWakers(),
	}
}

// gvisorWakers plugs in a Sleeper as what it is: one that waits for several
// Wakers.
func gvisorWakers() *contract.Sleeper {
	wakers := new([3]sleep.Waker)
	s := new(sleep.Sleeper)
	return &contract.Sleeper{
		Wakers: len(wakers),
		Add:    func(n int) { s.AddWaker(&wakers[n]) },
		Assert: func(n int) { wakers[n].Assert() },
		Clear:  func(n int) bool { return wakers[n].Clear() },
		Fetch: func(block bool) int {
			w := s.Fetch(block)
			for n := range wakers {
				if w == &wakers[n] {
					return n
				}
			}
			return -1
		},
		Done: func() { s.Done(); s = new(sleep.Sleeper) },
	}
}

// A gvisorBlockOn is a block-on that waits between polls in a Sleeper. Its waker
// is a table of functions around a sleep.Waker.
type gvisorBlockOn struct {
	waker     sleep.Waker
	future    futures.Future[int]
	cancelled atomic.Bool
	ended     chan struct{}
	value     int
	err       error
}

var assertVTable = wakers.VTable[sleep.Waker]{
	Clone:     func(w *sleep.Waker) *sleep.Waker { return w },
	Wake:      (*sleep.Waker).Assert,
	WakeByRef: (*sleep.Waker).Assert,
	Drop:      func(*sleep.Waker) {},
}

// gvisorExecutor plugs the block-on in: one task, polled by the goroutine that
// calls Run. Cancel tells it to give up and asserts the waker, so that it looks.
func gvisorExecutor(testing.TB) contract.Executor {
	b := &gvisorBlockOn{ended: make(chan struct{}), err: futures.ErrCancelled}
	return contract.Executor{
		Spawn:  func(f futures.Future[int]) contract.Task { b.future = f; return b },
		Run:    b.run,
		Tasks:  1,
		Opaque: true,
	}
}

func (b *gvisorBlockOn) run() {
	defer close(b.ended)
	var sleeper sleep.Sleeper
	sleeper.AddWaker(&b.waker)
	defer sleeper.Done()
	var w wakers.Waker
	w.Init(assertVTable.Raw(&b.waker))
	defer w.Drop()
	cx := futures.NewContext(&w)
	for !b.cancelled.Load() {
		if v, ready := b.future.Poll(cx); ready {
			b.value, b.err = v, nil
			return
		}
		sleeper.Fetch(true)
	}
	futures.Drop(b.future)
}

func (b *gvisorBlockOn) Join() (int, error) { <-b.ended; return b.value, b.err }
func (b *gvisorBlockOn) Cancel()            { b.cancelled.Store(true); b.waker.Assert() }

func TestGvisorSleeper(t *testing.T) { contract.TestParker(t, gvisorSleeper) }
func TestGvisorBlockOn(t *testing.T) { contract.TestExecutor(t, gvisorExecutor) }
