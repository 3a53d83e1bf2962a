package conformance

import (
	"errors"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/eventloop"

	"github.com/wakecheck/wakecheck/contract"
)

// gojaLoop plugs in the JavaScript event loop of github.com/dop251/goja_nodejs:
// one goroutine that runs callbacks, timers and whatever RunOnLoop was given, in
// order. RunOnLoop appends to a list under a mutex and leaves a token in a channel
// of one slot; the loop waits in a select on that channel.
//
// Terminate is the end of a loop: it waits in a sync.Cond until the callback that
// runs has returned, then refuses new ones and runs those it had taken before.
func gojaLoop(testing.TB) contract.Executor {
	loop := eventloop.NewEventLoop(eventloop.EnableConsole(false))
	loop.Start()
	return contract.Executor{
		Spawn: spawner(func(f func()) error {
			if !loop.RunOnLoop(func(*goja.Runtime) { f() }) {
				return errTerminated
			}
			return nil
		}),
		Close:   loop.Terminate,
		Threads: 1,
	}
}

var errTerminated = errors.New("the event loop is terminated")

func TestGojaEventLoop(t *testing.T) { contract.TestExecutor(t, gojaLoop) }
