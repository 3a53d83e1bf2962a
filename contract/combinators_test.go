package contract_test

import (
	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A set is a good combinator that polls only the children that were woken, small
// enough to see that it is right. A mutant edits one of its parts.
type set struct {
	register func(*futures.Context)                              // called first by each poll
	notify   func()                                              // called when a child was woken
	again    func()                                              // called when it was woken before
	lend     func(*member, *futures.Context) *wakers.Waker       // the waker that a child is polled with
	next     func() *member                                      // the woken child to poll now, or nil
	bound    func() int                                          // how many one poll polls
	poll     func(*member, *futures.Context) (v int, ready bool) // polls a child
	done     func(*member)                                       // called when a child was ready
	yield    func(*futures.Context)                              // called if woken children are left
	answer   func() bool                                         // whether it is ready now
	stop     func()                                              // called last by each poll that is pending
	pushed   func()                                              // called when a child was added
	drop     func([]*member)                                     // drops the children
	gone     func()                                              // called when a child is woken that is not there any more

	parent  wakers.Cell
	members []*member
	left    int // children that were not ready
	values  []int

	mu    sync.Mutex
	queue []*member // woken
	over  bool
}

// A member is one child of a set, and the waker that it is lent.
type member struct {
	set    *set
	n      int
	future futures.Future[int]
	waker  wakers.Waker
	polls  int

	answered int // what an eager handle has found; see there

	// Under the set's lock:
	queued bool
	ended  bool
}

func newSet(edit func(*set), fs ...futures.Future[int]) *set {
	s := new(set)
	s.register = func(cx *futures.Context) { s.parent.Register(cx.Waker()) }
	s.notify = s.parent.Wake
	s.again = func() {}
	s.lend = func(m *member, _ *futures.Context) *wakers.Waker { return &m.waker }
	s.next = s.oldest
	s.bound = func() int { return s.woken() }
	s.poll = func(m *member, cx *futures.Context) (int, bool) {
		m.polls++
		return m.future.Poll(futures.NewContext(s.lend(m, cx)))
	}
	s.done = func(m *member) { m.future = nil }
	s.yield = func(cx *futures.Context) { cx.Waker().WakeByRef() }
	s.answer = func() bool { return s.left == 0 }
	s.stop = func() {}
	s.pushed = s.parent.Wake
	s.drop = func(members []*member) { dropEach(members) }
	s.gone = func() {}
	edit(s)
	for _, f := range fs {
		s.add(f)
	}
	return s
}

func (s *set) add(f futures.Future[int]) {
	m := &member{set: s, n: len(s.members), future: f}
	m.waker.Init(m)
	s.members = append(s.members, m)
	s.left++
	s.mu.Lock()
	defer s.mu.Unlock()
	m.queued = true
	s.queue = append(s.queue, m)
}

func (s *set) Push(f futures.Future[int]) { s.add(f); s.pushed() }

// oldest takes the child out of the queue that was woken first.
func (s *set) oldest() *member { return s.takeOut(0) }

func (s *set) takeOut(i int) *member {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < 0 || i >= len(s.queue) {
		return nil
	}
	m := s.queue[i]
	s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
	m.queued = false
	return m
}

// woken is how many children are in the queue.
func (s *set) woken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

func (s *set) Poll(cx *futures.Context) ([]int, bool) {
	s.register(cx)
	for range s.bound() {
		m := s.next()
		if m == nil {
			break
		}
		s.pollOne(m, cx)
		if s.answer() {
			break
		}
	}
	if s.answer() {
		s.close()
		return s.values, true
	}
	if s.woken() > 0 {
		s.yield(cx)
	}
	s.stop()
	return nil, false
}

func (s *set) pollOne(m *member, cx *futures.Context) {
	ended := true // also if it panics
	defer func() {
		if ended {
			s.end(m)
		}
	}()
	v, ready := s.poll(m, cx)
	ended = ready
	if ready {
		s.values = append(s.values, v)
		s.done(m)
	}
}

// end takes note that a child was ready, or panicked.
func (s *set) end(m *member) {
	s.left--
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ended = true
	for i, other := range s.queue { // a wake that it did not need any more
		if other == m {
			s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
			break
		}
	}
}

func (s *set) Drop() { s.close() }

// close drops the children that are left.
func (s *set) close() {
	s.mu.Lock()
	s.over = true
	members := s.members
	s.members, s.queue = nil, nil
	s.mu.Unlock()
	s.parent.Clear()
	s.drop(members)
}

// dropEach drops the children that have not ended, also if the drop of one
// panics.
func dropEach(members []*member) {
	for i, m := range members {
		if m.ended {
			continue
		}
		func() {
			defer func() {
				if p := recover(); p != nil {
					dropEach(members[i+1:])
					panic(p)
				}
			}()
			futures.Drop(m.future)
		}()
	}
}

func (m *member) wake() {
	s := m.set
	s.mu.Lock()
	over := s.over || m.ended
	fresh := !over && !m.queued
	if fresh {
		m.queued = true
		s.queue = append(s.queue, m)
	}
	s.mu.Unlock()
	switch {
	case over:
		s.gone()
	case fresh:
		s.notify()
	default:
		s.again()
	}
}

// A member is its own waker: the collector frees it.
func (m *member) Clone() wakers.RawWaker { return m }
func (m *member) Wake()                  { m.wake() }
func (m *member) WakeByRef()             { m.wake() }
func (m *member) Drop()                  {}

// claimed is what a set says of itself.
func (s *set) claimed() contract.Combinator {
	c := contract.Combinator{Future: s, Selective: true, Push: s.Push, Fair: 1}
	c.Profile = "rust"
	return c
}

// A sharing is a good future of which there are several handles: whoever polls
// drives it, and all are woken.
type sharing struct {
	wakeOthers func(but *shared) // called when a poll has ended that others may have missed

	inner futures.Future[[]int]
	waker wakers.Waker

	mu       sync.Mutex
	handles  []*shared
	polling  bool
	poisoned bool
	ready    bool
	values   []int
	turned   bool // a handle was turned away by a poll that was open
}

type shared struct {
	s    *sharing
	cell wakers.Cell
}

func newSharing(edit func(*sharing), inner futures.Future[[]int]) *shared {
	s := &sharing{inner: inner}
	s.wakeOthers = s.wakeAll
	s.waker.Init(notifier{s})
	edit(s)
	return s.handle()
}

func (s *sharing) handle() *shared {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &shared{s: s}
	s.handles = append(s.handles, h)
	return h
}

func (h *shared) claimed() contract.Combinator {
	c := contract.Combinator{Future: h, Share: func() futures.Future[[]int] { return h.s.handle() }}
	c.Profile = "rust"
	return c
}

// wakeAll wakes every handle but one.
func (s *sharing) wakeAll(but *shared) {
	s.mu.Lock()
	handles := append([]*shared(nil), s.handles...)
	s.mu.Unlock()
	for _, h := range handles {
		if h != but {
			h.cell.Wake()
		}
	}
}

func (h *shared) Poll(cx *futures.Context) ([]int, bool) {
	s := h.s
	h.cell.Register(cx.Waker())
	s.mu.Lock()
	switch {
	case s.poisoned:
		s.mu.Unlock()
		panic("the shared future panicked")
	case s.ready:
		s.mu.Unlock()
		return s.values, true
	case s.polling:
		s.turned = true
		s.mu.Unlock()
		return nil, false
	}
	s.polling = true
	s.mu.Unlock()

	values, ready, returned := []int(nil), false, false
	defer func() {
		s.mu.Lock()
		s.polling, s.poisoned = false, !returned
		if ready {
			s.ready, s.values = true, values
		}
		missed := s.turned || ready || !returned
		s.turned = false
		s.mu.Unlock()
		if missed {
			s.wakeOthers(h)
		}
	}()
	values, ready = s.inner.Poll(futures.NewContext(&s.waker))
	returned = true
	return values, ready
}

func (h *shared) Drop() {
	s := h.s
	h.cell.Clear()
	s.mu.Lock()
	for i, other := range s.handles {
		if other == h {
			s.handles = append(s.handles[:i:i], s.handles[i+1:]...)
			break
		}
	}
	last := len(s.handles) == 0 && !s.ready
	s.mu.Unlock()
	if last {
		futures.Drop(s.inner)
	} else {
		s.wakeAll(nil) // this one may have been woken, and not have polled yet
	}
}

// A notifier wakes every handle.
type notifier struct{ s *sharing }

func (n notifier) Clone() wakers.RawWaker { return n }
func (n notifier) Wake()                  { n.s.wakeAll(nil) }
func (n notifier) WakeByRef()             { n.s.wakeAll(nil) }
func (n notifier) Drop()                  {}

// A joining waits for all its children, polls all in each poll, and lends them
// its task's own waker.
type joining struct {
	answer   func() bool
	children []futures.Future[int]
	values   []int
}

func newJoining(edit func(*joining), fs ...futures.Future[int]) *joining {
	j := &joining{children: append([]futures.Future[int](nil), fs...), values: make([]int, len(fs))}
	j.answer = func() bool {
		for _, f := range j.children {
			if f != nil {
				return false
			}
		}
		return true
	}
	edit(j)
	return j
}

func (j *joining) Poll(cx *futures.Context) ([]int, bool) {
	for i, f := range j.children {
		if f == nil {
			continue
		}
		if v, ready := f.Poll(cx); ready {
			j.children[i], j.values[i] = nil, v
		}
	}
	return j.values, j.answer()
}

func (j *joining) Drop() {
	for i, f := range j.children {
		if f != nil {
			j.children[i] = nil
			futures.Drop(f)
		}
	}
}
