package futures_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"weak"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// The set against a model: a queue of woken children, and whether the latest poll
// was told that it is not empty any more.
func TestUnorderedPollsOnlyTheWoken(t *testing.T) { // C1, C2, C3, C6, C8, C16, C18
	rapid.Check(t, func(rt *rapid.T) {
		var set futures.Unordered[int]
		var leaves []*leaf
		var queue, live []int // indices of children
		var p *probe          // of the latest poll, if that was pending
		told := 0             // wakes of p that the model expects
		enqueue := func(i int) {
			if !slices.Contains(queue, i) && slices.Contains(live, i) {
				queue = append(queue, i)
				told = 1
			}
		}
		for range rapid.IntRange(0, 40).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"push", "poll", "wake", "fire"}).Draw(rt, "step") {
			case "push":
				l := &leaf{value: 100 + len(leaves)}
				if i := set.Push(l); i != len(leaves) {
					rt.Fatalf("Push returned %d, want %d", i, len(leaves))
				}
				leaves, live = append(leaves, l), append(live, len(leaves))
				enqueue(len(leaves) - 1)
			case "wake", "fire":
				if len(leaves) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(leaves)-1).Draw(rt, "child")
				if leaves[i].polls == 0 || !slices.Contains(live, i) {
					continue
				}
				leaves[i].ready.Store(leaves[i].ready.Load() || rapid.Bool().Draw(rt, "ready"))
				enqueue(i)
				var again wakers.Waker
				if leaves[i].cell.Take(&again) {
					again.WakeByRef() // the child keeps its waker, and uses it again
					leaves[i].cell.Register(&again)
					again.Drop()
				}
			case "poll":
				var polls []int
				for _, l := range leaves {
					polls = append(polls, l.polls)
				}
				p, told = newProbe(rt), 0
				got, ready := set.PollNext(p.cx)
				want, wantReady := futures.Selected[int]{Index: -1}, len(live) == 0
				for n := len(queue); n > 0 && !wantReady; n-- {
					i := queue[0]
					queue = queue[1:]
					polls[i]++
					if leaves[i].ready.Load() {
						want, wantReady = futures.Selected[int]{Index: i, Value: 100 + i}, true
						live = slices.DeleteFunc(live, func(x int) bool { return x == i })
					}
				}
				if ready != wantReady || ready && got != want {
					rt.Fatalf("got %+v, ready %v, want %+v, %v", got, ready, want, wantReady)
				}
				for i, l := range leaves {
					if l.polls != polls[i] {
						rt.Fatalf("child %d has been polled %d times, want %d", i, l.polls, polls[i])
					}
				}
				if ready {
					p.want(rt, "ready", 0, 0)
					p = nil
				}
			}
			if set.Len() != len(live) {
				rt.Fatalf("Len is %d, want %d", set.Len(), len(live))
			}
			if p != nil {
				p.want(rt, "pending", told, 1-told)
			}
		}
		set.Drop()
		for i, l := range leaves {
			want := 0
			if slices.Contains(live, i) {
				want = 1
			}
			if l.drops != want {
				rt.Errorf("child %d was dropped %d times, want %d", i, l.drops, want)
			}
			l.cell.Wake() // C5: after the set
		}
		if p != nil && (p.Wakes() != told || p.kept() != 0) {
			rt.Errorf("after Drop: %d wakes and %d wakers kept, want %d and 0", p.Wakes(), p.kept(), told)
		}
	})
}

// A child that wakes itself in every poll keeps neither the poll nor the others.
func TestUnorderedSelfWaker(t *testing.T) { // C4, C9, C14, C16
	var set futures.Unordered[int]
	busy := &leaf{inPoll: func(cx *futures.Context) {
		cx.Waker().WakeByRef()
		cx.Waker().WakeByRef()
	}}
	other, p := &leaf{value: 7}, newProbe(t)
	set.Push(busy)
	set.Push(other)
	for polls := 1; polls <= 5; polls++ {
		if _, ready := set.PollNext(p.cx); ready {
			t.Fatal("ready, want pending")
		}
		p.want(t, "pending with a child that is due", polls, 0)
		if busy.polls != polls || other.polls != 1 {
			t.Fatalf("polls: %d and %d, want %d and 1", busy.polls, other.polls, polls)
		}
	}
	other.fire()
	if got, ready := set.PollNext(p.cx); !ready || got.Value != 7 {
		t.Errorf("got %+v, ready %v, want 7: the other child is due", got, ready)
	}
	set.Drop()
}

func TestUnorderedPush(t *testing.T) { // C17, C18
	var set futures.Unordered[int]
	p := newProbe(t)
	if got := mustBeReady(t, set.Next(), p); got.Index != -1 {
		t.Errorf("empty set: %+v, want Index -1", got)
	}
	mustPanic(t, func() { set.Push(nil) })

	waits, late := new(leaf), &leaf{value: 7}
	set.Push(waits)
	next := set.Next()
	mustPend(t, next, p)
	set.Push(late)
	p.want(t, "pushed after pending", 1, 0)
	mustPend(t, next, p)
	if late.polls != 1 || waits.polls != 1 {
		t.Errorf("polls: %d of the late child, %d of the other, want 1 each", late.polls, waits.polls)
	}
	late.inPoll = func(*futures.Context) { set.Push(&leaf{}) } // in the poll of a child
	late.fire()
	if got := mustBeReady(t, next, p); got.Value != 7 || got.Index != 1 || set.Len() != 2 {
		t.Errorf("got %+v with %d children left, want index 1, value 7 and 2 left", got, set.Len())
	}

	set.Drop()
	gone := new(leaf)
	if i := set.Push(gone); i != -1 || gone.drops != 1 {
		t.Errorf("Push after Drop: index %d, %d drops, want -1 and 1", i, gone.drops)
	}
	mustPanic(t, func() { set.PollNext(p.cx) })
}

// To give up a step is not to give up the set, and a step that was not polled last
// does not take the waker of the one that was.
func TestUnorderedNextDropped(t *testing.T) { // F11
	var set futures.Unordered[int]
	l, a, b := &leaf{value: 7}, newProbe(t), newProbe(t)
	set.Push(l)
	first, second := set.Next(), set.Next()
	mustPend(t, first, a)
	mustPend(t, second, b)
	futures.Drop(first)
	b.want(t, "the other step was dropped", 0, 1)
	futures.Drop(second)
	b.want(t, "dropped", 0, 0)
	l.fire() // while nobody waits
	if got := mustBeReady(t, set.Next(), a); got.Value != 7 || l.drops != 0 {
		t.Errorf("got %+v and %d drops, want 7 and none", got, l.drops)
	}
}

func TestUnorderedDropsAll(t *testing.T) { // C5, C11
	var set futures.Unordered[int]
	a, b, c := new(spy), &spy{dropFail: true}, new(spy)
	set.Push(a)
	set.Push(b)
	set.Push(c)
	p := newProbe(t)
	set.PollNext(p.cx)
	if v := mustPanic(t, set.Drop); v != "spy: drop" {
		t.Errorf("Drop panicked with %v, want the panic of the child", v)
	}
	if a.drops != 1 || b.drops != 1 || c.drops != 1 || p.kept() != 0 {
		t.Errorf("drops %d, %d, %d and %d wakers kept, want 1, 1, 1 and none", a.drops, b.drops, c.drops, p.kept())
	}
}

func TestUnorderedPanicOfAChild(t *testing.T) { // C13
	var set futures.Unordered[int]
	bad, good := &spy{panics: true}, &spy{ready: true, value: 7}
	set.Push(bad)
	set.Push(good)
	p := newProbe(t)
	if v := mustPanic(t, func() { set.PollNext(p.cx) }); v != "spy: poll" {
		t.Errorf("PollNext panicked with %v, want the panic of the child", v)
	}
	if bad.drops != 1 || set.Len() != 1 {
		t.Errorf("%d drops and %d children left, want 1 and 1", bad.drops, set.Len())
	}
	p.want(t, "the other child is due", 1, 0)
	if got, ready := set.PollNext(p.cx); !ready || got.Value != 7 {
		t.Errorf("got %+v, ready %v, want the other child's 7", got, ready)
	}
}

// An answer is let go before the next child is polled.
func TestCombinatorsLetGoOfAReadyChild(t *testing.T) { // C12
	for name, combine := range map[string]func(a, b futures.Future[int]) func(*futures.Context){
		"Join": func(a, b futures.Future[int]) func(*futures.Context) {
			j := futures.Join(a, b)
			return func(cx *futures.Context) { j.Poll(cx) }
		},
		"Unordered": func(a, b futures.Future[int]) func(*futures.Context) {
			var set futures.Unordered[int]
			set.Push(a)
			set.Push(b)
			return func(cx *futures.Context) { set.PollNext(cx); set.PollNext(cx) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			var child weak.Pointer[[1 << 10]int]
			gone := false
			first := func() futures.Future[int] {
				big := new([1 << 10]int)
				child = weak.Make(big)
				return futures.Func[int](func(*futures.Context) (int, bool) { return big[0], true })
			}
			poll := combine(first(), futures.Func[int](func(*futures.Context) (int, bool) {
				runtime.GC()
				gone = child.Value() == nil
				return 0, true
			}))
			poll(newProbe(t).cx)
			if !gone {
				t.Error("the first child, ready, is held while the second is polled")
			}
		})
	}
}

func TestUnorderedRaced(t *testing.T) { // C1, C2, C7, C18
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			const children = 8
			var set futures.Unordered[struct{}]
			var es [children]futures.Event
			var wg sync.WaitGroup
			set.Push(es[0].Wait())
			for i := range es {
				wg.Go(es[i].Fire)
				if i > 0 {
					wg.Go(func() { set.Push(es[i].Wait()) })
				}
			}
			for seen := 0; seen < children; { // a lost wake is a deadlock of the bubble
				if s := block(set.Next()); s.Index >= 0 {
					seen++
				} else {
					wg.Wait() // empty: the others are being pushed
				}
			}
			wg.Wait()
			if s := block(set.Next()); s.Index != -1 {
				t.Errorf("after all: %+v, want Index -1", s)
			}
		})
	}
}
