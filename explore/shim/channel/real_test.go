package channel_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}

type named chan string

func TestWithoutEngine(t *testing.T) {
	c := make(named, 2)
	channel.Send(c, "x")
	channel.Send((chan<- string)(c), "y")
	if channel.Len(c) != 2 || channel.Cap(c) != 2 || channel.LenSend((chan<- string)(c)) != 2 || channel.CapSend((chan<- string)(c)) != 2 {
		t.Error("a full buffer of 2 is not")
	}
	channel.Close((chan<- string)(c))
	if v := channel.Recv(c); v != "x" {
		t.Errorf("received %q; want x", v)
	}
	if got := slices.Collect(channel.Range((<-chan string)(c))); !slices.Equal(got, []string{"y"}) {
		t.Errorf("ranged over %q; want y", got)
	}
	if v, ok := channel.Recv2(c); v != "" || ok {
		t.Errorf("received %q, %v from a closed channel", v, ok)
	}
	for want, f := range map[string]func(){
		"send on closed channel":  func() { channel.Send(c, "z") },
		"close of closed channel": func() { channel.Close(c) },
		"close of nil channel":    func() { channel.Close(named(nil)) },
	} {
		if got := panics(f); got != want {
			t.Errorf("panicked with %q; want %q", got, want)
		}
		if got := panics(func() { channel.Select(false, channel.SendCase(c, "z")) }); got != "send on closed channel" {
			t.Errorf("a select panicked with %q", got)
		}
	}
}

func TestSelectWithoutEngine(t *testing.T) {
	c, d := make(chan int), make(named, 1)
	var n int
	var s string
	var ok bool
	if i := channel.Select(true, channel.RecvCase(c, &n, &ok), channel.RecvCase(d, &s, &ok), channel.Case{}); i != -1 {
		t.Errorf("case %d; want the default", i)
	}
	if i := channel.Select(false, channel.SendCase(c, 1), channel.SendCase(d, "x"), channel.RecvCase((chan bool)(nil), nil, nil)); i != 1 {
		t.Errorf("case %d; want the send", i)
	}
	if i := channel.Select(false, channel.RecvCase(c, &n, &ok), channel.RecvCase(d, &s, &ok)); i != 1 || s != "x" || !ok {
		t.Errorf("case %d with %q, %v; want x", i, s, ok)
	}
	go func() { c <- 5 }()
	if i := channel.Select(false, channel.RecvCase(c, &n, nil)); i != 0 || n != 5 {
		t.Errorf("case %d with %d; want 5", i, n)
	}
	close(d)
	if i := channel.Select(false, channel.RecvCase(d, nil, &ok)); i != 0 || ok {
		t.Errorf("case %d with %v; want a closed channel", i, ok)
	}
}

func TestWithoutEngineNothingIsAllocated(t *testing.T) {
	c := make(chan int, 1)
	if n := testing.AllocsPerRun(100, func() { channel.Send(c, 1); channel.Recv(c) }); n != 0 {
		t.Errorf("%v allocations; want none", n)
	}
}

// allocations is how many more allocations an execution of many steps makes
// than one of few.
func allocations(t *testing.T, body func(e *engine.Engine, n int)) float64 {
	t.Helper()
	run := func(n int) float64 {
		return testing.AllocsPerRun(5, func() {
			enginetest.Run(t, func(e *engine.Engine) func() string { body(e, n); return nil }, engine.Source, engine.Limits{Executions: 1})
		})
	}
	return (run(2000) - run(1000)) / 1000
}

func TestNothingIsAllocated(t *testing.T) {
	pair := func(size int) func(e *engine.Engine, n int) {
		return func(e *engine.Engine, n int) {
			c := make(chan int, size)
			threads(e, func() {
				for i := range n {
					channel.Send(c, 1000+i)
				}
			}, func() {
				for range n {
					channel.Recv(c)
				}
			})
		}
	}
	selects := func(e *engine.Engine, n int) {
		c, d := make(chan int), make(chan string)
		threads(e, func() {
			for i := range n {
				channel.Select(false, channel.SendCase(c, 1000+i), channel.SendCase(d, "x"))
			}
		}, func() {
			var v int
			var s string
			for range n {
				channel.Select(false, channel.RecvCase(c, &v, nil), channel.RecvCase(d, &s, nil))
			}
		})
	}
	for name, body := range map[string]func(*engine.Engine, int){"unbuffered": pair(0), "buffered": pair(1), "select": selects} {
		if n := allocations(t, body); n > 0.1 {
			t.Errorf("%s: %.2f allocations a round; want none", name, n)
		}
	}
}
