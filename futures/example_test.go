package futures_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Polling by hand: the waker does nothing, since whoever polls here will poll
// again anyway.
func ExampleCountdown() {
	var waker wakers.Waker
	wakers.Noop{}.InitWaker(&waker)
	defer waker.Drop()
	cx := futures.NewContext(&waker)

	f := futures.NewCountdown(3)
	for {
		v, ready := f.Poll(cx)
		fmt.Printf("poll %d: ", f.Polls())
		if ready {
			fmt.Println("ready,", v)
			break
		}
		fmt.Println("pending")
	}
	// Output:
	// poll 1: pending
	// poll 2: pending
	// poll 3: pending
	// poll 4: ready, 3
}

// Countdown wakes the task whenever it answers pending, Silent never: an
// executor that sleeps until it is woken would sleep for ever.
func ExampleSilent() {
	poll := func(name string, f futures.Future[int]) {
		var counting wakers.Counting
		var waker wakers.Waker
		counting.InitWaker(&waker)
		defer waker.Drop()
		_, ready := f.Poll(futures.NewContext(&waker))
		fmt.Printf("%s: ready %v, wakes %d, wakers kept %d\n", name, ready, counting.Wakes(), counting.Live()-1)
	}
	poll("Countdown", futures.NewCountdown(3))
	poll("Silent", futures.NewSilent(3))
	// Output:
	// Countdown: ready false, wakes 1, wakers kept 0
	// Silent: ready false, wakes 0, wakers kept 0
}

// What happens between a pending poll and the next one.
func ExampleEvent() {
	var counting wakers.Counting
	var waker wakers.Waker
	counting.InitWaker(&waker)
	defer waker.Drop()
	cx := futures.NewContext(&waker)

	var e futures.Event
	f := e.Wait()
	_, ready := f.Poll(cx)
	fmt.Println("ready:", ready, "wakes:", counting.Wakes(), "wakers kept:", counting.Live()-1)
	e.Fire() // any goroutine may
	fmt.Println("fired, wakes:", counting.Wakes(), "wakers kept:", counting.Live()-1)
	_, ready = f.Poll(cx)
	fmt.Println("ready:", ready)
	// Output:
	// ready: false wakes: 0 wakers kept: 1
	// fired, wakes: 1 wakers kept: 0
	// ready: true
}

// A function becomes a future: here one that changes the value of another. The
// block of these examples polls and parks as executor.BlockOn does.
func ExampleFunc() {
	countdown := futures.NewCountdown(2)
	f := futures.Func[string](func(cx *futures.Context) (string, bool) {
		n, ready := countdown.Poll(cx)
		return fmt.Sprintf("after %d yields: liftoff", n), ready
	})
	fmt.Println(block(f))
	// Output: after 2 yields: liftoff
}

func ExampleGo() {
	read := futures.Go(func(context.Context) ([]byte, error) {
		return os.ReadFile("no such file") // may block: it has its own goroutine
	})
	r := block(read)
	fmt.Println(errors.Is(r.Err, os.ErrNotExist))

	r = block(futures.Go(func(context.Context) ([]byte, error) {
		panic("no disk")
	}))
	var p *futures.PanicError
	fmt.Println(errors.As(r.Err, &p), p.Value)
	// Output:
	// true
	// true no disk
}

func ExampleJoin() {
	fmt.Println(block(futures.Join(
		futures.NewCountdown(3),
		futures.NewCountdown(0),
		futures.NewCountdown(1),
	)))
	// Output: [3 0 1]
}

// An event with a time limit.
func ExampleSelect() {
	var e futures.Event
	first := block(futures.Select(e.Wait(), futures.After(time.Millisecond)))
	fmt.Println("first:", first.Index)

	e.Fire()
	first = block(futures.Select(e.Wait(), futures.After(time.Hour)))
	fmt.Println("first:", first.Index)
	// Output:
	// first: 1
	// first: 0
}

func ExampleAfter() {
	start := time.Now()
	block(futures.After(10 * time.Millisecond))
	fmt.Println(time.Since(start) >= 10*time.Millisecond)
	// Output: true
}

func ExampleReadable() {
	here, there := net.Pipe()
	go func() {
		fmt.Fprint(there, "hello")
		there.Close()
	}()

	r := futures.NewReader(here)
	buf := make([]byte, 64)
	for {
		block(futures.Readable(r))
		n, err := r.Read(buf) // does not block
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s\n", buf[:n])
	}
	// Output:
	// hello
	// EOF
}

// Two tasks wait for one computation, which runs once.
func ExampleShared() {
	runs := 0
	first := futures.NewShared(futures.Go(func(context.Context) (string, error) {
		runs++
		return "the answer", nil
	}))
	second := first.Clone()
	fmt.Println(block(first).Value)
	fmt.Println(block(second).Value)
	fmt.Println("runs:", runs)
	// Output:
	// the answer
	// the answer
	// runs: 1
}

// The values come in the order in which the children are ready.
func ExampleUnordered() {
	var set futures.Unordered[int]
	set.Push(futures.NewCountdown(3))
	set.Push(futures.NewCountdown(1))
	for {
		s := block(set.Next())
		if s.Index < 0 {
			break // empty
		}
		fmt.Printf("child %d: %d\n", s.Index, s.Value)
		if s.Value == 1 {
			set.Push(futures.NewCountdown(0)) // children may come later
		}
	}
	// Output:
	// child 1: 1
	// child 2: 0
	// child 0: 3
}

func ExampleYield() {
	f := futures.Yield()
	var waker wakers.Waker
	wakers.Noop{}.InitWaker(&waker)
	defer waker.Drop()
	for range 2 {
		_, ready := f.Poll(futures.NewContext(&waker))
		fmt.Println(ready)
	}
	// Output:
	// false
	// true
}
