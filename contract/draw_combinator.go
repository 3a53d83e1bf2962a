package contract

import "slices"

// combinatorOps is the number of operations of a combinator's scenario: 1 to
// combinatorOps. They are more than at other doors, since a child must be polled
// before it can be woken.
const combinatorOps = 12

// fewChildren is how many children a combinator has at most in nearly all scenarios,
// if it does not want more.
const fewChildren = 5

// fitsChildren reports whether the combinator takes the children of the scenario.
func (f facts) fitsChildren(sc Scenario) bool {
	given := 0
	for _, s := range sc.Scripts {
		if s.By == "" {
			given++
		} else if !f.Push {
			return false
		}
	}
	return given >= f.Least && given <= f.Most
}

// drawCombinator draws children, and polls of the combinator with several wakers
// between wakes of theirs. Some children block in a poll, on a fresh combinator:
// the poll of the one under test then stands still while its children are woken.
func drawCombinator(d draws, f facts, sc *Scenario) {
	sc.Raced = d.oneIn(6)
	children := f.Least + d.below(min(f.Most, max(f.Least, fewChildren))-f.Least+1)
	throng := !sc.Raced && f.Most >= mostThrong && d.oneIn(rareThrong)
	some := throng && d.oneIn(2)
	if throng {
		children = drawThrong(d)
	}
	for range children {
		if throng {
			sc.Scripts = append(sc.Scripts, drawPlain(d, some))
		} else {
			sc.Scripts = append(sc.Scripts, drawChild(d, f, children))
		}
	}
	late := 0
	if f.Push {
		late = d.below(3)
	}
	for range late {
		s := drawChild(d, f, children+late)
		s.By = "op"
		sc.Scripts = append(sc.Scripts, s)
	}
	children = len(sc.Scripts)
	if !d.oneIn(4) {
		sc.Ops = append(sc.Ops, Op{Do: DoPoll, Handle: d.below(perHandle)})
	}
	for range 1 + d.below(combinatorOps-1) {
		sc.Ops = append(sc.Ops, drawCombinatorOp(d, f, children, late))
	}
}

// mostChildFair is the greatest Combinator.Fair that a scenario can show to be broken.
const mostChildFair = maxRepeat - 1

func drawChild(d draws, f facts, children int) Script {
	var s Script
	if f.Draws.DropPanics && d.oneIn(12) {
		s.Drop = []Op{{Do: DoPanic}}
	}
	for range d.below(4) {
		var t Turn
		for range d.below(3) {
			t.Ops = append(t.Ops, drawChildOp(d, children))
		}
		s.Turns = append(s.Turns, t)
	}
	if f.Fair > 0 && d.oneIn(3) { // it is woken for longer than another may be left out, and the bound may grow with the children
		spin := Turn{Ops: []Op{{Do: DoSpin, N: min(4*f.Fair, mostChildFair) + 1}}}
		s.Turns = slices.Insert(s.Turns, 0, spin)
	}
	if f.Draws.Panics && d.oneIn(6) {
		s.Turns = append(s.Turns, Turn{Ops: []Op{{Do: DoPanic}}})
	}
	return s
}

func drawChildOp(d draws, children int) Op {
	other := 1 + d.below(children)
	switch d.below(15) {
	case 0, 1, 2, 3:
		return Op{Do: DoSelf, N: 1 + d.below(3)}
	case 4, 5:
		return Op{Do: DoWake, Task: other}
	case 6, 7, 8:
		return Op{Do: DoWakeByRef, Task: other, N: 1 + d.below(2)}
	case 9:
		return Op{Do: DoStale, Task: other}
	case 10, 11:
		return Op{Do: DoClone}
	case 12:
		return Op{Do: DoSpin, N: 1 + d.below(3)}
	case 13:
		return Op{Do: DoNest, Task: other}
	}
	return Op{Do: DoLinger}
}

func drawCombinatorOp(d draws, f facts, children, late int) Op {
	thread := 1 + d.below(3)
	child := 1
	if children > 0 {
		child = 1 + d.below(children)
	}
	handle := 0
	if f.Share {
		handle = d.below(maxShared)
	}
	poll := Op{Do: DoPoll, Handle: handle*perHandle + d.below(perHandle)}
	switch n := d.below(20); {
	case n < 6 || children == 0:
		return poll
	case n < 9:
		return Op{Do: DoWake, Thread: thread, Task: child}
	case n < 13:
		return Op{Do: DoWakeByRef, Thread: thread, Task: child, N: 1 + d.below(3)}
	case n < 15:
		return Op{Do: DoStale, Thread: thread, Task: child}
	case n < 16 && f.Drop:
		return Op{Do: DoDrop, Handle: handle}
	case n < 17 && f.Share:
		return Op{Do: DoLeave, Handle: handle}
	case n < 18 && late > 0:
		return Op{Do: DoPush, Task: children - d.below(late)}
	case n < 19 && f.Draws.Collect && d.oneIn(4):
		return Op{Do: DoCollect}
	}
	return poll
}
