package futures_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

func TestDropCallsDropOnce(t *testing.T) {
	s := new(spy)
	futures.Drop[int](s)
	if s.drops != 1 || s.polls != 0 {
		t.Errorf("Drop called %d times and Poll %d times, want once and never", s.drops, s.polls)
	}
	futures.Drop(futures.Func[int](nil)) // nothing to drop
	futures.Drop[int](nil)
}

func TestFunc(t *testing.T) {
	p := newProbe(t)
	f := futures.Func[string](func(cx *futures.Context) (string, bool) {
		cx.Waker().WakeByRef()
		return "done", p.Wakes() == 2
	})
	mustPend(t, f, p)
	if v := mustBeReady(t, f, p); v != "done" {
		t.Errorf("value %q", v)
	}
}

func TestNewContextWithoutWakerPanics(t *testing.T) {
	mustPanic(t, func() { futures.NewContext(nil) })
}

// An executor keeps the Context inside a task, and then neither making it nor
// lending it to a poll allocates.
func TestContextInAStructIsFree(t *testing.T) {
	type task struct {
		waker wakers.Waker
		cx    futures.Context
		f     futures.Future[int]
	}
	tk := &task{f: futures.NewSilent(1 << 30)}
	tk.waker.Init(wakers.Noop{}.Raw())
	allocs := testing.AllocsPerRun(100, func() {
		tk.cx = *futures.NewContext(&tk.waker)
		tk.f.Poll(&tk.cx)
	})
	if allocs != 0 {
		t.Errorf("%v allocations per poll, want none", allocs)
	}
}

func TestPanicError(t *testing.T) {
	var err error = &futures.PanicError{Value: io.ErrUnexpectedEOF, Stack: []byte("goroutine 1")}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the panic value is an error, and errors.Is does not find it")
	}
	for _, part := range []string{"panic", io.ErrUnexpectedEOF.Error(), "goroutine 1"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the text lacks %q: %s", part, err)
		}
	}
	if err := errors.Unwrap(&futures.PanicError{Value: "text"}); err != nil {
		t.Errorf("Unwrap of a panic value that is no error: %v, want nil", err)
	}
}
