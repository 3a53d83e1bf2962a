package wakecheck_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// TestWakeCountEqualsCountdownLength: a Countdown of n is woken n times and
// polled n+1 times, whoever polls it and with whichever waker.
func TestWakeCountEqualsCountdownLength(t *testing.T) {
	byHand := func(init func(*wakers.Waker)) func(futures.Future[int]) int {
		return func(f futures.Future[int]) int {
			var w wakers.Waker
			init(&w)
			defer w.Drop()
			for {
				if v, ready := f.Poll(futures.NewContext(&w)); ready {
					return v
				}
			}
		}
	}
	join := func(h *executor.Handle[int], run func()) int {
		run()
		v, err := h.Join()
		if err != nil {
			t.Error(err)
		}
		return v
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 100).Draw(t, "n")
		var counting wakers.Counting
		var parking wakers.Parking
		runs := map[string]func(futures.Future[int]) int{
			"noop":     byHand(wakers.Noop{}.InitWaker),
			"counting": byHand(counting.InitWaker),
			"parking":  byHand(parking.InitWaker),
			"BlockOn":  executor.BlockOn[int],
			"Spin":     func(f futures.Future[int]) int { v, _ := executor.Spin(f); return v },
			"Queue": func(f futures.Future[int]) int {
				var q executor.Queue
				return join(executor.Spawn(&q, f), q.Run)
			},
			"Pool": func(f futures.Future[int]) int {
				p := executor.NewPool(2)
				defer p.Close()
				return join(executor.Spawn(p, f), func() {})
			},
			"Submit": func(f futures.Future[int]) int {
				s := executor.Submit(func(f func()) error { go f(); return nil })
				return join(executor.Spawn(s, f), func() {})
			},
		}
		names := make([]string, 0, len(runs))
		for name := range runs {
			names = append(names, name)
		}
		slices.Sort(names)
		name := rapid.SampledFrom(names).Draw(t, "who polls")
		c := wakeCounter{Countdown: futures.NewCountdown(n)}
		if v := runs[name](&c); v != n {
			t.Errorf("%s: the value is %d; want %d", name, v, n)
		}
		if c.wakes != n || c.Polls() != n+1 {
			t.Errorf("%s: %d wakes and %d polls; want %d and %d", name, c.wakes, c.Polls(), n, n+1)
		}
		if name == "counting" && (counting.Wakes() != n || counting.Live() != 0) {
			t.Errorf("the waker counts %d wakes, %d live; want %d, 0", counting.Wakes(), counting.Live(), n)
		}
	})
}

// A wakeCounter counts the wakes that a Countdown makes on the waker it is lent.
type wakeCounter struct {
	*futures.Countdown
	wakes int
}

func (c *wakeCounter) Poll(cx *futures.Context) (int, bool) {
	var w wakers.Waker
	counted := &countedRaw{wakes: &c.wakes}
	counted.inner.CloneFrom(cx.Waker())
	w.Init(counted)
	defer w.Drop()
	return c.Countdown.Poll(futures.NewContext(&w))
}

// A countedRaw counts wakes by ref, and passes them on.
type countedRaw struct {
	inner wakers.Waker
	wakes *int
}

func (r *countedRaw) Clone() wakers.RawWaker {
	c := &countedRaw{wakes: r.wakes}
	c.inner.CloneFrom(&r.inner)
	return c
}
func (r *countedRaw) Wake()      { *r.wakes++; r.inner.Wake() }
func (r *countedRaw) WakeByRef() { *r.wakes++; r.inner.WakeByRef() }
func (r *countedRaw) Drop()      { r.inner.Drop() }

// TestRefcountsBalance: random trees of clone, wake, wake by ref and drop, over
// many handles and goroutines; the counts are audited after every step.
func TestRefcountsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c wakers.Counting
		handles := []*wakers.Waker{new(wakers.Waker)}
		c.InitWaker(handles[0])
		live, wakes := 1, 0
		audit := func(step string) {
			if c.Live() != live || c.Wakes() != wakes || c.Late() != 0 {
				t.Fatalf("after %s: %d live, %d wakes, %d late; want %d, %d, 0", step, c.Live(), c.Wakes(), c.Late(), live, wakes)
			}
		}
		audit("the first handle")
		// One goroutine after the other, so that each step can be audited.
		on := func(other bool, f func()) {
			if !other {
				f()
				return
			}
			done := make(chan struct{})
			go func() { defer close(done); f() }()
			<-done
		}
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			if len(handles) == 0 {
				break
			}
			i := rapid.IntRange(0, len(handles)-1).Draw(t, "handle")
			other := rapid.Bool().Draw(t, "on another goroutine")
			h := handles[i]
			step := rapid.SampledFrom([]string{"clone", "clone", "wake", "wake by ref", "drop"}).Draw(t, "step")
			switch step {
			case "clone":
				clone := new(wakers.Waker)
				on(other, func() { clone.CloneFrom(h) })
				handles = append(handles, clone)
				live++
			case "wake":
				on(other, h.Wake)
				handles = slices.Delete(handles, i, i+1)
				live, wakes = live-1, wakes+1
			case "wake by ref":
				on(other, h.WakeByRef)
				wakes++
			case "drop":
				on(other, h.Drop)
				handles = slices.Delete(handles, i, i+1)
				live--
			}
			audit(step)
		}
		// And all that is left at once.
		var all sync.WaitGroup
		for _, h := range handles {
			all.Go(func() {
				var clone wakers.Waker
				clone.CloneFrom(h)
				h.Wake()
				clone.Drop()
			})
		}
		all.Wait()
		wakes, live = wakes+len(handles), 0
		audit("the end")
		if !c.Freed() {
			t.Error("no handle is left and Freed is false")
		}
	})
}

// TestSilentFutureHangIsProved is the lesson's fourth exercise, without Ctrl+C:
// a future that never wakes hangs under every executor that sleeps, for which
// the future is to blame, because no handle is left.
func TestSilentFutureHangIsProved(t *testing.T) {
	for name, mk := range map[string]func(testing.TB) contract.Executor{
		"BlockOn": blockOn, "Queue": queue, "Pool": pool, "Submit": submit,
	} {
		t.Run(name, func(t *testing.T) {
			res := contract.DetectHang(mk, func(testing.TB) futures.Future[int] { return futures.NewSilent(3) })
			if res.Verdict != contract.Violated || res.Law != "F1" || res.Blame != "future" || res.Evidence != contract.NoHandle {
				t.Errorf("want F1 violated by the future, no handle left; got\n%s", contract.FormatResult(res))
			}
		})
	}
}

// TestSameSeedSameReport: a campaign, what it finds and how small that gets
// depend on the seed and on nothing else.
func TestSameSeedSameReport(t *testing.T) {
	silent := func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewSilent(3), Want: 3}
	}
	text := func(r contract.Report) string {
		var b strings.Builder
		for _, res := range r.Results {
			b.WriteString(contract.FormatResult(res))
		}
		return b.String()
	}
	first, second := contract.CheckFuture(silent), contract.CheckFuture(silent)
	if first.Seed != second.Seed || text(first) != text(second) {
		t.Errorf("two campaigns, with seeds %d and %d, differ:\n%s\n%s", first.Seed, second.Seed, text(first), text(second))
	}
	if len(first.Violated()) == 0 {
		t.Error("nothing was found to compare")
	}
}

func FuzzWaker(f *testing.F) { contract.FuzzWaker(f, counting) }

func FuzzParker(f *testing.F) { contract.FuzzParker(f, parker) }

func FuzzFuture(f *testing.F) { contract.FuzzFuture(f, event) }

func FuzzCombinator(f *testing.F) { contract.FuzzCombinator(f, join) }

func FuzzPrimitive(f *testing.F) { contract.FuzzPrimitive(f, semaphore) }

func FuzzExecutor(f *testing.F) { contract.FuzzExecutor(f, queue) }

// FuzzScenario: whatever the bytes, reading gives a scenario that survives
// writing and reading, or an error that names line and column.
func FuzzScenario(f *testing.F) {
	f.Add([]byte(`{"version":1,"door":"waker","subjects":1,"ops":[{"do":"clone"},{"do":"wake","handle":1}]}`))
	f.Add([]byte(`{"version":1,"door":"executor","subjects":2,"scripts":[{"turns":[{"ops":[{"do":"self-wake","n":2}]}]}],"ops":[]}`))
	f.Add([]byte(`{"version":1,"door":"future","subjects":1,"ops":[{"do":"poll"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc, err := contract.ReadScenario(bytes.NewReader(data))
		if err != nil {
			wantPlace(t, "scenario", err)
			return
		}
		var text bytes.Buffer
		if err := contract.WriteScenario(&text, sc); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := contract.ReadScenario(&text)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(sc) {
			t.Fatalf("read %v, wrote it, and read %v, %v", sc, again, err)
		}
	})
}

// FuzzTrace: whatever the bytes, reading gives events that can be judged and
// survive writing and reading, or an error that names line and column.
func FuzzTrace(f *testing.F) {
	var trace bytes.Buffer
	events := []contract.Event{
		{Kind: contract.Poll, Task: 1, Poll: 1, Handle: 1}, {Kind: contract.Clone, Task: 1, Poll: 1, Handle: 1, Arg: 2},
		{Kind: contract.Pending, Task: 1, Poll: 1}, {Kind: contract.Wake, Thread: 1, Task: 1, Handle: 2},
		{Kind: contract.Return, Thread: 1, Task: 1}, {Kind: contract.Rest, Arg: 3},
	}
	if err := contract.WriteTrace(&trace, events); err != nil {
		f.Fatal(err)
	}
	f.Add(trace.Bytes())
	f.Add(bytes.ReplaceAll(trace.Bytes(), []byte(`"poll"`), []byte(`"spawn"`)))
	f.Add([]byte("{\"wakecheck\":\"trace\",\"version\":1}\n{\"kind\":\"park\",\"thread\":-"))
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := contract.ReadTrace(bytes.NewReader(data))
		if err != nil {
			wantPlace(t, "trace", err)
			return
		}
		for _, res := range contract.Judge(slices.Values(events)) {
			_ = contract.FormatResult(res)
		}
		var text bytes.Buffer
		if err := contract.WriteTrace(&text, events); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := contract.ReadTrace(&text)
		if err != nil || !slices.Equal(again, events) {
			t.Fatalf("read %v, wrote it, and read %v, %v", events, again, err)
		}
	})
}

var place = regexp.MustCompile(`^(trace|scenario):\d+:\d+: `)

func wantPlace(t *testing.T, what string, err error) {
	t.Helper()
	if !place.MatchString(err.Error()) {
		t.Errorf("want an error that starts %s:LINE:COLUMN; got %v", what, err)
	}
}
