package futures_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

// handles returns n handles on f.
func handles[T any](f futures.Future[T], n int) []*futures.Shared[T] {
	hs := []*futures.Shared[T]{futures.NewShared(f)}
	for len(hs) < n {
		hs = append(hs, hs[0].Clone())
	}
	return hs
}

func TestSharedGivesItsValueToEveryHandle(t *testing.T) { // C6, F21
	l, p := &leaf{value: 7}, newProbe(t)
	hs := handles(l, 3)
	for _, h := range hs {
		mustPend(t, h, p)
	}
	if l.polls != 1 {
		t.Errorf("the future was polled %d times, want once: nobody woke it", l.polls)
	}
	l.fire()
	p.want(t, "fired", 3, 0)
	for _, h := range append(hs, hs[1].Clone()) {
		if v := mustBeReady(t, h, p); v != 7 {
			t.Errorf("a handle answered %d, want 7", v)
		}
	}
	late := hs[0].Clone() // of a handle that has answered
	if v := mustBeReady(t, late, p); v != 7 || l.polls != 2 || l.drops != 0 {
		t.Errorf("value %d, %d polls and %d drops of the future, want 7, 2 and 0", v, l.polls, l.drops)
	}
	p.want(t, "at the end", 3, 0)
}

// Whoever drove the last poll: a wake of the future wakes all that still wait, and
// each of them can take over.
func TestSharedDriverVanishes(t *testing.T) { // C1, C3, C10, F11
	rapid.Check(t, func(rt *rapid.T) {
		type waiting struct {
			h     *futures.Shared[int]
			probe *probe // of the latest poll; nil: not polled yet
			wakes int    // of that probe at the end of that poll
		}
		l := &leaf{value: 7}
		var all []*waiting
		for _, h := range handles(l, rapid.IntRange(1, 4).Draw(rt, "handles")) {
			all = append(all, &waiting{h: h})
		}
		var ready, dropped int
		poll := func(w *waiting) {
			w.probe = newProbe(rt) // another task each time
			if v, ok := w.h.Poll(w.probe.cx); ok {
				if v != 7 || !l.ready.Load() {
					rt.Fatalf("answered %d, ready: %v", v, l.ready.Load())
				}
				ready++
				all = slices.DeleteFunc(all, func(x *waiting) bool { return x == w })
			}
			w.wakes = w.probe.Wakes()
		}
		wake := func() {
			l.cell.Wake()
			for i, w := range all {
				if w.probe != nil && l.polls > 0 && w.probe.Wakes() == 0 {
					rt.Fatalf("the future was woken and handle %d of %d, pending, was not", i, len(all))
				}
				if w.probe != nil && w.probe.Wakes() > 1 {
					rt.Fatalf("handle %d was woken %d times since its poll, want once at most", i, w.probe.Wakes())
				}
			}
		}
		one := func() *waiting { return rapid.SampledFrom(all).Draw(rt, "handle") }
		for range rapid.IntRange(0, 20).Draw(rt, "steps") {
			if len(all) == 0 {
				break
			}
			switch rapid.SampledFrom([]string{"poll", "poll", "wake", "drop", "clone"}).Draw(rt, "step") {
			case "poll":
				poll(one())
			case "wake":
				wake()
			case "clone":
				all = append(all, &waiting{h: one().h.Clone()})
			case "drop":
				w := one()
				w.h.Drop()
				dropped++
				all = slices.DeleteFunc(all, func(x *waiting) bool { return x == w })
				if w.probe != nil && w.probe.kept() != 0 {
					rt.Fatalf("a dropped handle keeps %d wakers", w.probe.kept())
				}
			}
		}
		if len(all) == 0 {
			if l.drops != 1 {
				rt.Fatalf("the last handle was dropped, and the future %d times", l.drops)
			}
			return
		}
		l.ready.Store(true)
		wake()
		for _, w := range slices.Clone(all) {
			poll(w)
		}
		if len(all) != 0 || l.drops != 0 {
			rt.Fatalf("%d handles without the value, the future dropped %d times", len(all), l.drops)
		}
	})
}

// A handle that polls while another one drives is told what came of it.
func TestSharedPollDuringAPoll(t *testing.T) { // C4, C7, C10, C13
	for _, outcome := range []string{"pending and woken", "ready", "panic"} {
		t.Run(outcome, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, enter, leave := new(leaf), make(chan struct{}), make(chan struct{})
				l.inPoll = func(cx *futures.Context) {
					l.inPoll = nil
					cx.Waker().WakeByRef() // before the other handle waits
					close(enter)
					<-leave
					if outcome == "panic" {
						panic("leaf")
					}
				}
				hs := handles(l, 2)
				driver, other := newProbe(t), newProbe(t)
				var ready bool
				ended := make(chan any)
				go func() {
					defer func() { ended <- recover() }()
					_, ready = hs[0].Poll(driver.cx)
				}()
				<-enter
				mustPend(t, hs[1], other)
				other.want(t, "while the other drives", 0, 1)
				l.ready.Store(outcome == "ready")
				close(leave)
				panicked := <-ended
				if ready != (outcome == "ready") || (panicked != nil) != (outcome == "panic") {
					t.Errorf("the driver: ready %v, panic %v", ready, panicked)
				}
				other.want(t, "told", 1, 0)
				if outcome == "panic" {
					v := mustPanic(t, func() { hs[1].Poll(other.cx) })
					if !strings.Contains(v.(string), "panic in a poll of the shared future") {
						t.Errorf("the other handle panicked with %v", v)
					}
					hs[0].Drop()
					hs[1].Drop()
					if l.drops != 1 {
						t.Errorf("the future was dropped %d times, want once, with the last handle", l.drops)
					}
					return
				}
				if outcome == "pending and woken" {
					driver.want(t, "woken in its poll", 1, 0)
				}
				l.fire()
				mustBeReady(t, hs[1], other)
			})
		})
	}
}

// One waker's panic does not keep the wake from the other handles.
func TestSharedWakerThatPanics(t *testing.T) { // F14
	l, p := new(leaf), newProbe(t)
	hs := handles(l, 3)
	mustPend(t, hs[0], p)
	hs[1].Poll((&odd{onWake: func() { panic("wake") }}).context())
	mustPend(t, hs[2], p)
	l.ready.Store(true)
	mustPanic(t, l.cell.Wake)
	p.want(t, "fired", 2, 0)
	for _, h := range hs {
		mustBeReady(t, h, p)
	}
}

func TestSharedNeverPolled(t *testing.T) { // F10, C11
	l := new(leaf)
	hs := handles(l, 2)
	hs[1].Drop()
	mustPanic(t, func() { hs[1].Clone() })
	hs[0].Drop()
	if l.polls != 0 || l.drops != 1 {
		t.Errorf("%d polls and %d drops, want 0 and 1", l.polls, l.drops)
	}
	mustPanic(t, func() { futures.NewShared[int](nil) })
}

// Tasks on goroutines of their own, some of which give up.
func TestSharedRaced(t *testing.T) { // C3, C10
	for round := range 300 {
		synctest.Test(t, func(t *testing.T) {
			var e futures.Event
			hs := handles(futures.Join(e.Wait(), e.Wait(), futures.Yield()), 4)
			var wg sync.WaitGroup
			for i, h := range hs {
				wg.Go(func() {
					if i == round%5 { // round%5 == 4: nobody gives up
						p := newProbe(t)
						h.Poll(p.cx)
						h.Drop()
						return
					}
					if vs := block(h); len(vs) != 3 {
						t.Errorf("answered %v", vs)
					}
				})
			}
			wg.Go(e.Fire)
			wg.Wait() // a lost wake is a deadlock of the bubble
		})
	}
}
