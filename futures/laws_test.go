package futures_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A subject is a future whose completion the test holds in its hand.
type subject struct {
	futures.Future[any]
	fire   func() // makes it happen; the effect is there after synctest.Wait
	wakers int    // clones kept while pending
}

func (s subject) Drop() { s.Future.(futures.Dropper).Drop() }

// erased lets futures of different types stand in one table.
type erased[T any] struct{ futures.Future[T] }

func (e erased[T]) Poll(cx *futures.Context) (any, bool) { return e.Future.Poll(cx) }
func (e erased[T]) Drop()                                { futures.Drop(e.Future) }

func newSubject[T any](f futures.Future[T], wakers int, fire func()) subject {
	return subject{Future: erased[T]{f}, fire: fire, wakers: wakers}
}

var subjects = []struct {
	name string
	make func(t *testing.T) subject
}{
	{"Event", func(t *testing.T) subject {
		var e futures.Event
		return newSubject(e.Wait(), 1, e.Fire)
	}},
	{"Go", func(t *testing.T) subject {
		fire := make(chan struct{})
		f := futures.Go(func(ctx context.Context) (int, error) {
			select {
			case <-fire:
				return 7, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		})
		return newSubject(f, 1, func() { close(fire) })
	}},
	{"After", func(t *testing.T) subject {
		return newSubject(futures.After(time.Hour), 1, func() { time.Sleep(time.Hour) })
	}},
	{"Readable", func(t *testing.T) subject {
		near, far := net.Pipe()
		t.Cleanup(func() { near.Close(); far.Close() })
		fire := func() {
			go far.Write([]byte{1}) // fails with the Close if nobody reads
		}
		return newSubject(futures.Readable(futures.NewReader(near)), 1, fire)
	}},
	{"Join", func(t *testing.T) subject {
		var a, b futures.Event
		return newSubject(futures.Join(a.Wait(), b.Wait()), 2, func() { a.Fire(); b.Fire() })
	}},
	{"Select", func(t *testing.T) subject {
		var a, b futures.Event
		return newSubject(futures.Select(a.Wait(), b.Wait()), 2, b.Fire)
	}},
	{"Shared", func(t *testing.T) subject {
		var e futures.Event
		return newSubject(futures.NewShared(e.Wait()), 1, e.Fire)
	}},
	{"Unordered", func(t *testing.T) subject {
		var a, b futures.Event
		set := new(futures.Unordered[struct{}])
		set.Push(a.Wait())
		set.Push(b.Wait())
		return newSubject(wholeSet(set), 1, b.Fire)
	}},
}

// wholeSet is the first step of a set, with a Drop that gives up the set too.
func wholeSet[T any](set *futures.Unordered[T]) futures.Future[futures.Selected[T]] {
	return &firstOfSet[T]{set.Next(), set}
}

type firstOfSet[T any] struct {
	futures.Future[futures.Selected[T]]
	set *futures.Unordered[T]
}

func (f *firstOfSet[T]) Drop() {
	futures.Drop(f.Future)
	f.set.Drop()
}

// forEachSubject runs a test in a bubble of its own for each subject.
func forEachSubject(t *testing.T, test func(*testing.T, subject)) {
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, s.make(t)) })
		})
	}
}

func TestPendingIsArmedAndQuiet(t *testing.T) { // F1, F7, F17
	forEachSubject(t, func(t *testing.T, f subject) {
		p := newProbe(t)
		for range 4 {
			mustPend(t, f, p)
			synctest.Wait()
			p.want(t, "pending", 0, f.wakers)
		}
		f.fire()
		synctest.Wait()
		if p.Wakes() == 0 {
			t.Error("it happened and nobody was woken")
		}
		mustBeReady(t, f, p)
		if p.kept() != 0 {
			t.Errorf("ready, and still %d wakers kept", p.kept())
		}
	})
}

func TestLatestWakerIsWoken(t *testing.T) { // F2, F4
	forEachSubject(t, func(t *testing.T, f subject) {
		a, b, c := newProbe(t), newProbe(t), newProbe(t)
		for _, p := range []*probe{a, b, a, c, b} {
			mustPend(t, f, p)
			p.want(t, "pending", 0, f.wakers)
		}
		a.want(t, "replaced", 0, 0)
		c.want(t, "replaced", 0, 0)
		f.fire()
		synctest.Wait()
		if b.Wakes() == 0 {
			t.Error("the latest waker was not woken")
		}
		a.want(t, "after the event", 0, 0)
		c.want(t, "after the event", 0, 0)
		mustBeReady(t, f, c)
	})
}

func TestDropIsCancellation(t *testing.T) { // F10, F11
	for polls := range 3 {
		t.Run(fmt.Sprintf("after %d polls", polls), func(t *testing.T) {
			forEachSubject(t, func(t *testing.T, f subject) {
				p := newProbe(t)
				for range polls {
					mustPend(t, f, p)
				}
				f.Drop()
				p.want(t, "dropped", 0, 0)
				synctest.Wait()
				f.fire()
				synctest.Wait()
				p.want(t, "dropped, then fired", 0, 0)
				v := mustPanic(t, func() { f.Poll(p.cx) })
				if !strings.Contains(fmt.Sprint(v), "polled after Drop") {
					t.Errorf("a poll after Drop panicked with %q", v)
				}
			})
		})
	}
}

func TestDropAfterTheWake(t *testing.T) { // F11
	forEachSubject(t, func(t *testing.T, f subject) {
		p := newProbe(t)
		mustPend(t, f, p)
		f.fire()
		synctest.Wait()
		wakes := p.Wakes()
		f.Drop()
		synctest.Wait()
		p.want(t, "fired, then dropped", wakes, 0)
	})
}

func TestPollAfterReadyPanics(t *testing.T) { // F8, X6
	forEachSubject(t, func(t *testing.T, f subject) {
		p := newProbe(t)
		mustPend(t, f, p)
		f.fire()
		synctest.Wait()
		mustBeReady(t, f, p)
		v := mustPanic(t, func() { f.Poll(p.cx) })
		if !strings.Contains(fmt.Sprint(v), "polled after it answered ready") {
			t.Errorf("a poll after ready panicked with %q", v)
		}
	})
}

// A waker may come back to the future, and its code may panic.
type odd struct {
	onClone, onWake, onDrop func()
	kept                    atomic.Int32 // clones that live
}

func (o *odd) raw() wakers.RawWaker { return oddRaw{o} }

type oddRaw struct{ *odd }

func call(f func()) {
	if f != nil {
		f()
	}
}

func (o oddRaw) Clone() wakers.RawWaker { call(o.onClone); o.kept.Add(1); return o }
func (o oddRaw) Wake()                  { o.kept.Add(-1); call(o.onWake) }
func (o oddRaw) WakeByRef()             { call(o.onWake) }
func (o oddRaw) Drop()                  { o.kept.Add(-1); call(o.onDrop) }

func (o *odd) context() *futures.Context {
	w := new(wakers.Waker)
	w.Init(o.raw())
	return futures.NewContext(w)
}

func TestWakerMayDropTheFuture(t *testing.T) { // F13
	forEachSubject(t, func(t *testing.T, f subject) {
		woken := 0
		var owner sync.Mutex // of the future: a poll and a drop are one goroutine's at a time
		o := &odd{onWake: func() {
			owner.Lock()
			defer owner.Unlock()
			if woken++; woken == 1 {
				f.Drop()
			}
		}}
		owner.Lock()
		if _, ready := f.Poll(o.context()); ready {
			t.Fatal("ready before it happened")
		}
		owner.Unlock()
		f.fire()
		synctest.Wait()
		if woken != 1 {
			t.Errorf("woken %d times, want once: the wake dropped the future", woken)
		}
	})
}

// At the moment of the last wake the future is ready.
func TestWakerMayPollTheFuture(t *testing.T) { // F6, F13
	forEachSubject(t, func(t *testing.T, f subject) {
		var owner sync.Mutex // of the future
		o := new(odd)
		cx := o.context()
		answers := 0
		poll := func() {
			owner.Lock()
			defer owner.Unlock()
			if _, ready := f.Poll(cx); ready {
				answers++
			}
		}
		o.onWake = poll
		poll()
		f.fire()
		synctest.Wait()
		if answers != 1 {
			t.Errorf("%d polls made in a wake were ready, want one", answers)
		}
	})
}

func TestWakerMayFire(t *testing.T) { // F5, F13
	for _, slot := range []string{"clone", "drop"} {
		t.Run(slot, func(t *testing.T) {
			forEachSubject(t, func(t *testing.T, f subject) {
				fire := func() {
					if fire := f.fire; fire != nil {
						f.fire = nil
						fire()
						synctest.Wait()
					}
				}
				o, p := new(odd), newProbe(t)
				if slot == "clone" {
					o.onClone = fire
				} else {
					o.onDrop = fire
				}
				// The first poll fires while it registers; the second, with another
				// waker, fires while it drops the old one.
				_, ready := f.Poll(o.context())
				if !ready {
					_, ready = f.Poll(p.cx)
				}
				if !ready {
					synctest.Wait()
					if p.Wakes() == 0 {
						t.Error("fired in a poll, pending, not woken")
					}
					mustBeReady(t, f, p)
				}
				if kept := o.kept.Load(); kept != 0 {
					t.Errorf("ready, and still %d wakers kept", kept)
				}
			})
		})
	}
}

func TestWakerThatPanicsInClone(t *testing.T) { // F14
	forEachSubject(t, func(t *testing.T, f subject) {
		p := newProbe(t)
		mustPend(t, f, p)
		o := &odd{onClone: func() { panic("clone") }}
		if v := mustPanic(t, func() { f.Poll(o.context()) }); v != "clone" {
			t.Errorf("Poll panicked with %v", v)
		}
		f.Drop()
		synctest.Wait()
		p.want(t, "dropped", 0, 0)
	})
}

// The answer is not lost with the poll in which the waker panics. Join, Select and
// Shared are done for when a child panics, and say so.
func TestWakerThatPanicsInDrop(t *testing.T) { // F14
	for _, s := range subjects {
		if slices.Contains([]string{"Join", "Select", "Shared"}, s.name) {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			panics := 0
			for _, early := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					f, fired, dropped := s.make(t), false, false
					o := new(odd)
					if early {
						o.onClone = func() {
							if !fired {
								fired = true
								f.fire()
								synctest.Wait()
							}
						}
					}
					o.onDrop = func() {
						if !dropped {
							dropped = true
							panics++
							panic("drop")
						}
					}
					poll := func() (ready bool) {
						defer func() {
							if v := recover(); v != nil && v != "drop" {
								panic(v)
							}
						}()
						_, ready = f.Poll(o.context())
						return ready
					}
					ready := poll()
					if !early {
						f.fire()
					}
					for range 2 {
						synctest.Wait()
						ready = ready || poll()
					}
					if kept := o.kept.Load(); !ready || kept != 0 {
						t.Errorf("fired: ready %v, %d wakers kept", ready, kept)
					}
				})
			}
			if panics == 0 {
				t.Error("no waker was dropped")
			}
		})
	}
}

// races runs a test many times: what the tests above do in order happens at the
// same time here, under the race detector.
func races(t *testing.T, test func(*testing.T, subject)) {
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			for range 200 {
				synctest.Test(t, func(t *testing.T) { test(t, s.make(t)) })
			}
		})
	}
}

func TestRacedFire(t *testing.T) { // F1, F5, F6
	races(t, func(t *testing.T, f subject) {
		go f.fire()
		block(f) // a lost wake is a deadlock of the bubble, which fails the test
	})
}

func TestRacedDrop(t *testing.T) { // F11
	races(t, func(t *testing.T, f subject) {
		p := newProbe(t)
		mustPend(t, f, p)
		go f.fire()
		f.Drop()
		synctest.Wait()
		wakes := p.Wakes()
		if p.kept() != 0 {
			t.Errorf("dropped, and at rest %d wakers kept", p.kept())
		}
		time.Sleep(2 * time.Hour) // of virtual time: whatever is armed fires
		p.want(t, "two hours later", wakes, 0)
	})
}
