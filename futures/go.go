package futures

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"

	"github.com/wakecheck/wakecheck/wakers"
)

var errGoexit = errors.New("futures: the function given to Go ended its goroutine with runtime.Goexit")

// Go returns a future that runs fn, which may block, on a goroutine of its own
// and is ready with what fn returned. The first poll starts the goroutine.
//
// A panic or a runtime.Goexit in fn becomes a [*PanicError]. A goroutine cannot
// be stopped from outside, so Drop cancels the context (its cause is
// ErrCancelled) and does not wait: the goroutine ends when fn returns, and what
// fn returned is lost. The context is also cancelled once fn has returned.
func Go[T any](fn func(context.Context) (T, error)) Future[Result[T]] {
	return &goFuture[T]{fn: fn}
}

type goFuture[T any] struct {
	fn     func(context.Context) (T, error)
	cancel context.CancelCauseFunc // nil before the first poll
	stage  stage
	result Result[T]   // written before done is set, read after
	done   atomic.Bool // set by the goroutine
	cell   wakers.Cell
}

func (g *goFuture[T]) Poll(cx *Context) (r Result[T], ready bool) {
	g.stage.mustBePending("Go")
	g.cell.Register(cx.Waker())
	if g.cancel == nil {
		ctx, cancel := context.WithCancelCause(context.Background())
		g.cancel = cancel
		go g.run(ctx)
	}
	if !g.done.Load() {
		return r, false
	}
	g.cell.Clear()
	g.stage = stageReady
	return g.result, true
}

func (g *goFuture[T]) run(ctx context.Context) {
	returned := false
	defer func() {
		if !returned {
			v := recover()
			if v == nil {
				v = errGoexit
			}
			g.result.Err = &PanicError{Value: v, Stack: debug.Stack()}
		}
		g.cancel(nil)
		g.done.Store(true)
		g.cell.Wake()
	}()
	g.result.Value, g.result.Err = g.fn(ctx)
	returned = true
}

func (g *goFuture[T]) Drop() {
	g.stage = stageDropped
	if g.cancel != nil {
		defer g.cancel(ErrCancelled) // last: by then nobody is woken if fn returns
	}
	g.cell.Clear()
}
