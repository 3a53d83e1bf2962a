package contract_test

import (
	"testing"
	"time"
	"fmt"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
	"github.com/wakecheck/wakecheck/executor"
)

func show(r contract.Report) {
	fmt.Println("==", r.Subject, r.Scenarios)
	for _, res := range r.Results {
		fmt.Println("  ", res.Law, res.Verdict, res.Evidence, res.Blame, res.Reason)
		if res.Verdict == contract.Violated {
			fmt.Println(contract.FormatResult(res))
			_ = time.Now
		}
	}
}

type blockOn struct{ f futures.Future[int]; v int; done chan struct{} }
func (b *blockOn) Join() (int, error) { <-b.done; return b.v, nil }
func (b *blockOn) Cancel() {}

func TestSmoke(t *testing.T) {
	t0 := time.Now()
	show(contract.CheckWaker(func(testing.TB) contract.Subject {
		c := new(wakers.Counting)
		return contract.Subject{Raw: c.Raw(), Wakes: c.Wakes, Live: c.Live, Freed: c.Freed}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
	show(contract.CheckParker(func(testing.TB) contract.ParkerSubject {
		p := new(wakers.Parker)
		return contract.ParkerSubject{Park: p.Park, Unpark: p.Unpark, ParkTimeout: p.ParkTimeout}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
	show(contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewCountdown(5), Want: 5, Yields: 5}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
	show(contract.CheckFuture(func(testing.TB) contract.FutureSubject[struct{}] {
		var e futures.Event
		return contract.FutureSubject[struct{}]{Future: e.Wait(), Fire: e.Fire}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
	show(contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewSilent(2), Want: 2}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
	show(contract.CheckExecutor(func(testing.TB) contract.Executor {
		b := &blockOn{done: make(chan struct{})}
		return contract.Executor{Spawn: func(f futures.Future[int]) contract.Task { b.f = f; return b }, Run: func() { b.v = executor.BlockOn(b.f); close(b.done) }, Tasks: 1}
	}))
	fmt.Println(time.Since(t0)); t0 = time.Now()
}
