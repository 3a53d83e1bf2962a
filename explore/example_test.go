package explore_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// A Ticket can be had once. It imports explore/shim/atomic instead of
// sync/atomic, and has a bug.
type Ticket struct{ sold atomic.Bool }

// Buy reports whether the ticket was still there.
func (t *Ticket) Buy() bool {
	if t.sold.Load() {
		return false
	}
	t.sold.Store(true) // another thread may have done so since the look
	return true
}

// Two threads buy the same ticket. In a test this is explore.Test(t, body).
func Example() {
	body := func(x *explore.X) {
		var (
			t      Ticket
			buyers atomic.Int32
		)
		buy := func() {
			if t.Buy() {
				x.Assert(buyers.Add(1) == 1)
			}
		}
		x.Go("ann", buy)
		x.Go("bob", buy)
	}

	r, err := explore.Check(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Failure)
	// Output:
	// assertion failed in ann at example_test.go:33
	//
	//   step  ann                  bob                  at
	//      1  load t.sold = false                       example_test.go:17
	// >    2                       load t.sold = false  example_test.go:17
	//      3                       store t.sold: true   example_test.go:20
	//      4                       add buyers: 0 → 1    example_test.go:33
	//      5  store t.sold: true                        example_test.go:20
	//      6  add buyers: 1 → 2                         example_test.go:33
	//
	// The line marked > decides: after it every schedule fails, before it not every one does.
	// 6 steps, 1 preemption (a switch away from a thread that could have gone on).
	// No schedule fails so with fewer preemptions, nor with as many in fewer steps.
	// schedule: 122211
}

// A Var is plain memory: here each of two threads adds to it under a lock.
func ExampleVar() {
	r, err := explore.Check(func(x *explore.X) {
		var (
			mu    sync.Mutex
			total explore.Var[int]
		)
		add := func() {
			mu.Lock()
			total.Set(total.Get() + 1)
			mu.Unlock()
		}
		x.Go("a", add)
		x.Go("b", add)
	})
	fmt.Println(r, err)

	r, err = explore.Check(func(x *explore.X) {
		var total explore.Var[int]
		x.Go("writer", func() { total.Set(1) })
		x.Go("reader", func() { total.Get() })
	})
	if err == nil {
		fmt.Println(r.Failure.Fault)
	}
	// Output:
	// proved: no schedule fails (2 executions, 8 steps, which stand for all; no bound) <nil>
	// data race
}

// What a thread may meet beside other threads is chosen, and explored too: here
// whether a message is lost.
func ExampleX_Choose() {
	r, err := explore.Check(func(x *explore.X) {
		var got atomic.Int32
		send := func(v int32) {
			if lost := x.Choose(2) == 1; !lost {
				got.Store(v)
			}
		}
		x.Go("sender", func() { send(1); send(2) })
		x.Go("receiver", func() { x.Assert(got.Load() != 2) })
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range r.Failure.Steps {
		fmt.Println(s.Thread, "does", s)
	}
	// Output:
	// sender does choose = 1, of 0…1
	// sender does choose = 0, of 0…1
	// sender does store got: 2
	// receiver does load got = 2
}
