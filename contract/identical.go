package contract

import (
	"reflect"
	"sync/atomic"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// Two calls of mk must give two subjects. These functions tell whether they did.

// identical reports whether a and b are one and the same object: equal
// pointers to something that has a size.
func identical(a, b any) bool {
	if a == nil || b == nil {
		return false
	}
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Kind() == reflect.Pointer && t.Elem().Size() > 0 && a == b
}

// sameCounts reports whether two wakers count as one: what is done to a counts
// for b, both as a wake and as a live handle.
func sameCounts(a, b Subject) bool {
	if a.Live == nil || b.Live == nil || b.Wakes == nil {
		return false
	}
	wakes, live := b.Wakes(), b.Live()
	a.Raw.WakeByRef()
	woken := b.Wakes() != wakes
	clone := a.Raw.Clone()
	cloned := b.Live() != live
	clone.Drop()
	return woken && cloned
}

// sameFuture reports that two futures are one object, or that what completes a
// completes b: b is pending, and ready when a was fired.
func sameFuture(r *run, a, b futureSubject) bool {
	if a.fire == nil || a.never {
		return false
	}
	poll := func() (ready bool) {
		var w wakers.Waker
		wakers.Noop{}.InitWaker(&w)
		_, _, ready = b.poll(futures.NewContext(&w))
		return ready
	}
	done := func(f func()) bool {
		var returned atomic.Bool
		go r.tb.quietly(func() { f(); returned.Store(true) })
		r.settle()
		return returned.Load()
	}
	var before, after bool
	// More than one poll: one may take its own second for the event, which F7 judges.
	if !done(func() {
		for n := 0; n < 3 && !before; n++ {
			before = poll()
		}
	}) {
		done(b.fire) // the poll blocks, which F9 judges; this may end it
		return false
	}
	return !before && done(a.fire) && done(func() { after = poll() }) && after
}

// isNil reports whether v is nil, or an interface that holds a nil pointer.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice:
		return r.IsNil()
	}
	return false
}

// sameExecutor reports that a task spawned on a is run by b: by the Run of b,
// or not at all because the one spawned on b took its place. Executors that run
// by themselves are the same if b is closed by the Close of a.
func sameExecutor(r *run, a, b Executor) bool {
	if a.Busy { // it settles only when it is closed
		for _, ex := range [...]Executor{a, b} {
			if ex.Close != nil {
				r.tb.quietly(ex.Close)
			}
		}
		return false
	}
	var onA, onB atomic.Bool
	polled := func(what *atomic.Bool) futures.Future[int] {
		return futures.Func[int](func(*futures.Context) (int, bool) {
			what.Store(true)
			return 0, true
		})
	}
	start := func(f func()) {
		if f == nil {
			return
		}
		var done atomic.Bool
		go func() {
			r.tb.quietly(f)
			done.Store(true)
		}()
		r.settle()
		done.Load() // what f did is seen by what is started next
	}
	same := false
	if a.Run != nil && b.Run != nil {
		start(func() { a.Spawn(polled(&onA)) })
		start(func() { b.Spawn(polled(&onB)) })
		start(b.Run)
		same = onA.Load()
		start(a.Run)
		same = same || onB.Load() && !onA.Load()
	} else if a.Close != nil {
		start(a.Close)
		start(func() { b.Spawn(polled(&onB)) })
		unpolled := func() bool { return !onB.Load() }
		same = unpolled() && !r.rest(unpolled) // it may take its time
	}
	start(a.Close)
	start(b.Close)
	return same
}

// endBoth ends two subjects that are not used any more.
func endBoth(r *run, a, b func()) {
	for _, end := range [...]func(){a, b} {
		if end != nil {
			go r.tb.quietly(end)
			r.settle()
		}
	}
}

// sameParker reports that an unpark of a ends a park of b.
func sameParker(r *run, a, b ParkerSubject) bool {
	var back atomic.Bool
	go func() { b.Park(); back.Store(true) }()
	r.settle()
	before := back.Load()
	a.Unpark()
	r.settle()
	same := !before && back.Load()
	b.Unpark()
	r.settle()
	return same
}
