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
	// assertion failed in a at example_test.go:36
	//
	//   step  a                b                at
	//      1  load c.n = 0                      example_test.go:19
	//      2                   load c.n = 0     example_test.go:19
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
	fmt.Println(r.Failure, err)
	// Output:
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
	fmt.Println(r.Failure, err)
	// Output:
}
