package futures_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wakecheck/wakecheck/futures"
)

func TestGoAnswersWhatTheFunctionReturned(t *testing.T) {
	var inside context.Context
	r := block(futures.Go(func(ctx context.Context) (int, error) {
		inside = ctx
		return 7, io.ErrShortWrite
	}))
	if r.Value != 7 || r.Err != io.ErrShortWrite {
		t.Errorf("got %+v, want 7 and the error", r)
	}
	if inside.Err() == nil {
		t.Error("the context lives on after the function has returned")
	}
}

func explode(context.Context) (int, error) { panic(io.ErrUnexpectedEOF) }

func TestGoContainsAPanic(t *testing.T) {
	r := block(futures.Go(explode))
	var pe *futures.PanicError
	if !errors.As(r.Err, &pe) {
		t.Fatalf("the error is %v, want a *PanicError", r.Err)
	}
	if pe.Value != io.ErrUnexpectedEOF || !strings.Contains(string(pe.Stack), "explode") {
		t.Errorf("value %v, stack:\n%s\nwant the panic value, and the function in the stack", pe.Value, pe.Stack)
	}
}

func TestGoContainsGoexit(t *testing.T) {
	r := block(futures.Go(func(context.Context) (int, error) {
		runtime.Goexit()
		return 0, nil
	}))
	if r.Err == nil || !strings.Contains(r.Err.Error(), "Goexit") {
		t.Errorf("the error is %v, want one that names Goexit", r.Err)
	}
}

func TestGoStartsWithTheFirstPoll(t *testing.T) { // F10
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		release := make(chan struct{}) // else it may have returned by the end of the first poll
		f := futures.Go(func(context.Context) (int, error) { calls++; <-release; return 0, nil })
		synctest.Wait()
		if calls != 0 {
			t.Error("the function runs before the first poll")
		}
		p := newProbe(t)
		mustPend(t, f, p)
		close(release)
		synctest.Wait()
		mustBeReady(t, f, p)
		if calls != 1 {
			t.Errorf("the function ran %d times, want once", calls)
		}
	})
}

func TestGoDropCancelsTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside context.Context
		var cause error
		f := futures.Go(func(ctx context.Context) (int, error) {
			inside = ctx
			<-ctx.Done()
			cause = context.Cause(ctx)
			return 0, nil
		})
		o := &odd{
			onDrop: func() {
				if inside.Err() != nil {
					t.Error("cancelled before the waker was dropped: the function could still wake the task")
				}
			},
			onWake: func() { t.Error("woken") },
		}
		f.Poll(o.context())
		synctest.Wait()
		futures.Drop(f)
		synctest.Wait()
		if cause != futures.ErrCancelled {
			t.Errorf("the function saw the cause %v, want ErrCancelled", cause)
		}
	})
}
