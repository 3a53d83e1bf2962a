package contract_test

import (
	"context"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
)

func correctPrimitives() []correct {
	row := func(name string, mk func(testing.TB) contract.Primitive) correct {
		return correct{door: contract.PrimitiveDoor, name: name, check: func() contract.Report { return contract.CheckPrimitive(mk) }}
	}
	return []correct{
		row("a fair semaphore", goodSemaphore),
		row("a channel that wakes by hints, X9 and X11", goodMailbox),
		row("a channel of Go", goChannel),
		row("a semaphore on sync.Cond", condSemaphore),
		row("a WaitGroup", waitGroup),
		row("a Mutex, opaque", goMutex),
		row("a semaphore that serves who came last, X11", lifoSemaphore),
		row("a cell that is set once, and wakes all that wait, X9", onceCell),
		row("a timer wheel", timerWheel),
		row("a signal for one waiter", func(testing.TB) contract.Primitive { return new(signal).primitive(true) }),
	}
}

// goChannel is a channel of Go with room for one.
func goChannel(testing.TB) contract.Primitive {
	ch := make(chan int, 1)
	return contract.Primitive{
		Claims: contract.Claims{Profile: "go-pool"},
		Model:  contract.NewModel([]int(nil), queueOf(1)),
		Ops: []contract.PrimitiveOp{
			{Name: "send", Fresh: true, Block: func(ctx context.Context, v int) (int, error) {
				if !channel.SendOr(ch, v, ctx.Done()) {
					return 0, ctx.Err()
				}
				return 0, nil
			}},
			{Name: "receive", Block: func(ctx context.Context, _ int) (int, error) {
				v, received := channel.RecvOr(ch, ctx.Done())
				if !received {
					return 0, ctx.Err()
				}
				return v, nil
			}},
			{Name: "try-send", Fresh: true, Try: func(v int) (int, bool) { return 0, channel.TrySend(ch, v) }},
			{Name: "try-receive", Try: func(int) (int, bool) { return channel.TryRecv(ch) }},
		},
	}
}

// queueOf is the step of the model of a queue with room for so many values.
func queueOf(room int) func([]int, contract.Operation) ([]int, int, bool) {
	return func(q []int, o contract.Operation) ([]int, int, bool) {
		if o.Op == "send" || o.Op == "try-send" {
			return append(q[:len(q):len(q)], o.Arg), 0, len(q) < room
		}
		if len(q) == 0 {
			return q, 0, false
		}
		return q[1:], q[0], true
	}
}

// condSemaphore is a semaphore on a sync.Mutex and a sync.Cond, which cannot be
// given up, and is not fair.
func condSemaphore(testing.TB) contract.Primitive {
	free := 3
	var mu sync.Mutex
	changed := sync.NewCond(&mu)
	return contract.Primitive{
		Claims: contract.Claims{Profile: "go-pool"},
		Model: contract.NewModel(free, func(free int, o contract.Operation) (int, int, bool) {
			if o.Op == "release" {
				return free + o.Arg, 0, true
			}
			return free - o.Arg, 0, free >= o.Arg
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "acquire", Args: 3, NoCancel: true, Block: func(_ context.Context, n int) (int, error) {
				mu.Lock()
				defer mu.Unlock()
				for free < n {
					changed.Wait()
				}
				free -= n
				return 0, nil
			}},
			{Name: "release", Undoes: "acquire", Do: func(n int) int {
				mu.Lock()
				defer mu.Unlock()
				free += n
				changed.Broadcast()
				return 0
			}},
		},
	}
}

// waitGroup is a sync.WaitGroup: wait waits until all that was added is done.
func waitGroup(testing.TB) contract.Primitive {
	var wg sync.WaitGroup
	return contract.Primitive{
		Claims: contract.Claims{Profile: "go-pool"},
		Serial: true,
		Model: contract.NewModel(0, func(n int, o contract.Operation) (int, int, bool) {
			switch o.Op {
			case "add":
				return n + 1, 0, true
			case "done":
				return n - 1, 0, true
			}
			return n, 0, n == 0
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "add", Do: func(int) int { wg.Add(1); return 0 }},
			{Name: "done", Undoes: "add", Do: func(int) int { wg.Done(); return 0 }},
			{Name: "wait", NoCancel: true, Block: func(context.Context, int) (int, error) { wg.Wait(); return 0, nil }},
		},
	}
}

// goMutex is a sync.Mutex: a goroutine that waits for it is not seen by
// testing/synctest, but by an explorer.
func goMutex(testing.TB) contract.Primitive {
	var mu sync.Mutex
	return contract.Primitive{
		Claims: contract.Claims{Profile: "go-pool"},
		Opaque: true,
		Model: contract.NewModel(false, func(locked bool, o contract.Operation) (bool, int, bool) {
			if o.Op == "unlock" || o.Op == "unlock-tried" {
				return false, 0, true
			}
			return true, 0, !locked
		}),
		Ops: []contract.PrimitiveOp{
			{Name: "lock", NoCancel: true, Block: func(context.Context, int) (int, error) { mu.Lock(); return 0, nil }},
			{Name: "try-lock", Try: func(int) (int, bool) { return 0, mu.TryLock() }},
			{Name: "unlock", Undoes: "lock", Do: func(int) int { mu.Unlock(); return 0 }},
			{Name: "unlock-tried", Undoes: "try-lock", Do: func(int) int { mu.Unlock(); return 0 }},
		},
	}
}
