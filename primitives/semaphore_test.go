package primitives_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/primitives"
)

// Conservation: size = free + acquired + set aside, after every step.
func TestSemaphoreModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 5).Draw(rt, "size")
		s := primitives.NewSemaphore(size)
		ts := &tasks{rt: rt}
		free, acquired, closed := size, 0, false
		var waiting line
		var granted, dismissed []*task
		settle := func() {
			for len(waiting) > 0 && closed {
				dismissed = append(dismissed, waiting.letGo())
			}
			for len(waiting) > 0 && waiting[0].number <= free {
				t := waiting.letGo()
				free -= t.number
				granted = append(granted, t)
			}
		}
		forget := func(from []*task, t *task) []*task {
			return slices.DeleteFunc(from, func(x *task) bool { return x == t })
		}
		drop := func(t *task) {
			waiting.leave(t)
			if slices.Contains(granted, t) {
				granted = forget(granted, t)
				free += t.number
			}
			settle()
			ts.drop(t)
		}
		number := func(max int) int { return rapid.IntRange(1, max).Draw(rt, "permits") }
		steps := []string{"acquire", "acquire", "poll", "poll", "poll", "drop", "try", "release", "release", "close"}
		for range rapid.IntRange(0, 50).Draw(rt, "steps") {
			switch rapid.SampledFrom(steps).Draw(rt, "step") {
			case "acquire":
				n := number(size)
				ts.start("acquire", n, erase(s.Acquire(n)))
			case "poll":
				t := ts.pick()
				switch {
				case t == nil:
				case slices.Contains(granted, t):
					granted = forget(granted, t)
					acquired += t.number
					ts.poll(t, nil, true)
				case slices.Contains(waiting, t):
					ts.poll(t, nil, false)
				case slices.Contains(dismissed, t), closed:
					ts.poll(t, primitives.ErrClosed, true)
				case len(waiting) == 0 && t.number <= free:
					free -= t.number
					acquired += t.number
					ts.poll(t, nil, true)
				default:
					waiting = append(waiting, t)
					ts.poll(t, nil, false)
				}
			case "drop":
				if t := ts.pick(); t != nil {
					drop(t)
				}
			case "try":
				n := number(size)
				want := !closed && len(waiting) == 0 && n <= free
				if got := s.TryAcquire(n); got != want {
					rt.Fatalf("TryAcquire(%d): %v, want %v", n, got, want)
				}
				if want {
					free -= n
					acquired += n
				}
			case "release":
				if acquired == 0 {
					continue
				}
				n := number(acquired)
				acquired -= n
				free += n
				settle()
				s.Release(n)
			case "close":
				if closed = rapid.IntRange(0, 4).Draw(rt, "close") == 0 || closed; closed {
					settle()
					s.Close()
				}
			}
			if s.Free() != free {
				rt.Fatalf("Free is %d, want %d of %d, with %d acquired", s.Free(), free, size, acquired)
			}
			ts.checkAll()
		}
		for _, t := range slices.Clone(ts.all) {
			drop(t)
		}
		if s.Free()+acquired != size {
			rt.Errorf("all tasks are gone: %d free and %d acquired, want %d together", s.Free(), acquired, size)
		}
	})
}

// One who wants many is not overtaken, and when he gives up, the others go on.
func TestSemaphoreIsStrict(t *testing.T) { // F12, F24
	s := primitives.NewSemaphore(3)
	s.TryAcquire(2)
	many, few, p := s.Acquire(3), s.Acquire(1), newProbe(t)
	mustPend(t, many, newProbe(t))
	mustPend(t, few, p)
	if s.TryAcquire(1) {
		t.Error("TryAcquire overtook those who wait")
	}
	many.(interface{ Drop() }).Drop()
	p.want(t, "the one before gave up", 1, 0)
	if err := mustBeReady(t, few, p); err != nil || s.Free() != 0 {
		t.Errorf("error %v, %d free, want none", err, s.Free())
	}
}

func TestSemaphoreClosed(t *testing.T) { // F23
	var s primitives.Semaphore // of size 1
	p := newProbe(t)
	if s.Size() != 1 || mustBeReady(t, s.Acquire(1), p) != nil {
		t.Fatal("the zero semaphore has no permit")
	}
	granted, waits := s.Acquire(1), s.Acquire(1)
	mustPend(t, granted, p)
	mustPend(t, waits, p)
	s.Release(1)
	s.Close()
	if err := mustBeReady(t, granted, p); err != nil {
		t.Errorf("granted before the close, and answered %v", err)
	}
	if err := mustBeReady(t, waits, p); !errors.Is(err, primitives.ErrClosed) {
		t.Errorf("answered %v, want ErrClosed", err)
	}
	s.Release(1)
	if s.TryAcquire(1) {
		t.Error("TryAcquire of a closed semaphore")
	}
}

func TestMisuse(t *testing.T) {
	s, m := primitives.NewSemaphore(2), new(primitives.Mutex)
	for what, do := range map[string]func(){
		"primitives: NewSemaphore(0): a semaphore without permits lets nobody through; the size must be 1 or more": func() { primitives.NewSemaphore(0) },
		"primitives: Semaphore.Acquire(3): want 1 to 2 permits, the size of the semaphore":                         func() { s.Acquire(3) },
		"primitives: Semaphore.TryAcquire(0): want 1 to 2 permits, the size of the semaphore":                      func() { s.TryAcquire(0) },
		"primitives: Semaphore.Release(1) of more permits than are acquired: release once what was acquired once":  func() { s.Release(1) },
		"primitives: Unlock of an unlocked Mutex: unlock once what was locked once":                                m.Unlock,
		"primitives: NewChannel(0): the capacity must be 1 or more":                                                func() { primitives.NewChannel[int](0) },
	} {
		if v := mustPanic(t, do); v != what {
			t.Errorf("panicked with %q, want %q", v, what)
		}
	}
}
