package contract_test

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

func correctCombinators() []correct {
	row := func(name string, mk func(testing.TB, ...futures.Future[int]) futures.Future[[]int]) correct {
		return correct{door: contract.CombinatorDoor, name: name, check: func() contract.Report { return contract.CheckCombinator(mk) }}
	}
	setRow := func(name string, as func(*set) futures.Future[[]int], edit func(*set)) correct {
		return row(name, func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return as(newSet(edit, fs...))
		})
	}
	return []correct{
		row("joins of joins, X12", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			half := len(fs) / 2
			return &nestedJoin{futures.Join(futures.Join(fs[:half]...), futures.Join(fs[half:]...))}
		}),
		setRow("wakes every waker that it was ever lent, and twice, X7, X9", plainly, func(s *set) {
			var mu sync.Mutex
			var all []*wakers.Waker
			s.register = func(cx *futures.Context) {
				w := new(wakers.Waker)
				w.CloneFrom(cx.Waker())
				mu.Lock()
				defer mu.Unlock()
				all = append(all, w)
			}
			s.notify = func() {
				mu.Lock()
				ws := append([]*wakers.Waker(nil), all...)
				mu.Unlock()
				for range 2 {
					for _, w := range ws {
						w.WakeByRef()
					}
				}
			}
		}),
		setRow("wakes its task whenever it is polled, X9", plainly, func(s *set) {
			register := s.register
			s.register = func(cx *futures.Context) { register(cx); cx.Waker().WakeByRef() }
		}),
		setRow("lends the no-op waker and polls all until they are ready, X9", plainly, func(s *set) {
			var noop wakers.Waker
			wakers.Noop{}.InitWaker(&noop)
			s.lend = func(*member, *futures.Context) *wakers.Waker { return &noop }
			register := s.register
			s.register = func(cx *futures.Context) {
				register(cx)
				for _, m := range s.members {
					m.wake()
				}
			}
			s.stop = func() { s.parent.Wake() }
		}),
		setRow("lends a waker in a box, none like another, X3", plainly, func(s *set) {
			s.lend = func(m *member, _ *futures.Context) *wakers.Waker {
				w := new(wakers.Waker)
				w.Init(&boxed{m})
				return w
			}
		}),
		setRow("polls who was woken last, and says nothing of fairness, X11", unselective, func(s *set) {
			s.next = func() *member { return s.takeOut(s.woken() - 1) }
			s.bound = func() int { return 1 }
		}),
		setRow("is pending for ever if it is empty, X14", plainly, func(s *set) {
			s.answer = func() bool { return s.left == 0 && len(s.values) > 0 }
			s.register = func(cx *futures.Context) {
				if len(s.members) > 0 {
					s.parent.Register(cx.Waker())
				}
			}
		}),
		setRow("is quiet when a child is pushed", func(s *set) futures.Future[[]int] {
			c := s.claimed()
			c.Quiet = true
			return c
		}, func(s *set) { s.pushed = func() {} }),
		row("one child after the other", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return &chain{left: fs, most: 1}
		}),
		row("two children at a time", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return &chain{left: fs, most: 2}
		}),
		row("has no Drop", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return futures.Func[[]int](newJoining(func(*joining) {}, fs...).Poll)
		}),
		row("answers without asking its children", func(testing.TB, ...futures.Future[int]) futures.Future[[]int] {
			return futures.Func[[]int](func(*futures.Context) ([]int, bool) { return nil, true })
		}),
		row("gives up after a second", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			return &timed{join: futures.Join(fs...), after: futures.After(time.Second)}
		}),
		row("a goroutine for each child", func(tb testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			d := &driven{stop: make(chan struct{}), left: len(fs), values: make([]int, len(fs)), fs: fs}
			tb.Cleanup(d.end)
			return d
		}),
		row("several handles on one of many goroutines", func(tb testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			d := &driven{stop: make(chan struct{}), left: len(fs), values: make([]int, len(fs)), fs: fs}
			tb.Cleanup(d.end)
			h := newSharing(func(*sharing) {}, d)
			return &contract.Combinator{Future: h, Share: func() futures.Future[[]int] { return h.s.handle() }}
		}),
		row("exactly two", func(_ testing.TB, fs ...futures.Future[int]) futures.Future[[]int] {
			a, b := fs[0], fs[1]
			return contract.Combinator{Future: newJoining(func(*joining) {}, a, b), Least: 2, Most: 2}
		}),
	}
}

// A nestedJoin flattens what two joins answer.
type nestedJoin struct {
	of futures.Future[[][]int]
}

func (n *nestedJoin) Poll(cx *futures.Context) (all []int, ready bool) {
	parts, ready := n.of.Poll(cx)
	for _, part := range parts {
		all = append(all, part...)
	}
	return all, ready
}

func (n *nestedJoin) Drop() { futures.Drop(n.of) }

// A boxed handle equals no other, not even its clones.
type boxed struct{ m *member }

func (b *boxed) Clone() wakers.RawWaker { return &boxed{b.m} }
func (b *boxed) Wake()                  { b.m.wake() }
func (b *boxed) WakeByRef()             { b.m.wake() }
func (b *boxed) Drop()                  {}

// A chain polls so many children at a time, in their order.
type chain struct {
	most   int
	left   []futures.Future[int]
	open   []futures.Future[int]
	values []int
}

func (c *chain) Poll(cx *futures.Context) ([]int, bool) {
	for i := 0; ; {
		if i == len(c.open) {
			if i == c.most || len(c.left) == 0 {
				break
			}
			c.open, c.left = append(c.open, c.left[0]), c.left[1:]
		}
		if v, ready := c.open[i].Poll(cx); ready {
			c.values = append(c.values, v)
			c.open = append(c.open[:i:i], c.open[i+1:]...)
		} else {
			i++
		}
	}
	return c.values, len(c.open) == 0
}

func (c *chain) Drop() {
	for _, f := range append(c.open, c.left...) {
		futures.Drop(f)
	}
}

// A timed gives up when a timer has fired.
type timed struct {
	join  futures.Future[[]int]
	after futures.Future[struct{}]
}

func (t *timed) Poll(cx *futures.Context) ([]int, bool) {
	if values, ready := t.join.Poll(cx); ready {
		futures.Drop(t.after)
		return values, true
	}
	if _, late := t.after.Poll(cx); late {
		futures.Drop(t.join)
		return nil, true
	}
	return nil, false
}

func (t *timed) Drop() {
	futures.Drop(t.join)
	futures.Drop(t.after)
}

// A driven has a goroutine for each of its children, which polls it and sleeps
// until it is woken.
type driven struct {
	fs   []futures.Future[int]
	once sync.Once
	stop chan struct{}
	wg   sync.WaitGroup
	cell wakers.Cell

	mu     sync.Mutex
	begun  bool
	left   int
	values []int
}

func (d *driven) Poll(cx *futures.Context) ([]int, bool) {
	d.cell.Register(cx.Waker())
	if !d.begun {
		d.begun = true
		for i, f := range d.fs {
			d.wg.Go(func() { d.drive(i, f) })
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values, d.left == 0
}

func (d *driven) drive(i int, f futures.Future[int]) {
	t := tokenWaker{newSlot()}
	var w wakers.Waker
	w.Init(t)
	for {
		if v, ready := f.Poll(futures.NewContext(&w)); ready {
			d.mu.Lock()
			d.values[i] = v
			d.left--
			last := d.left == 0
			d.mu.Unlock()
			if last {
				d.cell.Wake()
			}
			return
		}
		if !channel.First(t.token, d.stop) {
			futures.Drop(f)
			return
		}
		t.taken()
	}
}

func (d *driven) end() {
	d.once.Do(func() { channel.Close(d.stop) })
	d.wg.Wait()
}

func (d *driven) Drop() {
	d.end()
	d.cell.Clear()
}

// A tokenWaker leaves a token for a goroutine.
type tokenWaker struct{ *slot }

func (t tokenWaker) Clone() wakers.RawWaker { return t }
func (t tokenWaker) Wake()                  { t.leave() }
func (t tokenWaker) WakeByRef()             { t.leave() }
func (t tokenWaker) Drop()                  {}
