package atomic_test

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

var none engine.Limits

func TestAddsAreNotLost(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x atomic.Int64
		e.Go("a", func() { x.Add(1) }, engine.Worker)
		e.Go("b", func() { x.Add(2) }, engine.Worker)
		return func() string { return fmt.Sprint(x.Load()) }
	}, none, 2, "3")
}

func TestALoadAndAStoreAreNotAnAdd(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x atomic.Uint32
		add := func() { x.Store(x.Load() + 1) }
		e.Go("a", add, engine.Worker)
		e.Go("b", add, engine.Worker)
		return func() string { return fmt.Sprint(x.Load()) }
	}, none, 4, "1", "2")
}

// No execution is without the sequential consistency that Go promises.
func TestStoresAreNotDelayed(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x, y int32
		var rx, ry int32
		e.Go("a", func() { atomic.StoreInt32(&x, 1); ry = atomic.LoadInt32(&y) }, engine.Worker)
		e.Go("b", func() { atomic.StoreInt32(&y, 1); rx = atomic.LoadInt32(&x) }, engine.Worker)
		return func() string { return fmt.Sprint(rx, ry) }
	}, none, 3, "0 1", "1 0", "1 1")
}

func TestOneCompareAndSwapWins(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x atomic.Pointer[int]
		var won [3]bool
		for i := range won {
			e.Go(fmt.Sprint(i), func() { won[i] = x.CompareAndSwap(nil, new(int)) }, engine.Worker)
		}
		return func() string { return fmt.Sprint(won) }
	}, none, 3, "[true false false]", "[false true false]", "[false false true]")
}

func TestFailedCompareAndSwapsCommute(t *testing.T) {
	cases := map[string]func() func() bool{
		"Bool":  func() func() bool { var x atomic.Bool; return func() bool { return x.CompareAndSwap(true, false) } },
		"Int32": func() func() bool { var x atomic.Int32; return func() bool { return x.CompareAndSwap(-1, 0) } },
		"uint64": func() func() bool {
			var x uint64
			return func() bool { return atomic.CompareAndSwapUint64(&x, 1<<63, 0) }
		},
		"pointer": func() func() bool {
			var x, y unsafe.Pointer
			return func() bool { return atomic.CompareAndSwapPointer(&x, unsafe.Pointer(&y), nil) }
		},
	}
	for name, make := range cases {
		t.Run(name, func(t *testing.T) {
			enginetest.Check(t, func(e *engine.Engine) func() string {
				cas := make()
				var swapped bool
				for range 3 {
					e.Go("swapper", func() { swapped = swapped || cas() }, engine.Worker)
				}
				return func() string { return fmt.Sprint(swapped) }
			}, none, 1, "false")
		})
	}
}

// What has a plain variable alone may set it plainly. The compare-and-swap that
// is announced afterwards must be foreseen to succeed.
func TestPlainlySetVariable(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x int32
		atomic.StoreInt32(&x, 1)
		x = 7
		var won [2]bool
		for i := range won {
			e.Go(fmt.Sprint(i), func() { won[i] = atomic.CompareAndSwapInt32(&x, 7, int32(i)) }, engine.Worker)
		}
		return func() string { return fmt.Sprint(won, x) }
	}, none, 2, "[true false] 0", "[false true] 1")
}

func TestValueIsOneObject(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x atomic.Value
		var got any
		e.Go("a", func() { x.Store("a") }, engine.Worker)
		e.Go("b", func() { got = x.Swap("b") }, engine.Worker)
		return func() string { return fmt.Sprint(got, x.Load()) }
	}, none, 2, "ab", "<nil>a")
}

// A package-level variable keeps its value and is another object in each
// execution.
var global atomic.Int32

func TestPackageLevelVariable(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		global.Store(0)
		e.Go("a", func() { global.Add(1) }, engine.Worker)
		e.Go("b", func() { global.Add(1) }, engine.Worker)
		return func() string { return fmt.Sprint(global.Load()) }
	}, none, 2, "2")
}

func TestWhatIsSeenHappensBefore(t *testing.T) {
	var data engine.Cell
	var x, y atomic.Int32
	var v atomic.Value
	write := func() { engine.Cur.WriteCell(&data) }
	read := func() { engine.Cur.ReadCell(&data) }
	cases := []struct {
		name    string
		race    bool
		threads []func()
	}{
		{"a load that sees the store", false, []func(){
			func() { write(); x.Store(1) },
			func() {
				if x.Load() == 1 {
					read()
				}
			}}},
		{"a load that may come too early", true, []func(){
			func() { write(); x.Store(1) },
			func() { x.Load(); read() }}},
		{"another variable", true, []func(){
			func() { write(); x.Store(1); y.Store(1) },
			func() { y.Load(); read() }}},
		{"a store hides the one before it", true, []func(){
			func() { write(); x.Store(1) },
			func() { x.Store(2) },
			func() {
				if x.Load() == 2 {
					read()
				}
			}}},
		{"an add does not", false, []func(){
			func() { write(); x.Add(1) },
			func() { x.Add(1) },
			func() {
				if x.Load() == 2 {
					read()
				}
			}}},
		{"nor does a compare-and-swap", false, []func(){
			func() { write(); x.Store(1) },
			func() { x.CompareAndSwap(1, 2) },
			func() {
				if x.Load() == 2 {
					read()
				}
			}}},
		{"a failed compare-and-swap sees", false, []func(){
			func() { write(); x.Store(1) },
			func() {
				if !x.CompareAndSwap(0, 2) {
					read()
				}
			}}},
		{"but is not seen", true, []func(){
			func() { write(); x.CompareAndSwap(5, 6) },
			func() { x.Add(1); read() }}},
		{"one of a Value that succeeds is", false, []func(){
			func() { write(); v.CompareAndSwap(0, 1) },
			func() {
				if v.Load() == 1 {
					read()
				}
			}}},
		{"one of a Value that fails sees", false, []func(){
			func() { write(); v.Store(1) },
			func() {
				if !v.CompareAndSwap(0, 2) {
					read()
				}
			}}},
		{"but is not seen, either", true, []func(){
			func() { write(); v.CompareAndSwap(5, 6) },
			func() { v.Swap(1); read() }}},
		{"a load is not seen", true, []func(){
			func() { read(); x.Load() },
			func() { x.Add(1); write() }}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
				x.Store(0)
				y.Store(0)
				v.Store(0)
				for _, f := range c.threads {
					e.Go("thread", f, engine.Worker)
				}
				return nil
			}, engine.Source, none)
			if race := len(got) == 1; race != c.race {
				t.Errorf("%v; want a race: %v", got, c.race)
			}
		})
	}
}

func TestReportsShowValues(t *testing.T) {
	r, err := engine.Explore(engine.Program{Record: true, Limits: engine.Limits{Executions: 1}, Body: func(e *engine.Engine) {
		var x atomic.Int32
		var y uint64
		e.Go("other", func() {}, engine.Worker)
		x.Store(3)
		x.Add(2)
		x.CompareAndSwap(5, 6)
		x.CompareAndSwap(5, 7)
		atomic.OrUint64(&y, 9)
		atomic.LoadUint64(&y)
	}})
	if err != nil || r.Failure != nil {
		t.Fatal(r.Failure, err)
	}
	var got []string
	for _, s := range r.Records {
		got = append(got, fmt.Sprintf("%s %s %s", s.Object, s.Kind, s.Note))
	}
	want := []string{
		"atomic.Int32 store 3",
		"atomic.Int32 add 3 → 5",
		"atomic.Int32 cas 5 → 6",
		"atomic.Int32 cas 5 → 7 fails: it is 6",
		"uint64 or 0 → 9",
		"uint64 load = 9",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q; want %q", got, want)
	}
}

func BenchmarkThreeThreadsOfSixOperations(b *testing.B) {
	shapes := map[string]func(e *engine.Engine){
		"types": func(e *engine.Engine) {
			var x [5]atomic.Int32
			for i := range 3 {
				e.Go("t", func() {
					for k := range 6 {
						if (i+k)%3 == 0 {
							x[(i+k)%5].Add(1)
						} else {
							x[(i*2+k)%5].Load()
						}
					}
				}, engine.Worker)
			}
		},
		"functions": func(e *engine.Engine) {
			var x [5]int32
			for i := range 3 {
				e.Go("t", func() {
					for k := range 6 {
						if (i+k)%3 == 0 {
							atomic.AddInt32(&x[(i+k)%5], 1)
						} else {
							atomic.LoadInt32(&x[(i*2+k)%5])
						}
					}
				}, engine.Worker)
			}
		},
	}
	for name, body := range shapes {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			r, err := engine.Explore(engine.Program{Body: body, Algorithm: engine.Random, Limits: engine.Limits{Executions: b.N}})
			if err != nil || r.Failure != nil {
				b.Fatal(r.Failure, err)
			}
		})
	}
}
