package contract

// An opFact is what the generator knows of an operation of a primitive.
type opFact struct {
	Name  string `json:"name"`
	Args  int    `json:"args"`
	Start bool   `json:"start"` // it gives a future
	Block bool   `json:"block"` // it waits on its goroutine
}

// primitiveOps is how many operations, or crowds of them, a drawn scenario has:
// 1 to primitiveOps.
const primitiveOps = 10

// drawPrimitive draws calls of the primitive's operations, with polls of what
// waits in between: spurious ones, and ones with another waker than before.
// What waits is given up in any state: before its first poll, waiting, and
// woken but not polled yet, since those that were woken are polled only when
// the scenario says so. Wakers call back into the subject or panic.
//
// No block-on is nested here. A primitive calls no code but its wakers', which must
// not wait, so that there is no poll to nest one in. A task that blocks on one
// operation while another of its own waits is, for the primitive, an operation that
// is not polled for long after its wake; and that is drawn.
func drawPrimitive(d draws, f facts, sc *Scenario) {
	sc.Raced = d.oneIn(5) && !f.Serial
	starts := false
	for _, o := range f.Ops {
		starts = starts || o.Start
	}
	most := primitiveOps
	if !sc.Raced && d.oneIn(rareThrong) {
		sc.Ops, most = drawCrowd(d, f, drawThrong(d)), 2
	}
	for range 1 + d.below(most) {
		if d.oneIn(5) {
			sc.Ops = append(sc.Ops, drawCrowd(d, f, 2+d.below(3))...)
		} else {
			sc.Ops = append(sc.Ops, drawPrimitiveOp(d, f, starts))
		}
	}
	if !starts || sc.Raced || f.Opaque || !d.oneIn(2) {
		return
	}
	panics := f.Profile == "rust" && d.oneIn(2) // F14
	for range 1 + d.below(2) {
		fault := Fault{Slot: faultSlots[d.below(len(faultSlots))], Call: d.below(3), Panic: panics}
		if panics {
			fault.Call++
		} else {
			op := drawCallBack(d, f)
			fault.Op = &op
		}
		sc.Faults = append(sc.Faults, fault)
	}
}

func drawPrimitiveOp(d draws, f facts, starts bool) Op {
	op := Op{Thread: 1 + d.below(primitiveThreads)}
	switch d.below(14) {
	case 0, 1, 2, 3, 4, 5, 6:
		op = drawBegin(d, f, f.Ops[d.below(len(f.Ops))], op.Thread)
	case 7:
		if o := f.Ops[d.below(len(f.Ops))]; o.Start {
			op = drawBegin(d, f, o, op.Thread)
			op.Do, op.Handle = DoMake, 0
			break
		}
		fallthrough
	case 8:
		op.Do, op.Task, op.Handle = DoPoll, 1+d.below(4), d.below(3)
		if !starts {
			op = drawBegin(d, f, f.Ops[d.below(len(f.Ops))], op.Thread)
		}
	case 9, 10:
		op.Do = DoRun
	case 11, 12:
		op.Do, op.Task = DoDrop, 1+d.below(4)
	case 13:
		op = Op{Do: DoAdvance, For: drawTime(d)}
	}
	return op
}

// drawCrowd draws n calls of one operation, so that some may have to wait, then a
// call of one that may let them go on, and perhaps the end of one that waited and has
// not seen yet that it may.
func drawCrowd(d draws, f facts, n int) (ops []Op) {
	waits, never := opsThat(f, true), opsThat(f, false)
	o := waits[d.below(len(waits))]
	for range n {
		ops = append(ops, drawBegin(d, f, o, 1+d.below(primitiveThreads)))
	}
	ops = append(ops, drawBegin(d, f, never[d.below(len(never))], 1+d.below(primitiveThreads)))
	if d.oneIn(3) {
		ops = append(ops, Op{Do: DoDrop, Thread: 1 + d.below(primitiveThreads), Task: 1 + d.below(4)})
	}
	return ops
}

// opsThat returns the operations that may wait, or those that never do; all if
// there are none.
func opsThat(f facts, wait bool) (ops []opFact) {
	for _, o := range f.Ops {
		if (o.Start || o.Block) == wait {
			ops = append(ops, o)
		}
	}
	if len(ops) == 0 {
		return f.Ops
	}
	return ops
}

func drawBegin(d draws, _ facts, o opFact, thread int) Op {
	op := Op{Do: DoBegin, Thread: thread, Name: o.Name}
	if o.Args > 0 {
		op.N = 1 + d.below(min(o.Args, maxRepeat))
	}
	if o.Start {
		op.Handle = d.below(3)
	}
	return op
}

// drawCallBack draws what a waker's function does to the subject: anything that
// does not wait on its goroutine.
func drawCallBack(d draws, f facts) Op {
	o := f.Ops[d.below(len(f.Ops))]
	switch n := d.below(6); {
	case n == 0:
		return Op{Do: DoPoll, Task: 1 + d.below(4), Handle: d.below(3)}
	case n == 1 || o.Block:
		return Op{Do: DoDrop, Task: 1 + d.below(4)}
	case n == 2:
		return Op{Do: DoRun}
	}
	return drawBegin(d, f, o, 0)
}
