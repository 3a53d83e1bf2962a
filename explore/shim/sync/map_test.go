package sync_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	stdsync "sync"
	"testing"
	"weak"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

// anyMap is what both maps are.
type anyMap interface {
	Load(key any) (value any, ok bool)
	Store(key, value any)
	LoadOrStore(key, value any) (actual any, loaded bool)
	LoadAndDelete(key any) (value any, loaded bool)
	Delete(key any)
	Swap(key, value any) (previous any, loaded bool)
	CompareAndSwap(key, old, new any) (swapped bool)
	CompareAndDelete(key, old any) (deleted bool)
	Clear()
	Range(f func(key, value any) bool)
}

func TestMapIsThatOfSync(t *testing.T) {
	var m sync.Map // so that it is used with and without an engine
	do := func(m anyMap, op, key, a, b int) string {
		switch op {
		case 0, 1:
			return fmt.Sprint(m.Load(key))
		case 2, 3:
			m.Store(key, a)
		case 4:
			return fmt.Sprint(m.LoadOrStore(key, a))
		case 5:
			return fmt.Sprint(m.LoadAndDelete(key))
		case 6:
			m.Delete(key)
		case 7:
			return fmt.Sprint(m.Swap(key, a))
		case 8:
			return fmt.Sprint(m.CompareAndSwap(key, a, b))
		case 9:
			return fmt.Sprint(m.CompareAndDelete(key, a))
		case 10:
			if b == 0 {
				m.Clear()
			}
		case 11:
			var all []string
			m.Range(func(k, v any) bool { all = append(all, fmt.Sprint(k, v)); return true })
			slices.Sort(all)
			return fmt.Sprint(all)
		}
		return ""
	}
	everywhere(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		var real stdsync.Map
		m.Range(func(k, v any) bool { real.Store(k, v); return true })
		for i := range 3000 {
			op, key, a, b := rng.IntN(12), rng.IntN(4), rng.IntN(3), rng.IntN(3)
			if got, want := do(&m, op, key, a, b), do(&real, op, key, a, b); got != want {
				t.Errorf("step %d, operation %d of %d, %d, %d: %s; want %s", i, op, key, a, b, got, want)
				return
			}
		}
		n := 0
		m.Store("one", 1)
		m.Store("two", 2)
		if m.Range(func(k, v any) bool { n++; return false }); n != 1 {
			t.Error("Range went on", n, "times")
		}
	})
}

func TestRangeInTheOrderOfComing(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var m sync.Map
		var got string
		for _, k := range []string{"c", "a", "b"} {
			m.Store(k, 0)
		}
		m.Store("c", 1)
		m.Delete("a")
		e.Go("deleter", func() { m.Delete("b") }, engine.Worker)
		e.Go("ranger", func() {
			m.Range(func(k, v any) bool {
				m.Store("new", 0) // while it ranges
				got += fmt.Sprint(k, v)
				return true
			})
		}, engine.Worker)
		return func() string { return got }
	}, none, 6, "c1b0", "c1")
}

func TestMapLoadsCommute(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var m sync.Map
		m.Store(1, 1)
		for range 3 {
			e.Go("loader", func() { m.Load(1) }, engine.Worker)
		}
		return func() string { return "loaded" }
	}, none, 1, "loaded")
}

func TestOneLoadOrStoreStores(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var m sync.Map
		var got [2]any
		for i := range got {
			e.Go("t", func() { got[i], _ = m.LoadOrStore("key", i) }, engine.Worker)
		}
		return func() string { return fmt.Sprint(got) }
	}, none, 2, "[0 0]", "[1 1]")
}

func TestMapHappensBefore(t *testing.T) {
	var m sync.Map
	var data cell
	begin := func(f func()) func() { return func() { data.write(); f() } }
	seen := func(key, value any) func() {
		return func() {
			if v, _ := m.Load(key); v == value {
				data.read()
			}
		}
	}
	run := func(want bool, fs ...func()) {
		t.Helper()
		got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
			m.Clear()
			return threads(fs...)(e)
		}, engine.Source, none)
		if race := len(got) == 1; race != want {
			t.Errorf("%q; want a race: %v", got, want)
		}
	}
	run(false, begin(func() { m.Store(1, "a") }), seen(1, "a"))
	run(true, begin(func() { m.Store(1, "a") }), seen(1, nil))
	run(true, begin(func() { m.Store(1, "a") }), func() { m.Store(2, "a") }, seen(2, "a"))
	run(true, begin(func() { m.Store(1, "a") }), func() { m.Store(1, "b") }, seen(1, "b"))
	run(false, begin(func() { m.Store(1, "a") }), func() { m.CompareAndSwap(1, "a", "b") }, seen(1, "b"))
	run(false, begin(func() { m.Store(1, "a") }), func() {
		if _, loaded := m.LoadAndDelete(1); loaded {
			data.read()
		}
	})
	run(false, begin(func() { m.LoadOrStore(1, "a") }), func() {
		m.Range(func(k, v any) bool { data.read(); return true })
	})
}

// A Map that outlives executions does not keep the keys that they have deleted.
func TestMapForgetsKeys(t *testing.T) {
	var m sync.Map
	var first weak.Pointer[[64]byte]
	_, r := enginetest.Run(t, func(e *engine.Engine) func() string {
		key := new([64]byte)
		if e.Choose(2) == 0 {
			first = weak.Make(key)
		}
		m.Store(key, 0)
		m.Delete(key)
		return nil
	}, engine.Source, none)
	runtime.GC()
	if r.Executions != 2 || first.Value() != nil {
		t.Errorf("after %d executions the first one's key is kept: %v", r.Executions, first.Value() != nil)
	}
	m.Clear()
}
