package engine

import "math/bits"

// dfs is a search, depth first, over the decisions of a program: at each step
// one of a set of threads, and in between tosses. It keeps the path to where it
// is, and no more.
type dfs struct {
	frames []frame // frames[i] is the decision for step i
	tosses []toss
	n      int // steps of this execution so far
	given  int // the first given steps repeat those of the execution before
	tossed int // tosses of this execution so far
	begun  bool
	prefix []choice // what every path begins with
	used   int      // how much of it this execution has used
}

// frame is a decision between threads.
type frame struct {
	enabled uint64 // who could take the step
	todo    uint64 // who shall be tried, the tried ones included
	done    uint64 // who need not be tried (again): tried already, or asleep
	chosen  int
	fixed   bool // by the prefix
}

// toss is a decision among numbers, between step at and the next one.
type toss struct {
	at, pick, of int
	fixed        bool // by the prefix
}

// advance moves on to the next path: it changes the last decision that has an
// alternative. It says no if there is none. Steps before the kept one are the
// same, and have the same effects, as in the execution before.
func (d *dfs) advance() (kept int, ok bool) {
	d.frames = d.frames[:min(d.n, len(d.frames))]
	kept = -1
	if !d.begun {
		d.begun, kept = true, 0
	}
	for i := len(d.frames) - 1; kept < 0 && i >= -1; i-- {
		for n := len(d.tosses) - 1; n >= 0 && d.tosses[n].at == i; n-- {
			if t := &d.tosses[n]; t.pick+1 < t.of && !t.fixed {
				t.pick++
				d.frames = d.frames[:i+1]
				kept = max(i, 0)
				break
			}
			d.tosses = d.tosses[:n]
		}
		if kept >= 0 || i < 0 {
			break
		}
		f := &d.frames[i]
		if f.fixed {
			return 0, false
		}
		f.done |= 1 << f.chosen
		if left := f.todo &^ f.done; left != 0 {
			f.chosen = bits.TrailingZeros64(left)
			kept = i
		}
		d.frames = d.frames[:i+1]
	}
	if kept < 0 {
		return 0, false
	}
	d.given, d.n, d.tossed, d.used = len(d.frames), 0, 0, 0
	return kept, true
}

// repeat answers for the steps that are given: by the execution before, or by
// the prefix.
func (d *dfs) repeat(e *Engine, enabled uint64) (id int, ok bool) {
	if d.n < d.given {
		f := &d.frames[d.n]
		if !e.repeats(d.n, enabled, f.enabled) {
			return -1, true
		}
		if f.fixed {
			d.used++
		}
		return f.chosen, true
	}
	if d.used < len(d.prefix) {
		id := e.follow(d.prefix[d.used], d.used, enabled)
		d.used++
		d.frames = append(d.frames, frame{enabled: enabled, chosen: id, todo: ^uint64(0), fixed: true})
		return id, true
	}
	return 0, false
}

// decide makes a new decision.
func (d *dfs) decide(enabled, todo, done uint64, chosen int) int {
	d.frames = append(d.frames, frame{enabled: enabled, todo: todo, done: done, chosen: chosen})
	return chosen
}

func (d *dfs) choose(e *Engine, n int) int {
	k := d.tossed
	d.tossed++
	if k == len(d.tosses) {
		t := toss{at: d.n - 1, of: n}
		if d.used < len(d.prefix) {
			t.pick, t.fixed = e.followToss(d.prefix[d.used], d.used, n), true
			d.used++
		}
		d.tosses = append(d.tosses, t)
		return t.pick
	}
	t := d.tosses[k]
	if t.of != n || t.at != d.n-1 {
		e.fail(Nondeterminism, e.running, "a choice among %d after step %d; with the same schedule before it was one among %d after step %d",
			n, d.n, t.of, t.at+1)
		e.failure.Place = Here()
		return 0
	}
	if t.fixed {
		d.used++
	}
	return t.pick
}

// keep prefers the thread that took the last step, then the lowest.
func (e *Engine) keep(set uint64) int {
	if e.prev >= 0 && set&(1<<e.prev) != 0 {
		return e.prev
	}
	return bits.TrailingZeros64(set)
}
