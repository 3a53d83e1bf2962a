package primitives_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
	"github.com/wakecheck/wakecheck/wakers"
)

// A notification does not get lost with the task that was chosen for it.
func ExampleNotify() {
	var counting wakers.Counting
	var waker wakers.Waker
	counting.InitWaker(&waker)
	defer waker.Drop()
	cx := futures.NewContext(&waker)

	var n primitives.Notify
	first, second := n.Wait(), n.Wait()
	first.Poll(cx)
	second.Poll(cx)

	n.NotifyOne()
	fmt.Println("wakes:", counting.Wakes())
	futures.Drop(first) // woken, but it never polls
	fmt.Println("wakes:", counting.Wakes())
	_, ready := second.Poll(cx)
	fmt.Println("second ready:", ready)
	// Output:
	// wakes: 1
	// wakes: 2
	// second ready: true
}

// Whoever wants many permits is not overtaken by those who want few.
func ExampleSemaphore() {
	s := primitives.NewSemaphore(3)
	fmt.Println(executor.BlockOn(s.Acquire(2)))

	var waker wakers.Waker
	wakers.Noop{}.InitWaker(&waker)
	defer waker.Drop()
	cx := futures.NewContext(&waker)

	many := s.Acquire(3)
	_, ready := many.Poll(cx)
	fmt.Println("three of them:", ready, "- one, after that:", s.TryAcquire(1))
	s.Release(2)
	_, ready = many.Poll(cx)
	fmt.Println("three of them:", ready, "- free:", s.Free())
	// Output:
	// <nil>
	// three of them: false - one, after that: false
	// three of them: true - free: 0
}

// Two tasks on one thread, each of which holds the lock while it yields.
func ExampleMutex() {
	var m primitives.Mutex
	var q executor.Queue
	for _, name := range []string{"a", "b"} {
		lock, yield := m.Lock(), futures.Yield()
		locked := false
		executor.Spawn(&q, futures.Func[struct{}](func(cx *futures.Context) (none struct{}, ready bool) {
			if !locked {
				if _, locked = lock.Poll(cx); !locked {
					fmt.Println(name, "waits")
					return none, false
				}
				fmt.Println(name, "locked")
			}
			if _, ready = yield.Poll(cx); ready {
				fmt.Println(name, "unlocks")
				m.Unlock()
			}
			return none, ready
		}))
	}
	q.Run()
	// Output:
	// a locked
	// b waits
	// a unlocks
	// b locked
	// b unlocks
}

// A sender that is faster than its receiver waits for room.
func ExampleChannel() {
	c := primitives.NewChannel[int](2)
	go func() {
		for i := range 4 {
			executor.BlockOn(c.Send(i))
		}
		c.CloseSend()
	}()
	for {
		r := executor.BlockOn(c.Receive())
		if r.Err != nil {
			fmt.Println(r.Err)
			break
		}
		fmt.Println(r.Value)
	}
	// Output:
	// 0
	// 1
	// 2
	// 3
	// primitives: closed
}

// What nobody received goes back to the sender.
func ExampleNewOneshot() {
	sender, receiver := primitives.NewOneshot[string]()
	sender.Send("hello")
	fmt.Println(executor.BlockOn(receiver).Value)

	sender, receiver = primitives.NewOneshot[string]()
	sender.Send("is anybody there?")
	futures.Drop(receiver)
	executor.BlockOn(sender.Gone())
	fmt.Println(sender.TakeBack())
	// Output:
	// hello
	// is anybody there? true
}
