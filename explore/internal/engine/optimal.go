package engine

import (
	"math/bits"
	"slices"
)

// optimal is optimal DPOR (Abdulla and others, J. ACM 64(4), 2017, algorithm
// 2): like source, but no execution is ever given up half-way. Instead of one
// thread that may begin a reversed order it keeps the whole order, in a wakeup
// tree at each decision, and finds the races only when an execution is
// complete. The trees can grow exponentially, and comparing orders of different
// executions needs objects to have the same identity in all of them: each must
// be touched by the body before it starts its first thread, and no thread may
// toss.
type optimal struct {
	trace
	frames []wakeup
	given  int    // the first given steps repeat those of the execution before
	sleep  []op   // who sleeps after the last step
	follow *order // what is to be tried after the last step
	begun  bool

	races  []race  // of the events so far, by their second event
	rivals []int32 // of each event, those it comes directly after by what it touches
	bounds []bound // where those of event i end

	v     []int32  // scratch of reverse: the events of the order to be inserted
	past  []int32  // scratch of find: what comes before the event, rivals included so far
	spare []*order // trees to use again
}

// wakeup is a decision between threads.
type wakeup struct {
	enabled uint64
	chosen  int
	sleep   []op   // the threads that need not be tried (again), with what they would do
	rest    *order // the orders still to be tried after the one that is being tried
}

// order is a node of a wakeup tree: the threads to take the next step, in turn.
// A leaf stands for whatever may follow.
type order struct {
	op   op
	next []*order
}

// op is what a step touches.
type op struct {
	thread int
	class  Class
	obj    int32   // -1: none
	more   []int32 // of a select
}

type race struct{ first, second int32 }

type bound struct{ races, rivals int }

func (s *optimal) begin(*Engine) bool {
	if !s.begun {
		s.begun = true
		return true
	}
	for i := min(s.n, len(s.frames)) - 1; i >= 0; i-- {
		f := &s.frames[i]
		f.sleep = append(f.sleep, s.op(int32(i)))
		s.frames = s.frames[:i+1]
		if len(f.rest.next) == 0 {
			s.free(f.rest)
			continue
		}
		s.take(f)
		s.given = i + 1
		s.trace.begin(i)
		s.races = s.races[:s.bounds[i].races]
		s.rivals = s.rivals[:s.bounds[i].rivals]
		s.bounds = s.bounds[:i]
		return true
	}
	return false
}

// take takes the first order of f.
func (s *optimal) take(f *wakeup) {
	s.follow = f.rest.next[0]
	f.rest.next = slices.Delete(f.rest.next, 0, 1)
	f.chosen = s.follow.op.thread
}

func (s *optimal) next(e *Engine, enabled uint64) int {
	i := s.n
	if i < s.given {
		f := &s.frames[i]
		if !e.repeats(i, enabled, f.enabled) {
			return -1
		}
		return f.chosen
	}
	asleep := uint64(0)
	for _, q := range s.sleep {
		asleep |= 1 << q.thread
	}
	if i == len(s.frames) && i < cap(s.frames) {
		s.frames = s.frames[:i+1]
	} else {
		s.frames = append(s.frames, wakeup{})
	}
	f := &s.frames[i]
	f.enabled = enabled
	f.sleep = append(f.sleep[:0], s.sleep...)
	f.rest = s.follow
	if f.rest == nil {
		f.rest = s.leaf(op{})
	}
	if len(f.rest.next) > 0 {
		s.take(f)
		return f.chosen
	}
	s.follow = nil
	if enabled&^asleep == 0 {
		s.frames = s.frames[:i]
		return -1
	}
	f.chosen = e.keep(enabled &^ asleep)
	return f.chosen
}

func (s *optimal) choose(e *Engine, n int) int {
	e.fail(Limit, e.running, "a choice among %d: optimal DPOR cannot follow choices, as a select with several ready cases makes; use the default algorithm", n)
	return 0
}

func (s *optimal) step(e *Engine, t *Thread) {
	if o := t.op.obj; o != nil && !o.early {
		e.fail(Limit, t, "%s is first used after the threads have started: optimal DPOR needs the body to touch each object before it starts the first thread; use the default algorithm", e.nameOf(o))
	}
	if t.op.settle {
		e.fail(Limit, t, "optimal DPOR cannot wait until the program is at rest; use the default algorithm")
	}
	i, fresh := s.add(e, t)
	if fresh {
		s.bounds = append(s.bounds, bound{len(s.races), len(s.rivals)})
		s.find(t, i)
		s.rivals = append(s.rivals, s.rival...)
		s.sleep = s.sleep[:0]
		now := s.op(i)
		for _, q := range s.frames[i].sleep {
			if !conflict(q, now) {
				s.sleep = append(s.sleep, q)
			}
		}
	}
	s.note(t, i)
}

// find keeps the races of event i, which t is about to do.
func (s *optimal) find(t *Thread, i int32) {
	pre := s.clockOf(s.events[i].pre)
	if t.op.need != 0 {
		for _, r := range s.gateRaces(t, pre) {
			s.races = append(s.races, race{r, i})
		}
		if len(t.op.more) == 0 {
			return
		}
	}
	s.past = append(s.past[:0], pre...)
	for _, r := range s.rival { // latest first
		if !s.before(r, s.past) {
			if !s.atGate(t, r) {
				s.races = append(s.races, race{r, i})
			}
			joinInto(s.past, s.clock(r))
		}
	}
}

// end inserts the reversals of all races: only now is it known what does not
// depend on their first events.
func (s *optimal) end(e *Engine) {
	if e.failure != nil && e.failure.final() {
		return
	}
	for _, r := range s.races {
		ev := &s.events[r.second]
		lo := s.bounds[r.second].rivals
		hi := len(s.rivals)
		if int(r.second)+1 < len(s.bounds) {
			hi = s.bounds[r.second+1].rivals
		}
		s.reverse(r.first, s.op(r.second), ev.pre, s.rivals[lo:hi])
	}
	for m := e.stuck(); m != 0; m &= m - 1 {
		t := e.byID[bits.TrailingZeros64(m)]
		if t.op.need == 0 {
			continue
		}
		s.conflicts(t)
		o := op{thread: t.id, class: t.op.class, obj: t.op.obj.id}
		for _, more := range t.op.more {
			o.more = append(o.more, more.id)
		}
		for _, r := range s.gateRaces(t, s.clockOf(t.last)) {
			s.reverse(r, o, t.last, s.rival)
		}
	}
}

// reverse inserts, where event r was chosen, the order v: what follows r and
// does not depend on it, and then last. It does nothing if a thread sleeps there
// that could begin v, since then v has been tried.
func (s *optimal) reverse(r int32, last op, pre int32, rivals []int32) {
	ev := &s.events[r]
	s.v = s.v[:0]
	for k := r + 1; k < int32(s.n); k++ {
		if s.clock(k)[ev.thread] < ev.count {
			s.v = append(s.v, k)
		}
	}
	f := &s.frames[r]
	for i := range f.sleep {
		if s.begins(&f.sleep[i], &last, pre, rivals) >= -1 {
			return
		}
	}
	node, rest := f.rest, &last // rest: last, or nil if the tree has it
descend:
	for {
		for _, c := range node.next {
			switch k := s.begins(&c.op, rest, pre, rivals); {
			case k == len(s.v):
				rest = nil
			case k >= 0:
				s.v = slices.Delete(s.v, k, k+1)
			case k == -2:
				continue
			}
			if node = c; len(node.next) == 0 || len(s.v) == 0 && rest == nil {
				return
			}
			continue descend
		}
		break
	}
	for _, k := range s.v {
		leaf := s.leaf(s.op(k))
		node.next = append(node.next, leaf)
		node = leaf
	}
	if rest != nil {
		node.next = append(node.next, s.leaf(last))
	}
}

// begins reports whether the step q can be the first of v and then last, if
// that is not nil: the place of q's thread, or, if it has none and q does not
// depend on any of them, -1; else -2. The last one comes after pre and rivals.
func (s *optimal) begins(q, last *op, pre int32, rivals []int32) int {
	for k, i := range s.v {
		if int(s.events[i].thread) != q.thread {
			continue
		}
		c := s.clock(i)
		for _, j := range s.v[:k] {
			if s.before(j, c) {
				return -2
			}
		}
		return k
	}
	if last != nil && last.thread == q.thread {
		c := s.clockOf(pre)
		for _, j := range s.v {
			if s.before(j, c) || slices.Contains(rivals, j) {
				return -2
			}
		}
		return len(s.v)
	}
	for _, i := range s.v {
		if s.conflicting(q, i) {
			return -2
		}
	}
	if last != nil && conflict(*q, *last) {
		return -2
	}
	return -1
}

// conflicting is conflict of q and event i.
func (s *optimal) conflicting(q *op, i int32) bool {
	ev := &s.events[i]
	if ev.touched > 1 || len(q.more) > 0 {
		return conflict(*q, s.op(i))
	}
	return q.obj == ev.obj && q.obj >= 0 && (q.class != ev.class || q.class == Write)
}

// op is what event i touches.
func (s *optimal) op(i int32) op {
	ev := &s.events[i]
	o := op{thread: int(ev.thread), class: ev.class, obj: ev.obj}
	for k := ev.touch + 1; k < ev.touch+ev.touched; k++ {
		o.more = append(o.more, s.touches[k].obj.id)
	}
	return o
}

// conflict reports whether the order of two steps of different threads can be
// told.
func conflict(a, b op) bool {
	if a.obj < 0 || b.obj < 0 || a.class == b.class && a.class != Write {
		return false
	}
	return a.obj == b.obj || slices.Contains(a.more, b.obj) || slices.Contains(b.more, a.obj) ||
		slices.ContainsFunc(a.more, func(o int32) bool { return slices.Contains(b.more, o) })
}

func (s *optimal) leaf(o op) *order {
	if n := len(s.spare); n > 0 {
		t := s.spare[n-1]
		s.spare = s.spare[:n-1]
		t.op = o
		return t
	}
	return &order{op: o}
}

func (s *optimal) free(t *order) {
	s.spare = append(s.spare, t)
}
