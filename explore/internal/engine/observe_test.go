package engine

import "fmt"

// observer watches a strategy from outside. It works out the trace of each
// complete execution by itself, without the engine's clocks, and counts it.
type observer struct {
	strategy
	w     *world
	views []*view
}

// view is the set of traces under one relation of dependence.
type view struct {
	casReads bool           // a CompareAndSwap that fails is a read
	ends     bool           // only what the threads have seen when it ends counts, not the order of events
	traces   map[uint64]int // how often each was completed

	known  []logged // the execution before, whose clocks stand as far as this one is the same
	clocks []stamp
	sums   []uint64 // of the hashes of the events up to this one
}

// stamp says how many events of each thread come before an event, itself
// included.
type stamp [8]uint8

// newView makes the view for s. A signal that ends a wait in two queues touches
// more than it has announced: to queue up there before or after it makes no
// difference, but the events do not say so. So with those the ends are compared.
func newView(s script, casReads bool) *view {
	return &view{casReads: casReads, ends: s.has(awaitAny), traces: map[uint64]int{}}
}

// next checks that the strategy picks one that can go on.
func (s *observer) next(e *Engine, enabled uint64) int {
	id := s.strategy.next(e, enabled)
	if id >= 0 && enabled&(1<<id) == 0 {
		e.fail(Misuse, nil, "thread %d is picked, which cannot go on", id)
		return -1
	}
	return id
}

func (s *observer) step(e *Engine, t *Thread) {
	w := s.w
	id := int(t.name[0] - '0')
	if t.id == 0 {
		id = 0
	}
	ev := logged{thread: id, pre: w.last[id], after: -1, class: t.op.class, cas: t.op.cas, settle: t.op.settle, local: w.local[id]}
	if t.op.obj != nil {
		ev.objs = 1 << w.number[t.op.obj.id]
		for _, o := range t.op.more {
			ev.objs |= 1 << w.number[o.id]
		}
	}
	if t.op.await {
		ev.after = w.released[id]
	}
	w.last[id] = len(w.log)
	w.log = append(w.log, ev)
	s.strategy.step(e, t)
}

func (s *observer) end(e *Engine) {
	if !e.blocked && e.failure == nil {
		for _, v := range s.views {
			v.traces[v.hash(s.w)]++
		}
	}
	s.strategy.end(e)
}

// differs says how the traces of v, each of which should have been completed
// once, differ from those of want.
func (v *view) differs(want *view) error {
	missing, unknown, redundant := 0, 0, 0
	for h := range want.traces {
		if v.traces[h] == 0 {
			missing++
		}
	}
	for h, n := range v.traces {
		if want.traces[h] == 0 {
			unknown++
		}
		if !v.ends {
			redundant += n - 1
		}
	}
	if missing+unknown+redundant == 0 {
		return nil
	}
	return fmt.Errorf("of %d traces %d are missing; %d executions were no schedule's, %d redundant",
		len(want.traces), missing, unknown, redundant)
}

// hash identifies the trace of the execution that w has logged: what each
// event comes after, what its thread had seen, and how each thread ended. The
// order of events that nothing orders does not matter to it.
func (v *view) hash(w *world) uint64 {
	same := 0
	for same < len(v.known) && same < len(w.log) && v.known[same] == w.log[same] {
		same++
	}
	v.known = append(v.known[:same], w.log[same:]...)
	v.clocks, v.sums = v.clocks[:same], v.sums[:same]
	for i := same; i < len(w.log); i++ {
		v.add(&w.log[i], i)
	}
	h := uint64(0)
	if n := len(v.sums); n > 0 && !v.ends {
		h = v.sums[n-1]
	}
	for id := range w.threads {
		end := w.local[id] + uint64(id)
		if w.over[id] {
			end = ^end
		}
		h += mix(end)
	}
	return h
}

func (v *view) add(ev *logged, i int) {
	var c stamp
	after := func(j int) {
		for id, n := range v.clocks[j] {
			c[id] = max(c[id], n)
		}
	}
	if ev.pre >= 0 {
		after(ev.pre)
	}
	if ev.after >= 0 {
		after(ev.after)
	}
	for j := i - 1; j >= 0; j-- {
		f := &v.known[j]
		if f.objs&ev.objs == 0 && !ev.settle || v.clocks[j][f.thread] <= c[f.thread] {
			continue
		}
		if k := v.class(f); ev.settle || k == Write || k != v.class(ev) {
			after(j)
		}
	}
	count := uint8(1)
	if ev.pre >= 0 && v.known[ev.pre].thread == ev.thread {
		count = v.clocks[ev.pre][ev.thread] + 1
	}
	c[ev.thread] = count
	v.clocks = append(v.clocks, c)
	var all uint64
	for id, n := range c {
		all |= uint64(n) << (8 * id)
	}
	h := mix(mix(all) ^ ev.local + uint64(ev.objs)<<8 + uint64(ev.thread))
	if i > 0 {
		h += v.sums[i-1]
	}
	v.sums = append(v.sums, h)
}

func (v *view) class(ev *logged) Class {
	if ev.cas && !v.casReads {
		return Write
	}
	return ev.class
}

// mix spreads the bits of x over the word (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
