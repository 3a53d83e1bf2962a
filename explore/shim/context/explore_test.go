package context_test

import (
	stdcontext "context"
	"fmt"
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/context"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

var none engine.Limits

// threads starts a worker for each function, named a, b, c, …
func threads(e *engine.Engine, fs ...func()) {
	for i, f := range fs {
		e.Go(string(rune('a'+i)), f, engine.Worker)
	}
}

func TestCancelWakes(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ctx, cancel := context.WithCancel(context.Background())
		work := make(chan int)
		got := ""
		threads(e, cancel, func() { channel.Send(work, 1) }, func() {
			for got != "done" {
				got = [...]string{"done", "work"}[channel.Select(false,
					channel.RecvCase(ctx.Done(), nil, nil), channel.RecvCase(work, nil, nil))]
			}
		})
		return func() string { return got }
	}, none, 8, "deadlock b: wait to send chan int", "done")
}

func TestTimeoutRacesWithCancel(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		threads(e, cancel, func() { channel.Recv(ctx.Done()) })
		return func() string { return fmt.Sprint(ctx.Err(), ", ", context.Cause(ctx)) }
	}, none, 8, "context canceled, context canceled", "context deadline exceeded, context deadline exceeded")
}

// Whoever sees that a parent is done may see its child not done, but not the
// other way round, and whoever cancels it sees both.
func TestParentIsDoneFirst(t *testing.T) {
	state := func(a, b stdcontext.Context) string {
		return fmt.Sprint(b.Err() != nil, a.Err() != nil)
	}
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		child, _ := context.WithCancel(parent)
		saw := ""
		threads(e, cancel, func() { channel.Recv(parent.Done()); saw = state(parent, child) })
		return func() string { return saw }
	}, none, 4, "false true", "true true")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		child, _ := context.WithCancel(parent)
		saw := ""
		threads(e, cancel, func() { channel.Recv(child.Done()); saw = state(child, parent) })
		return func() string { return saw }
	}, none, 2, "true true")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		child, _ := context.WithCancel(parent)
		saw := ""
		threads(e, cancel, func() { cancel(); saw = state(parent, child) })
		return func() string { return saw }
	}, none, 3, "true true")
}

func TestChildrenAreDoneInAnyOrder(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		a, _ := context.WithCancel(parent)
		b, _ := context.WithCancel(parent)
		saw := ""
		threads(e, cancel, func() {
			i := channel.Select(false, channel.RecvCase(a.Done(), nil, nil), channel.RecvCase(b.Done(), nil, nil))
			saw = fmt.Sprint(i, a.Err() != nil && b.Err() != nil)
		})
		return func() string { return saw }
	}, none, 12, "0 false", "0 true", "1 false", "1 true")
}

func TestDeriveWhileCanceling(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		var child stdcontext.Context
		first := ""
		threads(e, cancel, func() {
			child, _ = context.WithCancel(parent)
			first = fmt.Sprint(child.Err())
		})
		return func() string { return fmt.Sprint(first, ", ", child.Err()) }
	}, none, 3, "<nil>, context canceled", "context canceled, context canceled")
}

func TestAfterFunc(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ctx, cancel := context.WithCancel(context.Background())
		ran, stopped := 0, false
		stop := context.AfterFunc(ctx, func() { ran++ })
		threads(e, cancel, func() { stopped = stop() })
		return func() string { return fmt.Sprint(ran, stopped) }
	}, none, 3, "0 true", "1 false")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		ran := 0
		context.AfterFunc(ctx, func() { ran++ })
		return func() string { return fmt.Sprint(ran) }
	}, none, 1, "1")
}

func TestForeignParents(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent := rerouted{context.Background(), make(chan struct{})}
		child, cancel := context.WithCancel(parent)
		threads(e, func() { channel.Close(parent.done) }, func() { channel.Recv(child.Done()); cancel() })
		return func() string { return child.Err().Error() }
	}, none, 6, "context canceled")
	before, cancel := stdcontext.WithCancel(context.Background())
	live, end := stdcontext.WithCancel(context.Background())
	defer end()
	cancel()
	enginetest.Check(t, func(e *engine.Engine) func() string {
		child, _ := context.WithCancel(before)
		other, _ := context.WithCancel(live) // a thread of the shim waits for it in vain
		threads(e, func() { channel.Recv(child.Done()) })
		return func() string { return fmt.Sprint(child.Err(), other.Err()) }
	}, none, 1, "context canceled <nil>")
}

// lost is a context of another package that ends by itself.
type lost struct{ context.Context }

func (lost) Err() error { return stdcontext.Canceled }

func TestCauseOfForeignContexts(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		child := lost{parent}
		threads(e, func() { cancel() })
		return func() string { return fmt.Sprint(context.Cause(parent), context.Cause(child)) }
	}, none, 1, "context canceled context canceled")
	enginetest.Check(t, func(e *engine.Engine) func() string {
		parent, cancel := context.WithCancel(context.Background())
		defer cancel()
		cause := context.Cause(lost{parent})
		return func() string { return fmt.Sprint(cause) }
	}, none, 1, "context canceled")
}

// The pattern of a worker that is to end when its context does.
func TestForgottenContextLeaks(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		ctx, cancel := context.WithCancel(context.Background())
		_ = cancel
		e.Go("worker", func() { channel.Recv(ctx.Done()) }, engine.Daemon)
		return nil
	}, none, 1, "leak worker: wait to receive chan struct {}")
}

// cell is plain data.
type cell struct{ c engine.Cell }

func (c *cell) read()  { engine.Cur.ReadCell(&c.c) }
func (c *cell) write() { engine.Cur.WriteCell(&c.c) }

func TestHappensBefore(t *testing.T) {
	var data cell
	for name, test := range map[string]struct {
		race bool
		body func(e *engine.Engine, ctx stdcontext.Context, cancel func())
	}{
		"cancel before Done": {false, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			threads(e, func() { data.write(); cancel() }, func() { channel.Recv(ctx.Done()); data.read() })
		}},
		"cancel before Err": {false, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			threads(e, func() { data.write(); cancel() }, func() {
				if ctx.Err() != nil {
					data.read()
				}
			})
		}},
		"not Err before cancel": {true, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			threads(e, func() { data.write(); cancel() }, func() {
				if ctx.Err() == nil {
					data.read()
				}
			})
		}},
		"cancel before AfterFunc": {false, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			context.AfterFunc(ctx, data.read)
			threads(e, func() { data.write(); cancel() })
		}},
		"cancel before the child's Done": {false, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			child, _ := context.WithCancel(ctx)
			threads(e, func() { data.write(); cancel() }, func() { channel.Recv(child.Done()); data.read() })
		}},
		"not what follows cancel": {true, func(e *engine.Engine, ctx stdcontext.Context, cancel func()) {
			threads(e, func() { cancel(); data.write() }, func() { channel.Recv(ctx.Done()); data.read() })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
				ctx, cancel := context.WithCancel(context.Background())
				test.body(e, ctx, cancel)
				return nil
			}, engine.Source, none)
			if slices.Contains(got, "race") != test.race {
				t.Errorf("%q; want a race: %v", got, test.race)
			}
		})
	}
}
