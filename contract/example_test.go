package contract_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A blockOn polls one future and parks in between. It is the executor of these
// examples.
type blockOn struct {
	future futures.Future[int]
	value  int
	ended  chan struct{}
	parker wakers.Parking
}

func (b *blockOn) Spawn(f futures.Future[int]) contract.Task {
	b.future = f
	return b
}

func (b *blockOn) Run() {
	var w wakers.Waker
	b.parker.InitWaker(&w)
	defer w.Drop()
	cx := futures.NewContext(&w)
	for {
		if v, ready := b.future.Poll(cx); ready {
			b.value = v
			close(b.ended)
			return
		}
		b.parker.Park()
	}
}

func (b *blockOn) Join() (int, error) { <-b.ended; return b.value, nil }
func (b *blockOn) Cancel()            {}

func newBlockOn(testing.TB) contract.Executor {
	b := &blockOn{ended: make(chan struct{})}
	return contract.Executor{Spawn: b.Spawn, Run: b.Run, Tasks: 1}
}

// An executor of your own is checked in one call.
func ExampleTestExecutor() {
	// func TestBlockOn(t *testing.T) { contract.TestExecutor(t, newBlockOn) }

	report := contract.CheckExecutor(newBlockOn)
	fmt.Println("violated:", report.Violated())
	e4, _ := report.Result("E4")
	fmt.Println("E4:", e4.Verdict)
	// Output:
	// violated: []
	// E4: kept
}

// A future that answers pending and arranges no wake is found out at its first
// poll.
func ExampleCheckFuture() {
	report := contract.CheckFuture(func(testing.TB) contract.FutureSubject[int] {
		return contract.FutureSubject[int]{Future: futures.NewSilent(3), Want: 3}
	})
	f1, _ := report.Result("F1")
	fmt.Print(contract.FormatResult(f1))
	// Output:
	// F1 PendingImpliesArmed: A future that answers pending has arranged that its task is
	//     woken when it is worth polling again.
	// violated: poll 1 answered pending, its waker was not woken, and no clone of any waker
	//     lives; want a wake arranged
	// blame: future
	// evidence: proved: no live handle is left, so nobody outside the subject can ever wake
	//     the task
	//
	// scenario:
	//   then it is fired, if it has a Fire, and polled whenever it is woken, until it is ready
	//
	// trace:
	//        driver                            thread 3
	//      1                                   poll 1 of 1, lent h1
	// >    2                                   pending of 1
	//      4 at rest (bubble)
}

// The lesson's last exercise: under a parked executor a future that never wakes
// hangs. It takes no Ctrl+C to see that, and no clock.
func ExampleDetectHang() {
	res := contract.DetectHang(newBlockOn, func(testing.TB) futures.Future[int] { return futures.NewSilent(3) })
	fmt.Println(res.Verdict, res.Law, "blame:", res.Blame)
	fmt.Println(res.Evidence.Meaning())

	res = contract.DetectHang(newBlockOn, func(testing.TB) futures.Future[int] { return futures.NewCountdown(3) })
	fmt.Println(res.Verdict)
	// Output:
	// violated F1 blame: future
	// proved: no live handle is left, so nobody outside the subject can ever wake the task
	// kept
}

// A trace that another program recorded can be judged too.
func ExampleJudge() {
	trace := []contract.Event{
		{Kind: contract.Spawn, Thread: 1, Task: 1, Arg: 1},
		{Kind: contract.Return, Thread: 1, Task: 1},
		{Kind: contract.Poll, Thread: -1, Task: 1, Poll: 1},
		{Kind: contract.Ready, Thread: -1, Task: 1, Poll: 1, Arg: 101},
		{Kind: contract.Poll, Thread: -1, Task: 1, Poll: 2},
	}
	for _, res := range contract.Judge(slices.Values(trace), "E5", "E6") {
		fmt.Println(res.Law, res.Verdict, res.Reason)
	}
	// Output:
	// E5 violated task 1 was polled after it had ended (ready); want no poll
	// E6 kept
}
