package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// OnceFunc returns a function that calls f when it is called first. If f
// panics, each call panics with the same value.
func OnceFunc(f func()) func() {
	once := OnceValue(func() struct{} { f(); return struct{}{} })
	return func() { once() }
}

// OnceValue returns a function that calls f when it is called first, and returns
// what f returned. If f panics, each call panics with the same value.
func OnceValue[T any](f func() T) func() T {
	o := &onceCall[T]{f: f}
	real := sync.OnceValue(f)
	return func() T {
		if e := engine.Cur; e != nil {
			return o.call(e)
		}
		return real()
	}
}

// OnceValues returns a function that calls f when it is called first, and
// returns what f returned. If f panics, each call panics with the same value.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	type both struct {
		v1 T1
		v2 T2
	}
	once := OnceValue(func() (b both) { b.v1, b.v2 = f(); return b })
	return func() (T1, T2) {
		b := once()
		return b.v1, b.v2
	}
}

// onceCall is the model of a function that is called once.
type onceCall[T any] struct {
	once     Once
	f        func() T
	result   T
	returned bool
	panicked any
}

func (c *onceCall[T]) call(e *engine.Engine) T {
	c.once.Do(func() {
		c.returned = false
		defer func() {
			if !c.returned {
				c.panicked = recover()
				panic(c.panicked)
			}
		}()
		c.result = c.f()
		c.returned = true
	})
	if !c.returned {
		panic(c.panicked)
	}
	return c.result
}
