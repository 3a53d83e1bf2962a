package conformance

import (
	"flag"
	"sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// TestALostWakeIsShownByTheEvidenceOfTheTable puts around each adapter what eats one
// wake: it is convicted, and by the evidence that README.md names in its table.
func TestALostWakeIsShownByTheEvidenceOfTheTable(t *testing.T) {
	for _, c := range []struct {
		name     string
		result   contract.Result
		law      string
		evidence contract.Evidence
	}{
		{"gVisor sleeper", lostUnpark(t), "P2", contract.States},
		{"gVisor block-on", lostWake(gvisorExecutor), "E2", contract.States},
		{"goja", lostWake(gojaLoop), "E2", contract.Bubble},
		{"pond", lostWake(pondPool), "E2", contract.Bubble},
		{"ants", lostWake(antsPool), "E2", contract.Horizon},
		{"workerpool", lostWake(workerPool), "E2", contract.Horizon},
		{"gopool", lostWake(goPool), "E2", contract.Bubble},
		{"conc", lostWake(concPool), "E2", contract.Bubble},
		{"semaphore", lostRelease(t), "F1", contract.Bubble},
		{"errgroup", lostWake(errgroupBounded), "E2", contract.Bubble},
		{"goroutines", lostWake(goroutines), "E2", contract.Bubble},
	} {
		res := c.result
		if res.Verdict != contract.Violated || res.Law != c.law || res.Evidence != c.evidence {
			t.Errorf("%s: want %s violated, by %s; got\n%s", c.name, c.law, c.evidence, contract.FormatResult(res))
		}
	}
}

// lostWake is the verdict on an executor of which the first wake is eaten.
func lostWake(mk func(testing.TB) contract.Executor) contract.Result {
	return contract.DetectHang(func(tb testing.TB) contract.Executor {
		ex := mk(tb)
		spawn, eaten := ex.Spawn, new(atomic.Bool)
		ex.Spawn = func(f futures.Future[int]) contract.Task { return spawn(&wakeEater{f, eaten}) }
		return ex
	}, func(testing.TB) futures.Future[int] { return futures.NewCountdown(1) })
}

// A wakeEater lends its future wakers of which the first that is woken does nothing.
type wakeEater struct {
	future futures.Future[int]
	eaten  *atomic.Bool
}

func (e *wakeEater) Poll(cx *futures.Context) (int, bool) {
	raw := &eatingRaw{eaten: e.eaten}
	raw.waker.CloneFrom(cx.Waker())
	var w wakers.Waker
	w.Init(raw)
	defer w.Drop()
	return e.future.Poll(futures.NewContext(&w))
}

func (e *wakeEater) Drop() { futures.Drop(e.future) }

type eatingRaw struct {
	waker wakers.Waker
	eaten *atomic.Bool
}

func (r *eatingRaw) Clone() wakers.RawWaker {
	c := &eatingRaw{eaten: r.eaten}
	c.waker.CloneFrom(&r.waker)
	return c
}

func (r *eatingRaw) Wake() {
	r.WakeByRef()
	r.Drop()
}

func (r *eatingRaw) WakeByRef() {
	if !r.eaten.CompareAndSwap(false, true) {
		r.waker.WakeByRef()
	}
}

func (r *eatingRaw) Drop() { r.waker.Drop() }

// lostUnpark is the verdict on gVisor's sleeper if its first unpark is eaten.
func lostUnpark(t *testing.T) contract.Result {
	return only(t, "P2", contract.CheckParker, func(tb testing.TB) contract.ParkerSubject {
		p := gvisorSleeper(tb)
		park, unpark := p.Park, p.Unpark
		var eaten, over atomic.Bool
		tb.Cleanup(func() { over.Store(true); unpark() }) // what hangs is let go
		p.Park = func() {
			if !over.Load() {
				park()
			}
		}
		p.Unpark = func() {
			if !eaten.CompareAndSwap(false, true) {
				unpark()
			}
		}
		return p
	})
}

// lostRelease is the verdict on the semaphore if its first release wakes nobody.
func lostRelease(t *testing.T) contract.Result {
	return only(t, "F1", contract.CheckPrimitive, func(tb testing.TB) contract.Primitive {
		p := xSyncSemaphore(tb)
		eaten := new(atomic.Bool)
		for i, op := range p.Ops {
			if op.Do == nil {
				continue
			}
			p.Ops[i].Do = func(n int) int {
				if !eaten.CompareAndSwap(false, true) {
					return op.Do(n)
				}
				tb.Cleanup(func() { op.Do(n) })
				return 0
			}
		}
		return p
	})
}

// only is the result for one law of a short campaign.
func only[S any](t *testing.T, law string, check func(func(testing.TB) S) contract.Report, mk func(testing.TB) S) contract.Result {
	t.Helper()
	for name, value := range map[string]string{"contract.laws": law, "rapid.checks": "20"} {
		f := flag.Lookup(name)
		before := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := f.Value.Set(before); err != nil {
				t.Error(err)
			}
		}()
	}
	res, _ := check(mk).Result(law)
	return res
}
