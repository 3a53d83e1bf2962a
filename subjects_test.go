package wakecheck_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// The contract over every bundled waker, parker, future and executor.

func TestNoop(t *testing.T) {
	contract.TestWaker(t, func(testing.TB) contract.Subject {
		return contract.Subject{Claims: tokioWay, Raw: wakers.Noop{}.Raw()}
	})
}

func TestCounting(t *testing.T) { contract.TestWaker(t, counting) }

func counting(testing.TB) contract.Subject {
	var c wakers.Counting
	return contract.Subject{Claims: tokioWay, Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed, WillWake: true}
}

func TestParking(t *testing.T) {
	contract.TestParker(t, func(testing.TB) contract.ParkerSubject {
		var p wakers.Parking
		var w wakers.Waker
		p.InitWaker(&w)
		return contract.ParkerSubject{Claims: tokioWay, Park: p.Park, Unpark: w.WakeByRef, ParkTimeout: p.ParkTimeout}
	})
}

func TestParker(t *testing.T) { contract.TestParker(t, parker) }

func parker(testing.TB) contract.ParkerSubject {
	var p wakers.Parker
	return contract.ParkerSubject{Claims: tokioWay, Park: p.Park, Unpark: p.Unpark, ParkTimeout: p.ParkTimeout}
}

func TestCell(t *testing.T) { contract.TestFuture(t, cell) }

// A cellFuture is the smallest leaf on a Cell: register, then look.
type cellFuture struct {
	cell  wakers.Cell
	fired atomic.Bool
}

func (f *cellFuture) Poll(cx *futures.Context) (int, bool) {
	f.cell.Register(cx.Waker())
	if f.fired.Load() {
		f.cell.Clear()
		return 1, true
	}
	return 0, false
}

func (f *cellFuture) Drop() { f.cell.Clear() }

func cell(testing.TB) contract.FutureSubject[int] {
	var f cellFuture
	return contract.FutureSubject[int]{
		Claims: tokioWay,
		Future: &f,
		Fire:   func() { f.fired.Store(true); f.cell.Wake() },
		Want:   1,
	}
}

func TestCountdown(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Claims: tokioWay, Future: futures.NewCountdown(5), Want: 5, Yields: 5}
	})
}

func TestYield(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: futures.Yield(), Yields: 1}
	})
}

func TestEvent(t *testing.T) { contract.TestFuture(t, event) }

func event(testing.TB) contract.FutureSubject[struct{}] {
	var e futures.Event
	return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: e.Wait(), Fire: e.Fire}
}

func TestSilentDeclaredPendingForEver(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Claims: tokioWay, Future: futures.NewSilent(1 << 30), Never: true}
	})
}

func TestAfter(t *testing.T) { testAfter(t, time.Second) }

func TestAfterOneDay(t *testing.T) { testAfter(t, 24*time.Hour) }

func testAfter(t *testing.T, d time.Duration) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[struct{}] {
		return contract.FutureSubject[struct{}]{Claims: tokioWay, Future: futures.After(d)}
	})
}

// notExplored skips a test whose subject runs on what is not modelled.
func notExplored(t *testing.T, why string) {
	if explored {
		t.Skip(why)
	}
}

func TestGo(t *testing.T) {
	notExplored(t, "the function of a Go runs on a goroutine that is not modelled")
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[futures.Result[int]] {
		fired := make(chan struct{})
		return contract.FutureSubject[futures.Result[int]]{
			Claims: tokioWay,
			Future: futures.Go(func(ctx context.Context) (int, error) {
				select {
				case <-fired:
				case <-ctx.Done():
				}
				return 7, nil
			}),
			Fire: func() { close(fired) },
			Want: futures.Result[int]{Value: 7},
		}
	})
}

func TestReadable(t *testing.T) {
	notExplored(t, "real I/O is not modelled")
	contract.TestFuture(t, func(tb testing.TB) contract.FutureSubject[struct{}] {
		ours, theirs := net.Pipe()
		tb.Cleanup(func() { ours.Close(); theirs.Close() })
		return contract.FutureSubject[struct{}]{
			Claims: tokioWay,
			Future: futures.Readable(futures.NewReader(ours)),
			Fire:   func() { go theirs.Write([]byte{1}) }, // a pipe's Write waits for its reader
		}
	})
}

// counted makes a future of something comparable from a combinator.
type counted[T any] struct {
	futures.Future[T]
	count func(T) int
}

func (c counted[T]) Poll(cx *futures.Context) (int, bool) {
	v, ready := c.Future.Poll(cx)
	if !ready {
		return 0, false
	}
	return c.count(v), true
}

func (c counted[T]) Drop() { futures.Drop(c.Future) }

func TestJoin(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
		var a, b futures.Event
		return contract.FutureSubject[int]{
			Claims: tokioWay,
			Future: counted[[]struct{}]{futures.Join(a.Wait(), b.Wait()), func(v []struct{}) int { return len(v) }},
			Fire:   func() { a.Fire(); b.Fire() },
			Want:   2,
		}
	})
}

func TestSelect(t *testing.T) {
	contract.TestFuture(t, func(testing.TB) contract.FutureSubject[int] {
		var a, b futures.Event
		return contract.FutureSubject[int]{
			Claims: tokioWay,
			Future: counted[futures.Selected[struct{}]]{futures.Select(a.Wait(), b.Wait()), func(v futures.Selected[struct{}]) int { return v.Index }},
			Fire:   b.Fire,
			Want:   1,
		}
	})
}

func TestBlockOn(t *testing.T) { contract.TestExecutor(t, blockOn) }

func blockOn(testing.TB) contract.Executor {
	one := &oneTask{run: executor.BlockOn[int], ended: make(chan struct{})}
	return contract.Executor{Claims: tokioWay, Spawn: one.spawn, Run: one.Run, Tasks: 1, Stable: true}
}

func TestSpin(t *testing.T) { contract.TestExecutor(t, spin) }

func spin(testing.TB) contract.Executor {
	one := &oneTask{ended: make(chan struct{}), run: func(f futures.Future[int]) int {
		v, _ := executor.Spin(f)
		return v
	}}
	return contract.Executor{Spawn: one.spawn, Run: one.Run, Tasks: 1, Busy: true}
}

// A oneTask plugs in an executor that runs one future on the caller's
// goroutine.
type oneTask struct {
	run    func(futures.Future[int]) int
	future futures.Future[int]
	value  int
	ended  chan struct{}
}

func (o *oneTask) spawn(f futures.Future[int]) contract.Task {
	o.future = f
	return o
}

func (o *oneTask) Run() {
	o.value = o.run(o.future)
	channel.Close(o.ended)
}

func (o *oneTask) Join() (int, error) {
	channel.Recv(o.ended)
	return o.value, nil
}

func (o *oneTask) Cancel() {} // whoever called BlockOn waits for the value

// tokioWay is what the executors of package executor promise: all that tokio and
// its kin do.
var tokioWay = contract.Claims{Profile: "rust"}

func TestQueue(t *testing.T) { contract.TestExecutor(t, queue) }

func queue(testing.TB) contract.Executor {
	var q executor.Queue
	return contract.Executor{Claims: tokioWay, Spawn: spawner(&q), Run: q.Run, Close: q.Close, Fair: 2, Stable: true}
}

func TestPool(t *testing.T) { contract.TestExecutor(t, pool) }

func pool(testing.TB) contract.Executor {
	p := executor.NewPool(2)
	return contract.Executor{Claims: tokioWay, Spawn: spawner(p), Close: p.Close, Idle: p.Idle, Threads: 2, Stable: true}
}

func TestSubmit(t *testing.T) { contract.TestExecutor(t, submit) }

func submit(testing.TB) contract.Executor {
	s := executor.Submit(func(f func()) error { sync.Go(f); return nil })
	return contract.Executor{Claims: tokioWay, Spawn: spawner(s), Stable: true}
}

func TestSubmitInline(t *testing.T) { contract.TestExecutor(t, submitInline) }

func submitInline(testing.TB) contract.Executor {
	s := executor.Submit(func(f func()) error { f(); return nil })
	return contract.Executor{Claims: tokioWay, Spawn: spawner(s), Inline: true, Stable: true}
}

func spawner(s executor.Spawner) func(futures.Future[int]) contract.Task {
	return func(f futures.Future[int]) contract.Task { return executor.Spawn(s, f) }
}
