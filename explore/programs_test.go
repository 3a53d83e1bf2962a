package explore_test

import (
	"fmt"
	gosync "sync"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/context"
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// The programs below fail, each in its own way. Their reports are in testdata,
// under their names; a line that moves here changes them.
var failing = []struct {
	name string
	body func(*explore.X)
}{
	{"deadlock", parkBug},
	{"deadlock of locks", func(x *explore.X) {
		var a, b sync.Mutex
		both := func(first, second *sync.Mutex) {
			first.Lock()
			defer first.Unlock()
			second.Lock()
			defer second.Unlock()
		}
		x.Go("a then b", func() { both(&a, &b) })
		x.Go("b then a", func() { both(&b, &a) })
	}},
	{"leak", func(x *explore.X) {
		results := make(chan int)
		runtime.Go(func() { channel.Send(results, 1) })
		runtime.Go(func() { channel.Send(results, 2) })
		channel.Recv(results)
	}},
	{"endless", func(x *explore.X) {
		var ready, tries atomic.Bool
		x.Go("spinner", func() {
			for !ready.Load() {
				tries.Store(true)
			}
		})
		x.Go("setter", func() { ready.Store(true) })
	}},
	{"assertion", func(x *explore.X) {
		var count atomic.Int32
		increment := func() { count.Store(count.Load() + 1) }
		x.Go("a", increment)
		x.Go("b", increment)
		x.Go("check", func() {
			if count.Load() == 1 {
				x.Assert(count.Load() == 1)
			}
		})
	}},
	{"message", func(x *explore.X) {
		c := make(chan int, 2)
		x.Go("first", func() { channel.Send(c, 1) })
		x.Go("second", func() { channel.Send(c, 2) })
		if v := channel.Recv(c); v != 1 {
			x.Failf("got %d first, want 1", v)
		}
	}},
	{"panic", func(x *explore.X) {
		c := make(chan int)
		x.Go("closer", func() { channel.Close(c) })
		x.Go("sender", func() { deliver(c, 7) })
	}},
	{"nil pointer", func(x *explore.X) {
		var last atomic.Pointer[node]
		x.Go("writer", func() { last.Store(&node{3}) })
		x.Go("reader", func() { x.Assert(last.Load().value == 3) })
	}},
	{"pointers", func(x *explore.X) {
		var last atomic.Pointer[node]
		add := func() {
			n := &node{1}
			x.Assert(last.CompareAndSwap(nil, n))
		}
		x.Go("one", add)
		x.Go("two", add)
	}},
	{"data race", func(x *explore.X) {
		var (
			payload explore.Var[string]
			ready   atomic.Bool
		)
		x.Go("producer", func() {
			ready.Store(true)
			payload.Set("hello") // too late
		})
		x.Go("consumer", func() {
			if ready.Load() {
				payload.Get()
			}
		})
	}},
	{"data race at once", func(x *explore.X) {
		var n explore.Var[int]
		x.Go("a", func() { n.Set(n.Get() + 1) })
		x.Go("b", func() { n.Set(n.Get() + 1) })
	}},
	{"misuse", func(x *explore.X) {
		var mu sync.Mutex
		x.Go("one", func() {
			if mu.TryLock() {
				mu.Unlock()
			}
		})
		x.Go("two", func() {
			mu.TryLock()
			mu.Unlock()
		})
	}},
	{"stubborn", func(x *explore.X) {
		requests := make(chan int)
		x.Go("server", func() {
			for {
				serve(requests)
			}
		})
		x.Go("client", func() { channel.Send(requests, 1) })
	}},
	{"stubborn and wrong", func(x *explore.X) {
		requests := make(chan int, 1)
		x.Go("server", func() {
			for {
				serve(requests)
			}
		})
		x.Go("client", func() {
			channel.Send(requests, 1)
			x.Failf("not implemented")
		})
	}},
	{"too large", func(x *explore.X) {
		for range 100 {
			x.Go("one of many", func() {})
		}
	}},
	{"package variable", func(x *explore.X) {
		var n atomic.Int32
		started++
		x.Go("a", func() { n.Add(1) })
		x.Go("b", func() {
			n.Load()
			if started%2 == 0 {
				n.Load()
			}
		})
	}},
	{"choice", func(x *explore.X) {
		var n atomic.Int32
		x.Choose(2)
		x.Go("adder", func() { n.Add(1) })
		x.Go("chooser", func() {
			if k := x.Choose(3); n.Load() == 1 {
				x.Assert(k != 2)
			}
		})
	}},
	{"select", func(x *explore.X) {
		data, quit := make(chan int, 1), make(chan struct{})
		x.Go("sender", func() { channel.Send(data, 5) })
		x.Go("quitter", func() { channel.Close(quit) })
		x.Go("worker", func() {
			var v int
			switch channel.Select(false, channel.RecvCase(data, &v, nil), channel.RecvCase(quit, nil, nil)) {
			case 1:
				x.Assert(channel.Len(data) == 0)
			}
		})
	}},
	{"six threads", func(x *explore.X) {
		var turn atomic.Int32
		for i := range int32(6) {
			x.Go(fmt.Sprintf("the %d. one of the workers", i+1), func() {
				if turn.CompareAndSwap(i, i+1) {
					x.Assert(i < 5)
				}
			})
		}
	}},
	{"long names", func(x *explore.X) {
		theFirstOfTheTwoFlagsThatAreHeldByTheWaiter := make(chan string, 1)
		x.Go("a producer of messages that has a name as long as a sentence", func() {
			channel.Send(theFirstOfTheTwoFlagsThatAreHeldByTheWaiter, "the quick brown fox\njumps over the lazy dog")
		})
		x.Go("the consumer", func() {
			x.Assert(channel.Recv(theFirstOfTheTwoFlagsThatAreHeldByTheWaiter) == "")
		})
	}},
	{"names of the waiting", func(x *explore.X) {
		var (
			mu   sync.Mutex
			rw   sync.RWMutex
			cond = sync.NewCond(&mu)
			wg   sync.WaitGroup
			once sync.Once
			tok  runtime.Token
			c    = make(chan int)
			full = make(chan int, 1)
			none chan int
		)
		wg.Add(1)
		rw.Lock()
		channel.Send(full, 1)
		x.Go("t1", func() { mu.Lock(); cond.Wait() })
		x.Go("t2", func() { rw.RLock() })
		x.Go("t3", func() { rw.Lock() })
		x.Go("t4", func() { wg.Wait() })
		x.Go("t5", func() { once.Do(tok.Park) })
		x.Go("t6", func() { channel.Recv(c) })
		x.Go("t7", func() { channel.Send(full, 2) })
		x.Go("t8", func() { channel.Recv(none) })
		x.Go("t9", func() {
			channel.Select(false, channel.RecvCase(none, nil, nil), channel.SendCase(full, 2))
		})
	}},
	{"threads of one name", func(x *explore.X) {
		var sold, left atomic.Int32
		left.Store(1)
		for range 3 {
			x.Go("buyer", func() {
				if left.Load() > 0 {
					left.Add(-1)
					x.Assert(sold.Add(1) == 1)
				}
			})
		}
	}},
	{"timeout", func(x *explore.X) {
		ctx, cancel := context.WithCancel(context.Background())
		answer := make(chan int)
		x.Go("server", func() { channel.Send(answer, 1) })
		x.Go("client", func() {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			channel.Select(false, channel.RecvCase(answer, nil, nil), channel.RecvCase(ctx.Done(), nil, nil),
				channel.RecvCase(time.After(time.Minute), nil, nil))
		})
		x.Go("stopper", cancel)
	}},
}

// parkBug loses a wakeup: the waiter does not look again after it has said that
// it parks.
func parkBug(x *explore.X) {
	var (
		ready, parked atomic.Bool
		token         runtime.Token
	)
	x.Go("waiter", func() {
		for !ready.Load() {
			parked.Store(true)
			token.Park()
			parked.Store(false)
		}
	})
	x.Go("waker", func() {
		ready.Store(true)
		if parked.Load() {
			token.Unpark()
		}
	})
}

type node struct{ value int }

func deliver(c chan int, v int) { channel.Send(c, v) }

// serve is a server's turn that survives whatever happens.
func serve(requests chan int) {
	defer func() { _ = recover() }()
	channel.Recv(requests)
}

// started is what a body must not have.
var started int

// mapOrder uses atomics in the order of a map.
func mapOrder(x *explore.X) {
	var cells [8]atomic.Int32
	order := make(map[int]bool)
	for i := range cells {
		order[i] = true
	}
	x.Go("a", func() {
		for i := range order {
			cells[i].Add(1)
		}
	})
	x.Go("b", func() {
		for i := range cells {
			cells[i].Load()
		}
	})
}

// blocked waits in what no shim knows of.
func blocked(x *explore.X) {
	var wg gosync.WaitGroup
	wg.Add(1)
	x.Go("waiter", func() { wg.Wait() })
}

// fatal ends the test from within a body, as people do.
func fatal(t *testing.T) func(x *explore.X) {
	return func(x *explore.X) {
		var n atomic.Int32
		x.Go("adder", func() { n.Add(1) })
		x.Go("reader", func() {
			if got := n.Load(); got != 0 {
				t.Fatalf("got %d, want 0", got)
			}
		})
	}
}

// erring fails the test and goes on, as people do.
func erring(t *testing.T) func(x *explore.X) {
	return func(x *explore.X) {
		var n atomic.Int32
		x.Go("adder", func() { n.Add(1) })
		x.Go("reader", func() {
			if got := n.Load(); got != 0 {
				t.Errorf("got %d, want 0", got)
			}
		})
	}
}
