//go:build explore

package verified

import (
	"errors"
	"testing"

	"github.com/wakecheck/wakecheck/executor"
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
)

func TestSubmit(t *testing.T) { prove(t, submitScenarios) }

var submitScenarios = []scenario{
	{"E2 W14 a wake from outside", func(x *explore.X) {
		f := &arrivals{want: 1}
		h := executor.Spawn(executor.Submit(onThread), f)
		x.Go("waker", f.arrive)
		joined(x, h, 1)
	}, 272, 0},
	{"E2 E6 W17 E18 two wakes from outside", func(x *explore.X) {
		f := &arrivals{want: 2}
		executor.Spawn(executor.Submit(onThread), f)
		x.Go("waker 1", f.arrive)
		x.Go("waker 2", f.arrive)
	}, 528, 0},
	{"E3 E6 E13 a task that wakes itself", func(x *explore.X) {
		polls := new(explore.Var[int])
		h := executor.Spawn(executor.Submit(onThread), futures.Func[int](func(cx *futures.Context) (int, bool) {
			polls.Set(polls.Get() + 1)
			cx.Waker().WakeByRef()
			return 3, polls.Get() == 3
		}))
		joined(x, h, 3)
		x.Assert(polls.Get() == 3)
	}, 284, 0},
	{"E3 E6 E13 closures run inline", func(x *explore.X) {
		f := &wakened{x: x}
		h := executor.Spawn(executor.Submit(inline), f)
		joined(x, h, 2)
	}, 40, 0},
	{"E26 a cancel and a wake", func(x *explore.X) {
		h := executor.Spawn(executor.Submit(onThread), &wakened{x: x})
		h.Cancel()
		ends(x, h, futures.ErrCancelled)
	}, 21880, 0},
	{"E24 a future of a handle, and a task that ends", func(x *explore.X) {
		h := executor.Spawn(executor.Submit(onThread), futures.NewCountdown(0))
		x.Assert(executor.BlockOn(h).Err == nil)
	}, 20, 0},
	{"E2 a wake whose closure is refused ends the task", func(x *explore.X) {
		var submitted atomic.Int32
		h := executor.Spawn(executor.Submit(func(f func()) error {
			if submitted.Add(1) > 1 {
				return errRefused
			}
			return onThread(f)
		}), &wakened{x: x})
		_, err := h.Join()
		x.Assert(errors.Is(err, errRefused))
	}, 208, 0},
	{"W21 E5 E12 E13 what came before a wake is seen by the poll after it", func(x *explore.X) {
		v := &visitor{x: x, threads: 1, itself: true}
		v.answered(executor.Spawn(executor.Submit(onThread), v).Join())
	}, 138698, 0},
}

var errRefused = errors.New("refused")

func onThread(f func()) error {
	sync.Go(f)
	return nil
}

func inline(f func()) error {
	f()
	return nil
}
