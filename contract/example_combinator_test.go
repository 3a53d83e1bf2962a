package contract_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
)

// A combinator of your own is checked in one call. What it does not say of itself
// skips the laws that need it.
func ExampleTestCombinator() {
	join := func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		return futures.Join(fs...)
	}
	// func TestJoin(t *testing.T) { contract.TestCombinator(t, join) }

	report := contract.CheckCombinator(join)
	fmt.Println("violated:", report.Violated())
	c2, _ := report.Result("C2")
	fmt.Println("C2:", c2.Verdict)
	c10, _ := report.Result("C10")
	fmt.Println("C10:", c10.Verdict, c10.Reason)
	// Output:
	// violated: []
	// C2: kept
	// C10: skipped the combinator has no Share: there is one handle on it
}

// A roundRobin polls one child in each poll, and the next one in the next. Its
// children have the waker of its task, so that their wakes reach it; but it may be
// another child that is polled then.
type roundRobin struct {
	children []futures.Future[int]
	next     int
	values   []int
}

func (r *roundRobin) Poll(cx *futures.Context) ([]int, bool) {
	if len(r.children) == 0 {
		return r.values, true
	}
	i := r.next % len(r.children)
	v, ready := r.children[i].Poll(cx)
	if !ready {
		r.next++
		return nil, false
	}
	r.values = append(r.values, v)
	r.children = append(r.children[:i:i], r.children[i+1:]...)
	cx.Waker().WakeByRef()
	return nil, false
}

func ExampleCheckCombinator() {
	report := contract.CheckCombinator(func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		return &roundRobin{children: fs}
	})
	c2, _ := report.Result("C2")
	fmt.Print(contract.FormatResult(c2))
	// Output:
	// C2 WokenChildIsPolled: A child that was woken is polled by one of the next polls of the
	//     combinator.
	// violated: child 1 was woken, and poll 2, which began after that, did not poll it,
	//     answered pending and was not woken; want it polled
	// blame: combinator
	// evidence: proved for this run: every goroutine is durably blocked and no timer is armed
	//
	// scenario:
	//   child 1: pending, wakes itself, ready
	//   child 2: pending, ready
	//   then it is polled whenever it is woken, and thread 1 wakes one child after the other, until it is ready
	//
	// trace:
	//        driver                            thread 1
	//      0 declares children 2
	//      1 declares handle 1
	//      3 poll 1 of waker 1, lent h1
	//      4 poll 1 of child 1, lent h2
	//      5 clone h1 to h3 of waker 1
	//      6 clone h2 to h4 of child 1
	//      7 pending of child 1
	//      8 pending of waker 1
	//     10                                   clone h3 to h5 of waker 1
	//     11                                   clone h4 to h6 of child 1
	//     12                                   wake-by-ref h6 of child 1
	//     13                                   wake-by-ref h5 of waker 1
	//     15                                   drop h6 of child 1
	//     16                                   drop h5 of waker 1
	//     19 poll 2 of waker 1, lent h7
	//     20 poll 1 of child 2, lent h8
	//     21 clone h7 to h9 of waker 1
	//     22 clone h8 to h10 of child 2
	//     23 pending of child 2
	//     24 pending of waker 1
	// >   25 at rest (bubble)
}

// A combinator that says more of itself is held to more.
func ExampleCombinator() {
	join := func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
		c := contract.Combinator{Future: futures.Join(fs...), Fair: 1}
		c.Profile = "rust"
		return c
	}
	report := contract.CheckCombinator(join)
	for _, law := range []string{"C11", "C13", "C14"} {
		r, _ := report.Result(law)
		fmt.Println(law, r.Verdict)
	}
	// Output:
	// C11 kept
	// C13 kept
	// C14 kept
}
