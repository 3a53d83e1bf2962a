package channel_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

var none engine.Limits

// threads starts a worker for each function, named a, b, c, …
func threads(e *engine.Engine, fs ...func()) {
	for i, f := range fs {
		e.Go(string(rune('a'+i)), f, engine.Worker)
	}
}

func TestBufferKeepsOrder(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int, 1)
		var got []int
		threads(e, func() {
			for i := range 3 {
				channel.Send(c, i)
			}
			channel.Close(c)
		}, func() {
			for v := range channel.Range(c) {
				got = append(got, v)
			}
		})
		return func() string { return fmt.Sprint(got, len(c)) }
	}, none, 2, "[0 1 2] 0")
}

func TestBufferWithTwoOfEach(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan string, 1)
		var got [2]string
		threads(e,
			func() { channel.Send(c, "x") },
			func() { channel.Send(c, "y") },
			func() { got[0] = channel.Recv(c) },
			func() { got[1] = channel.Recv(c) })
		return func() string { return fmt.Sprint(got) }
	}, none, 4, "[x y]", "[y x]")
}

func TestUnbuffered(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan string)
		var got [2]string
		threads(e,
			func() { channel.Send(c, "x") },
			func() { channel.Send(c, "y") },
			func() { got[0] = channel.Recv(c); got[1] = channel.Recv(c) })
		return func() string { return fmt.Sprint(got) }
	}, none, 10, "[x y]", "[y x]")
}

func TestQueueIsServedInOrder(t *testing.T) {
	// The queue of senders is filled in order: what is first comes first.
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c, ready := make(chan int), make(chan int)
		var got []int
		threads(e,
			func() { channel.Send(c, 0) },
			func() {
				e.Settle()
				e.Go("late", func() { channel.Send(c, 1) }, engine.Worker)
				e.Settle()
				channel.Close(ready)
			},
			func() {
				channel.Recv(ready)
				got = append(got, channel.Recv(c), channel.Recv(c))
			})
		return func() string { return fmt.Sprint(got) }
	}, none, 1, "[0 1]")
}

func TestNilChannels(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var c chan int
		threads(e,
			func() { channel.Send(c, 1) },
			func() { channel.Recv(c) },
			func() { channel.Select(false, channel.RecvCase(c, nil, nil), channel.SendCase(c, 1)) },
			func() { channel.Select(false) },
			func() {
				if i := channel.Select(true, channel.RecvCase(c, nil, nil)); i != -1 {
					panic(i)
				}
			})
		return nil
	}, none, 1, "deadlock a: send to a nil channel , b: receive from a nil channel , "+
		"c: select without a case that can go on , d: select without a case that can go on ")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		channel.Close(chan int(nil))
		return nil
	}, none, 1, "close of nil channel")
}

func TestClosedChannels(t *testing.T) {
	for _, size := range []int{0, 1} {
		enginetest.Check(t, func(e *engine.Engine) func() string {
			c := make(chan int, size)
			threads(e, func() { channel.Close(c) }, func() { channel.Close(c) })
			return nil
		}, none, 2, "close of closed channel")
		var got string
		enginetest.Check(t, func(e *engine.Engine) func() string {
			c := make(chan int, size)
			threads(e, func() { channel.Close(c) }, func() {
				v, ok := channel.Recv2(c)
				got = fmt.Sprint(v, ok)
			})
			return func() string { return got }
		}, none, 2-size, "0 false")
	}
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int)
		threads(e, func() { channel.Close(c) }, func() { channel.Send(c, 1) })
		return func() string { return "sent" }
	}, none, 2, "send on closed channel")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int, 1)
		threads(e, func() { channel.Close(c) }, func() { channel.Send(c, 1) })
		return func() string { return "sent" }
	}, none, 2, "send on closed channel", "sent")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int, 1)
		channel.Send(c, 0)
		threads(e, func() { channel.Close(c) }, func() {
			channel.Select(false, channel.SendCase(c, 1), channel.SendCase(make(chan int), 1))
		})
		return func() string { return "sent" }
	}, none, 2, "send on closed channel")
}

func TestSelectTriesAllReadyCases(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c, d, f := make(chan int, 1), make(chan int, 1), make(chan int)
		channel.Send(c, 1)
		v, ok := 0, false
		i := channel.Select(false, channel.RecvCase(c, &v, &ok), channel.SendCase(d, 2), channel.RecvCase(f, nil, nil))
		return func() string { return fmt.Sprint(i, v, ok, len(c), len(d)) }
	}, none, 2, "0 1 true 0 0", "1 0 false 1 1")
}

func TestSelectWaits(t *testing.T) {
	for _, size := range []int{0, 1} {
		enginetest.Check(t, func(e *engine.Engine) func() string {
			c, d := make(chan int, size), make(chan int, size)
			var got [2]int
			threads(e,
				func() { channel.Send(c, 1) },
				func() { channel.Send(d, 2) },
				func() {
					for i := range got {
						channel.Select(false, channel.RecvCase(c, &got[i], nil), channel.RecvCase(d, &got[i], nil))
					}
				})
			return func() string { return fmt.Sprint(got) }
		}, none, 10, "[1 2]", "[2 1]")
	}
}

// What serves a select takes it out of the queues of its other channels: a send
// on one is in conflict with a send on the other.
func TestSelectIsServedOnce(t *testing.T) {
	for size, want := range [][]string{
		{"deadlock a: wait to send chan int", "deadlock b: wait to send chan int"},
		{"1 0 1", "2 1 0"},
	} {
		for _, waits := range []bool{false, true} {
			executions := 6
			if waits {
				executions = 2
			}
			enginetest.Check(t, func(e *engine.Engine) func() string {
				c, d := make(chan int, size), make(chan int, size)
				got := 0
				e.Go("s", func() {
					channel.Select(false, channel.RecvCase(c, &got, nil), channel.RecvCase(d, &got, nil))
				}, engine.Worker)
				if waits {
					e.Settle()
				}
				threads(e, func() { channel.Send(c, 1) }, func() { channel.Send(d, 2) })
				return func() string { return fmt.Sprint(got, len(c), len(d)) }
			}, none, executions, want...)
		}
	}
}

func TestSelectsMeet(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c, d := make(chan string), make(chan string)
		var got [2]string
		meet := func(me int, name string) func() {
			return func() {
				var v string
				switch channel.Select(false,
					channel.SendCase(c, name), channel.RecvCase(d, &v, nil), channel.RecvCase(c, &v, nil)) {
				case 0:
					got[me] = "sent"
				default:
					got[me] = v
				}
			}
		}
		threads(e, meet(0, "x"), meet(1, "y"))
		return func() string { return fmt.Sprint(got) }
	}, none, 4, "[sent x]", "[y sent]")
}

// Of several cases on one channel any may be the one that is served.
func TestSelectWithTheSameCaseTwice(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c, d := make(chan int), make(chan int)
		i, v := 0, 0
		threads(e,
			func() {
				i = channel.Select(false, channel.RecvCase(c, &v, nil), channel.SendCase(d, 1), channel.RecvCase(c, &v, nil), channel.SendCase(d, 2))
			},
			func() {
				e.Settle()
				if channel.Select(true, channel.SendCase(c, 3)) < 0 {
					v = -1
				}
			})
		return func() string { return fmt.Sprint(i, v) }
	}, none, 4, "0 3", "2 3")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int)
		i, v := 0, 0
		threads(e,
			func() {
				i = channel.Select(false, channel.SendCase(c, 1), channel.SendCase(c, 2), channel.SendCase(c, 3))
			},
			func() { e.Settle(); channel.Select(true, channel.RecvCase(c, &v, nil)) })
		return func() string { return fmt.Sprint(i, v) }
	}, none, 3, "0 1", "1 2", "2 3")
}

func TestSelectWithDefault(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int)
		sent, got := 0, 0
		threads(e,
			func() { sent = channel.Select(true, channel.SendCase(c, 7)) },
			func() { channel.Select(false, channel.RecvCase(c, &got, nil)) })
		return func() string { return fmt.Sprint(sent, got) }
	}, none, 2, "0 7", "deadlock b: wait in select chan int")
}

func TestSelectSendsWhenClosed(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int)
		threads(e,
			func() { channel.Select(false, channel.SendCase(c, 7)) },
			func() { channel.Close(c) })
		return func() string { return "sent" }
	}, none, 2, "send on closed channel")
}

// A plain operation on a buffered channel serves the selects that wait on it.
func TestBufferServesSelects(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		full, empty := make(chan int, 1), make(chan int, 1)
		channel.Send(full, 1)
		var done [2]int
		threads(e,
			func() { done[0] = channel.Select(false, channel.SendCase(full, 2), channel.RecvCase(empty, nil, nil)) },
			func() { e.Settle(); done[1] = channel.Recv(full) })
		return func() string { return fmt.Sprint(done, len(full), len(empty)) }
	}, none, 1, "[0 1] 1 0")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		full, empty := make(chan int, 1), make(chan int, 1)
		channel.Send(full, 1)
		done, n := 0, 0
		threads(e,
			func() { done = channel.Select(false, channel.SendCase(full, 2), channel.RecvCase(empty, &n, nil)) },
			func() { e.Settle(); channel.Send(empty, 8) })
		return func() string { return fmt.Sprint(done, n, len(full), len(empty)) }
	}, none, 1, "1 8 1 0")
}

func TestLen(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int, 2)
		n := 0
		threads(e, func() { channel.Send(c, 1); channel.Send(c, 1) }, func() { n = channel.Len(c) })
		return func() string { return fmt.Sprint(n, channel.Cap(c), channel.LenSend((chan<- int)(c))) }
	}, none, 3, "0 2 2", "1 2 2", "2 2 2")
	enginetest.Check(t, func(e *engine.Engine) func() string { // to look commutes with to look
		c := make(chan int, 1)
		look := func() { channel.Len(c) }
		threads(e, look, look, look)
		return func() string { return "looked" }
	}, none, 1, "looked")
}

func TestWhatIsThereBefore(t *testing.T) {
	closed, drained, full := make(chan int), make(chan int, 1), make(chan int, 1)
	close(closed)
	close(drained)
	full <- 3
	close(full)
	enginetest.Check(t, func(e *engine.Engine) func() string {
		_, ok := channel.Recv2(closed)
		_, also := channel.Recv2(drained)
		return func() string { return fmt.Sprint(ok, also, channel.Select(true, channel.RecvCase(closed, nil, nil))) }
	}, none, 1, "false false 0")
	for _, c := range []chan int{closed, drained, full} {
		enginetest.Check(t, func(e *engine.Engine) func() string {
			channel.Send(c, 1)
			return nil
		}, none, 1, "send on closed channel")
	}
	enginetest.Check(t, func(e *engine.Engine) func() string {
		half := make(chan int, 2)
		half <- 4
		close(half)
		v := channel.Recv(half)
		_, ok := channel.Recv2(half)
		_, also := channel.Recv2(half)
		return func() string { return fmt.Sprint(v, ok, also) }
	}, none, 1, "4 false false")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	enginetest.Check(t, func(e *engine.Engine) func() string {
		c := make(chan int)
		threads(e, func() {
			channel.Select(false, channel.RecvCase(ctx.Done(), nil, nil), channel.RecvCase(c, nil, nil))
		})
		return func() string { return ctx.Err().Error() }
	}, none, 1, "context canceled")
}
