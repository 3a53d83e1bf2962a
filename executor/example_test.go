package executor_test

import (
	"errors"
	"fmt"
	"sync"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Countdown(5) is pending five times and wakes itself each time. A counting waker
// between the executor and the future sees the five wakes, and BlockOn polls once
// to start and once for each.
func ExampleBlockOn() {
	var count wakers.Counting
	var counting wakers.Waker
	count.InitWaker(&counting)
	defer counting.Drop()

	countdown := futures.NewCountdown(5)
	v := executor.BlockOn(futures.Func[int](func(cx *futures.Context) (int, bool) {
		before := count.Wakes()
		v, ready := countdown.Poll(futures.NewContext(&counting))
		if count.Wakes() > before {
			cx.Waker().WakeByRef() // pass it on
		}
		return v, ready
	}))
	fmt.Printf("value %d: %d wakes, %d polls\n", v, count.Wakes(), countdown.Polls())
	// Output: value 5: 5 wakes, 6 polls
}

// A busy loop polls for as long as it waits: here, for as long as it takes to poll
// 1000 times. A parked goroutine polls again when it is woken.
func ExampleSpin() {
	var polls int
	waitFor := func(e *futures.Event, fire func()) futures.Future[struct{}] {
		polls = 0
		wait := e.Wait()
		return futures.Func[struct{}](func(cx *futures.Context) (struct{}, bool) {
			polls++
			v, ready := wait.Poll(cx)
			fire()
			return v, ready
		})
	}

	var e1 futures.Event
	_, n := executor.Spin(waitFor(&e1, func() {
		if polls == 1000 {
			e1.Fire()
		}
	}))
	fmt.Println("Spin:", n, "polls")

	var e2 futures.Event
	executor.BlockOn(waitFor(&e2, func() { go e2.Fire() }))
	fmt.Println("BlockOn:", polls, "polls")
	// Output:
	// Spin: 1001 polls
	// BlockOn: 2 polls
}

// A Queue runs two tasks on one goroutine. Each gives way to the other by waking
// itself and answering pending.
func ExampleQueue() {
	var q executor.Queue
	count := func(name string, to int) *executor.Handle[int] {
		n := 0
		return executor.Spawn(&q, futures.Func[int](func(cx *futures.Context) (int, bool) {
			n++
			fmt.Println(name, n)
			if n < to {
				cx.Waker().WakeByRef()
			}
			return n, n == to
		}))
	}
	a, b := count("a", 3), count("b", 2)
	q.Run()
	fmt.Println(a.Join())
	fmt.Println(b.Join())
	// Output:
	// a 1
	// b 1
	// a 2
	// b 2
	// a 3
	// 3 <nil>
	// 2 <nil>
}

// An executor made of plain goroutines: one for each poll.
func ExampleSubmit() {
	var wg sync.WaitGroup
	goroutines := 0
	s := executor.Submit(func(poll func()) error {
		goroutines++ // there is one task, and it has one closure at a time
		wg.Go(poll)
		return nil
	})
	h := executor.Spawn(s, futures.NewCountdown(5))
	fmt.Println(h.Join())
	wg.Wait()
	fmt.Println(goroutines, "goroutines")
	// Output:
	// 5 <nil>
	// 6 goroutines
}

// A task ends with a value or with an error, and never takes others with it.
func ExampleHandle_Join() {
	p := executor.NewPool(2)
	value := executor.Spawn(p, futures.NewCountdown(3))
	fmt.Println(value.Join())

	panicking := executor.Spawn(p, futures.Func[int](func(*futures.Context) (int, bool) {
		panic("out of ideas")
	}))
	_, err := panicking.Join()
	var pe *futures.PanicError
	if errors.As(err, &pe) {
		fmt.Println("panicked:", pe.Value)
	}

	var never futures.Event
	cancelled := executor.Spawn(p, never.Wait())
	cancelled.Cancel()
	_, err = cancelled.Join()
	fmt.Println(err)

	left := executor.Spawn(p, never.Wait())
	p.Close()
	_, err = left.Join()
	fmt.Println(err)
	// Output:
	// 3 <nil>
	// panicked: out of ideas
	// futures: cancelled
	// executor: closed: futures: cancelled
}
