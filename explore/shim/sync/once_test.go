package sync_test

import (
	"fmt"
	"testing"

	stdsync "sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

func TestOnce(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var once, other sync.Once
		n := 0
		once.Do(func() { n++ })
		once.Do(func() { n++ })
		if n != 1 {
			t.Error("done", n, "times")
		}
		if got := panics(func() { other.Do(func() { panic("no") }) }); got != "no" {
			t.Error(got)
		}
		if other.Do(func() { n++ }); n != 1 {
			t.Error("done again after a panic")
		}
	})
}

// Each may be the first; the others find it done and commute.
func TestOnceIsDoneByOne(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var once sync.Once
		by, done, early := "", false, false
		for _, name := range []string{"a", "b", "c"} {
			e.Go(name, func() {
				once.Do(func() { by += name; e.Yield("work"); done = true })
				early = early || !done
			}, engine.Worker)
		}
		return func() string { return fmt.Sprint(by, early) }
	}, none, 3, "afalse", "bfalse", "cfalse")
}

func TestOnceInItself(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var once sync.Once
		e.Go("a", func() { once.Do(func() { once.Do(func() {}) }) }, engine.Worker)
		return nil
	}, none, 1, "deadlock a: do Once")
}

var globalOnce sync.Once

func TestOnceBeginsUndone(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		n := 0
		for range 2 {
			e.Go("t", func() { globalOnce.Do(func() { n++ }) }, engine.Worker)
		}
		return func() string { return fmt.Sprint(n) }
	}, none, 2, "1")
}

func TestOnceHappensBefore(t *testing.T) {
	var once sync.Once
	var data cell
	do := func() { once.Do(data.write); data.read() }
	races(t, false, do, do, do)
	races(t, true, func() { data.write(); once.Do(func() {}) }, func() { once.Do(func() {}); data.read() })
}

// What the three make is called in the same way as what those of package sync
// make, and panics alike.
func TestOnceFuncs(t *testing.T) {
	type makers struct {
		f  func(func()) func()
		v  func(func() int) func() int
		vs func(func() (int, string)) func() (int, string)
	}
	try := func(m makers) (log string) {
		call := func(f func()) {
			if p := panics(f); p != nil {
				log += fmt.Sprintf("panic %v;", p)
			}
		}
		n, zero := 0, 0
		f := m.f(func() { n++ })
		v := m.v(func() int { n++; return n })
		vs := m.vs(func() (int, string) { n++; return n, "b" })
		bad := m.f(func() { n++; panic(fmt.Sprint("bad ", n)) })
		badV := m.v(func() int { n++; panic(n) })
		badVs := m.vs(func() (int, string) { return 1 / zero, "" })
		for range 2 {
			call(f)
			call(func() { log += fmt.Sprint(v(), ";") })
			call(func() { log += fmt.Sprint(vs()) })
			call(bad)
			call(func() { badV() })
			call(func() { badVs() })
		}
		return log + fmt.Sprint(n)
	}
	want := try(makers{stdsync.OnceFunc, stdsync.OnceValue[int], stdsync.OnceValues[int, string]})
	everywhere(t, func(t *testing.T) {
		if got := try(makers{sync.OnceFunc, sync.OnceValue[int], sync.OnceValues[int, string]}); got != want {
			t.Errorf("%s; want %s", got, want)
		}
	})
}

var calls int

var globalValue = sync.OnceValue(func() int { calls++; return calls })

func TestOnceValueBeginsUncalled(t *testing.T) {
	if a, b := globalValue(), globalValue(); a != b {
		t.Error("called twice, without an engine")
	}
	enginetest.Check(t, func(e *engine.Engine) func() string {
		calls = 10
		var got [2]int
		for i := range got {
			e.Go("t", func() { got[i] = globalValue() }, engine.Worker)
		}
		return func() string { return fmt.Sprint(got) }
	}, none, 2, "[11 11]")
}
