package atomic_test

import (
	"fmt"
	"math/rand/v2"
	std "sync/atomic"
	"testing"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

// word is an atomic integer.
type word[T any] interface {
	Load() T
	Store(T)
	Swap(T) T
	CompareAndSwap(old, new T) bool
	Add(T) T
	And(T) T
	Or(T) T
}

// functions is an atomic integer made of package functions.
type functions[T any] struct {
	p       *T
	load    func(*T) T
	store   func(*T, T)
	swap    func(*T, T) T
	cas     func(p *T, old, new T) bool
	add     func(*T, T) T
	and, or func(*T, T) T
}

func (f functions[T]) Load() T                        { return f.load(f.p) }
func (f functions[T]) Store(v T)                      { f.store(f.p, v) }
func (f functions[T]) Swap(v T) T                     { return f.swap(f.p, v) }
func (f functions[T]) CompareAndSwap(old, new T) bool { return f.cas(f.p, old, new) }
func (f functions[T]) Add(v T) T                      { return f.add(f.p, v) }
func (f functions[T]) And(v T) T                      { return f.and(f.p, v) }
func (f functions[T]) Or(v T) T                       { return f.or(f.p, v) }

// everywhere runs f without an engine, and as the body of an exploration that
// has other threads.
func everywhere(t *testing.T, f func(t *testing.T)) {
	t.Run("real", f)
	t.Run("explored", func(t *testing.T) {
		r, err := engine.Explore(engine.Program{
			Body:   func(e *engine.Engine) { e.Go("other", func() {}, engine.Worker); f(t) },
			Limits: engine.Limits{Steps: 100_000},
			Record: true,
		})
		if err != nil || r.Failure != nil || r.Executions != 1 {
			t.Errorf("%d executions, %+v, %v", r.Executions, r.Failure, err)
		}
	})
}

// same draws operations and checks that shim answers as real does.
func same[T int32 | int64 | uint32 | uint64 | uintptr](t *testing.T, name string, shim, real word[T]) {
	everywhere(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		shim.Store(0)
		real.Store(0)
		var last T
		draw := func() T {
			if rng.IntN(3) == 0 {
				return last
			}
			return T(rng.Uint64())
		}
		for i := range 2000 {
			a, b := draw(), draw()
			var got, want any
			op := rng.IntN(7)
			switch op {
			case 0:
				got, want = shim.Load(), real.Load()
			case 1:
				shim.Store(a)
				real.Store(a)
			case 2:
				got, want = shim.Swap(a), real.Swap(a)
			case 3:
				got, want = shim.CompareAndSwap(a, b), real.CompareAndSwap(a, b)
			case 4:
				got, want = shim.Add(a), real.Add(a)
			case 5:
				got, want = shim.And(a), real.And(a)
			case 6:
				got, want = shim.Or(a), real.Or(a)
			}
			if last = real.Load(); got != want || shim.Load() != last {
				t.Errorf("%s, step %d, operation %d of %v, %v: %v, then %v; want %v, then %v",
					name, i, op, a, b, got, shim.Load(), want, last)
				return
			}
		}
	})
}

func TestIntegersAreThoseOfSyncAtomic(t *testing.T) {
	same(t, "Int32", &atomic.Int32{}, &std.Int32{})
	same(t, "Int64", &atomic.Int64{}, &std.Int64{})
	same(t, "Uint32", &atomic.Uint32{}, &std.Uint32{})
	same(t, "Uint64", &atomic.Uint64{}, &std.Uint64{})
	same(t, "Uintptr", &atomic.Uintptr{}, &std.Uintptr{})
	same(t, "int32", functions[int32]{new(int32), atomic.LoadInt32, atomic.StoreInt32, atomic.SwapInt32,
		atomic.CompareAndSwapInt32, atomic.AddInt32, atomic.AndInt32, atomic.OrInt32}, &std.Int32{})
	same(t, "int64", functions[int64]{new(int64), atomic.LoadInt64, atomic.StoreInt64, atomic.SwapInt64,
		atomic.CompareAndSwapInt64, atomic.AddInt64, atomic.AndInt64, atomic.OrInt64}, &std.Int64{})
	same(t, "uint32", functions[uint32]{new(uint32), atomic.LoadUint32, atomic.StoreUint32, atomic.SwapUint32,
		atomic.CompareAndSwapUint32, atomic.AddUint32, atomic.AndUint32, atomic.OrUint32}, &std.Uint32{})
	same(t, "uint64", functions[uint64]{new(uint64), atomic.LoadUint64, atomic.StoreUint64, atomic.SwapUint64,
		atomic.CompareAndSwapUint64, atomic.AddUint64, atomic.AndUint64, atomic.OrUint64}, &std.Uint64{})
	same(t, "uintptr", functions[uintptr]{new(uintptr), atomic.LoadUintptr, atomic.StoreUintptr, atomic.SwapUintptr,
		atomic.CompareAndSwapUintptr, atomic.AddUintptr, atomic.AndUintptr, atomic.OrUintptr}, &std.Uintptr{})
}

func TestSixtyFourBitsAreAligned(t *testing.T) {
	var x struct {
		_ uint32
		a atomic.Int64
		_ uint32
		b atomic.Uint64
	}
	for name, p := range map[string]unsafe.Pointer{"Int64": unsafe.Pointer(&x.a), "Uint64": unsafe.Pointer(&x.b)} {
		if uintptr(p)%8 != 0 {
			t.Errorf("%s lies at %p", name, p)
		}
	}
}

func TestBool(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var x atomic.Bool
		got := fmt.Sprint(x.Load(), x.CompareAndSwap(true, false), x.CompareAndSwap(false, true), x.Load(), x.Swap(true), x.Swap(false))
		x.Store(true)
		if got += fmt.Sprint(x.Load()); got != "false false true true true truetrue" {
			t.Error(got)
		}
	})
}

func TestPointers(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var x atomic.Pointer[int]
		a, b := new(int), new(int)
		if x.Load() != nil || !x.CompareAndSwap(nil, a) || x.CompareAndSwap(nil, b) || x.Swap(b) != a || x.Load() != b {
			t.Error("Pointer")
		}
		if x.Store(nil); x.Load() != nil {
			t.Error("Pointer: Store")
		}
		var p unsafe.Pointer
		pa, pb := unsafe.Pointer(a), unsafe.Pointer(b)
		if atomic.LoadPointer(&p) != nil || !atomic.CompareAndSwapPointer(&p, nil, pa) || atomic.CompareAndSwapPointer(&p, nil, pb) ||
			atomic.SwapPointer(&p, pb) != pa || atomic.LoadPointer(&p) != pb {
			t.Error("unsafe.Pointer")
		}
		if atomic.StorePointer(&p, nil); p != nil {
			t.Error("StorePointer")
		}
	})
}

func TestValue(t *testing.T) {
	type value interface {
		Load() any
		Store(any)
		Swap(any) any
		CompareAndSwap(old, new any) bool
	}
	try := func(f func() any) (got any) {
		defer func() {
			if p := recover(); p != nil {
				got = fmt.Sprint("panic: ", p)
			}
		}()
		return f()
	}
	calls := []func(v value) any{
		func(v value) any { return v.Load() },
		func(v value) any { v.Store(nil); return nil },
		func(v value) any { return v.Swap(nil) },
		func(v value) any { return v.CompareAndSwap(nil, nil) },
		func(v value) any { return v.CompareAndSwap(1, 2) },
		func(v value) any { return v.CompareAndSwap(1, "a") },
		func(v value) any { return v.CompareAndSwap(nil, 1) },
		func(v value) any { return v.CompareAndSwap(1, 2) },
		func(v value) any { return v.CompareAndSwap(1, 3) },
		func(v value) any { v.Store("a"); return nil },
		func(v value) any { v.Store(5); return v.Load() },
		func(v value) any { return v.Swap(6) },
		func(v value) any { return v.Swap("b") },
		func(v value) any { return v.CompareAndSwap("a", "b") },
		func(v value) any { return v.Load() },
	}
	everywhere(t, func(t *testing.T) {
		var shim atomic.Value
		var real std.Value
		for i, f := range calls {
			got, want := try(func() any { return f(&shim) }), try(func() any { return f(&real) })
			if got != want {
				t.Errorf("call %d: %v; want %v", i, got, want)
			}
		}
		var funcs atomic.Value
		funcs.Store([]int{1})
		if got := fmt.Sprint(try(func() any { return funcs.CompareAndSwap([]int{1}, []int{2}) })); got != "panic: runtime error: comparing uncomparable type []int" {
			t.Error(got)
		}
	})
}
