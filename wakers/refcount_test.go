package wakers

import (
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// Random trees of handles over several Countings. Each step makes a handle or
// runs some operations at the same time, each on a goroutine of its own; then
// every count must be what a model says.
func TestHandlesBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newForest(rapid.IntRange(1, 3).Draw(t, "countings"))
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "make a handle") {
				f.make(t)
			} else {
				f.atOnce(t, rapid.IntRange(1, 4).Draw(t, "at once"))
			}
			f.audit(t)
		}
		for h := range f.handles {
			if f.filled(h) {
				f.end(h)
				f.handles[h].Drop()
				f.audit(t)
			}
		}
		for c := range f.countings {
			if live := f.countings[c].Live(); live != 0 {
				t.Errorf("counting %d: %d live handles when all were dropped, want 0", c, live)
			}
		}
	})
}

// A forest is handles of several Countings, and a model of both.
type forest struct {
	countings []Counting
	model     []counts // what the Countings should show
	handles   [8]Waker
	of        [8]int // the Counting that a handle belongs to; -1: empty

	// Among the operations of one step, a handle is used by the one that fills
	// or empties it alone, or lent to any number that do not.
	alone, lent [8]bool
}

func newForest(countings int) *forest {
	f := &forest{countings: make([]Counting, countings), model: make([]counts, countings)}
	for h := range f.of {
		f.of[h] = -1
	}
	return f
}

func (f *forest) filled(h int) bool    { return f.of[h] >= 0 }
func (f *forest) canFill(h int) bool   { return !f.filled(h) && !f.alone[h] }
func (f *forest) canLend(h int) bool   { return f.filled(h) && !f.alone[h] }
func (f *forest) canChange(h int) bool { return f.canLend(h) && !f.lent[h] }

// pick draws one of the handles that can, or returns -1 if there is none.
func (f *forest) pick(t *rapid.T, label string, can func(h int) bool) int {
	var from []int
	for h := range f.handles {
		if can(h) {
			from = append(from, h)
		}
	}
	if from == nil {
		return -1
	}
	return rapid.SampledFrom(from).Draw(t, label)
}

// end books the end of handle h.
func (f *forest) end(h int) {
	m := &f.model[f.of[h]]
	m.live--
	m.freed = m.freed || m.live == 0
	f.of[h] = -1
}

// make makes a new handle, the root of a tree.
func (f *forest) make(t *rapid.T) {
	f.alone, f.lent = [8]bool{}, [8]bool{}
	h := f.pick(t, "handle", f.canFill)
	if h < 0 {
		return
	}
	c := rapid.IntRange(0, len(f.countings)-1).Draw(t, "counting")
	t.Logf("handle %d of counting %d", h, c)
	f.of[h] = c
	f.model[c].live++
	f.countings[c].InitWaker(&f.handles[h])
}

// atOnce draws up to n operations and runs them at the same time.
func (f *forest) atOnce(t *rapid.T, n int) {
	f.alone, f.lent = [8]bool{}, [8]bool{}
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range n {
		if name, do := f.draw(t); do != nil {
			t.Log(name)
			wg.Go(func() {
				<-start
				do()
			})
		}
	}
	close(start)
	wg.Wait()
	t.Log("--")
}

// draw draws one operation, books it in the model, and returns it. It returns
// nil if no handle is left for it.
func (f *forest) draw(t *rapid.T) (string, func()) {
	switch rapid.SampledFrom([]string{"clone", "clone onto", "move", "wake", "wake by ref", "drop"}).Draw(t, "operation") {
	case "clone":
		return f.drawClone(t, f.canFill)
	case "clone onto":
		return f.drawClone(t, f.canChange)
	case "move":
		h, dst := f.pick(t, "handle", f.canChange), f.pick(t, "destination", f.canFill)
		if h < 0 || dst < 0 {
			break
		}
		f.alone[h], f.alone[dst] = true, true
		f.of[dst], f.of[h] = f.of[h], -1
		return fmt.Sprintf("move %d to %d", h, dst), func() { f.handles[h].MoveTo(&f.handles[dst]) }
	case "wake":
		if h := f.pick(t, "handle", f.canChange); h >= 0 {
			f.alone[h] = true
			f.model[f.of[h]].wakes++
			f.end(h)
			return fmt.Sprintf("wake %d", h), f.handles[h].Wake
		}
	case "wake by ref":
		if h := f.pick(t, "handle", f.canLend); h >= 0 {
			f.lent[h] = true
			f.model[f.of[h]].wakes++
			return fmt.Sprintf("wake %d by ref", h), f.handles[h].WakeByRef
		}
	case "drop":
		if h := f.pick(t, "handle", f.canChange); h >= 0 {
			f.alone[h] = true
			f.end(h)
			return fmt.Sprintf("drop %d", h), f.handles[h].Drop
		}
	}
	return "", nil
}

func (f *forest) drawClone(t *rapid.T, can func(h int) bool) (string, func()) {
	h := f.pick(t, "handle", can)
	src := f.pick(t, "source", func(src int) bool { return f.canLend(src) && src != h })
	if h < 0 || src < 0 {
		return "", nil
	}
	f.alone[h], f.lent[src] = true, true
	if f.of[h] != f.of[src] {
		f.model[f.of[src]].live++
		if f.filled(h) {
			f.end(h)
		}
		f.of[h] = f.of[src]
	}
	return fmt.Sprintf("clone %d from %d", h, src), func() { f.handles[h].CloneFrom(&f.handles[src]) }
}

func (f *forest) audit(t *rapid.T) {
	t.Helper()
	for c := range f.countings {
		f.model[c].check(t, &f.countings[c])
	}
	for h := range f.handles {
		if f.handles[h].Filled() != f.filled(h) {
			t.Errorf("handle %d filled: %v, want %v", h, f.handles[h].Filled(), f.filled(h))
		}
	}
}
