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
	fmt.Println(c2.Law, c2.Verdict, "by the", c2.Blame)
	fmt.Println(c2.Evidence.Meaning())
	fmt.Println("at most three children in the smallest scenario:", len(c2.Scenario.Scripts) <= 3)
	// Output:
	// C2 violated by the combinator
	// proved for this run: every goroutine is durably blocked and no timer is armed
	// at most three children in the smallest scenario: true
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
