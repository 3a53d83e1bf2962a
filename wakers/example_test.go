package wakers_test

import (
	"fmt"

	"github.com/wakecheck/wakecheck/wakers"
)

// A bell is a waker's data, and four functions over it make the waker.
type bell struct {
	name    string
	handles int
}

var bellVTable = wakers.VTable[bell]{
	Clone:     func(b *bell) *bell { b.handles++; return b },
	Wake:      func(b *bell) { fmt.Println(b.name, "rings"); b.handles-- },
	WakeByRef: func(b *bell) { fmt.Println(b.name, "rings") },
	Drop:      func(b *bell) { b.handles-- },
}

func ExampleVTable() {
	b := bell{name: "Emma", handles: 1}
	var w, clone wakers.Waker
	w.Init(bellVTable.Raw(&b))
	clone.CloneFrom(&w)
	fmt.Println(b.handles, "handles")

	w.WakeByRef()
	clone.Wake()
	fmt.Println(b.handles, "handle")

	w.Drop()
	fmt.Println(b.handles, "handles")
	// Output:
	// 2 handles
	// Emma rings
	// Emma rings
	// 1 handle
	// 0 handles
}

func ExampleWaker() {
	var counting wakers.Counting
	var w, kept wakers.Waker
	counting.InitWaker(&w)
	kept.CloneFrom(&w)
	fmt.Println("same task:", kept.WillWake(&w))

	kept.Wake() // ends this handle
	fmt.Println("filled:", kept.Filled())

	defer func() { fmt.Println(recover()) }()
	defer w.Drop()
	kept.Wake()
	// Output:
	// same task: true
	// filled: false
	// wakers: Wake of an empty Waker: its handle was woken, and Wake ends a handle; use WakeByRef to keep it, or CloneFrom to have two
}

func ExampleCounting() {
	var counting wakers.Counting
	var w, kept wakers.Waker
	counting.InitWaker(&w)

	kept.CloneFrom(&w) // what a future does that will wake later
	w.Drop()           // the executor's own handle
	fmt.Println(counting.Live(), "handle can still wake the task")

	kept.Drop() // the future gives up
	fmt.Println(counting.Wakes(), "wakes,", counting.Live(), "handles: nobody can ever wake it")
	// Output:
	// 1 handle can still wake the task
	// 0 wakes, 0 handles: nobody can ever wake it
}

// The token that a wake leaves makes the next park return at once: it does not
// matter that the wake came first.
func ExampleParking() {
	var parking wakers.Parking
	var w wakers.Waker
	parking.InitWaker(&w)

	w.WakeByRef()
	w.WakeByRef() // the token is there already
	parking.Park()
	fmt.Println("the first park returned at once")

	go w.Wake()
	parking.Park()
	fmt.Println("the second waited for a goroutine's wake")
	// Output:
	// the first park returned at once
	// the second waited for a goroutine's wake
}

// A message that a task waits for: the task registers, then checks; the sender
// sends, then wakes.
func ExampleCell() {
	var cell wakers.Cell
	message := make(chan string, 1)

	send := func(text string) {
		message <- text
		cell.Wake()
	}
	poll := func(w *wakers.Waker) (string, bool) {
		cell.Register(w)
		select {
		case text := <-message:
			cell.Clear() // the task waits no longer
			return text, true
		default:
			return "", false
		}
	}

	var parking wakers.Parking
	var w wakers.Waker
	parking.InitWaker(&w)
	defer w.Drop()
	go send("good morning")
	for {
		if text, ready := poll(&w); ready {
			fmt.Println(text)
			return
		}
		parking.Park()
	}
	// Output: good morning
}
