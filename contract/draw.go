package contract

import (
	"math/rand/v2"
	"slices"
	"time"
)

// draws is a source of flat words from which a scenario is decoded: random
// ones, or the bytes of a fuzzer. Every word stands for a valid choice.
type draws func() uint64

// randomDraws returns the words of scenario number n of a campaign.
func randomDraws(seed uint64, n int) draws {
	return rand.NewPCG(seed, uint64(n)).Uint64
}

// byteDraws returns words from bytes, and zeros when they are used up.
func byteDraws(data []byte) draws {
	return func() uint64 {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return uint64(b) << 32
	}
}

// below returns a number from 0 to n-1; n is at most 256.
func (d draws) below(n int) int { return int(d() >> 32 % uint64(n)) }

// oneIn is true once in n times.
func (d draws) oneIn(n int) bool { return d.below(n) == n-1 }

// A throng is more than the batches in which subjects do their work: wakes, polls of a
// round, slots of a queue. Tokio's Notify wakes 32 at a time. Throngs are rare, since a
// scenario with one takes as long as many others.
const (
	leastThrong = 33
	mostThrong  = 40
	rareThrong  = 100 // one scenario in so many
)

func drawThrong(d draws) int { return leastThrong + d.below(mostThrong-leastThrong+1) }

// drawPlain draws a script that is pending once, and in half of them, if some are to,
// wakes itself: for a throng, in which all have a turn before the first is ready. Where
// none wakes itself nobody covers up for one that is forgotten.
func drawPlain(d draws, some bool) Script {
	var t Turn
	if some && d.oneIn(2) {
		t.Ops = []Op{{Do: DoSelf, N: 1}}
	}
	return Script{Turns: []Turn{t}}
}

// opsDrawn is the number of operations of a drawn scenario: 1 to opsDrawn.
const opsDrawn = 8

// draw decodes a scenario for the door of a subject with these facts.
func draw(d draws, f facts) Scenario {
	sc := Scenario{Version: scenarioVersion, Door: f.Door, Subjects: 1}
	switch f.Door {
	case WakerDoor:
		drawWaker(d, f, &sc)
	case ParkerDoor:
		drawParker(d, f, &sc)
	case FutureDoor:
		drawFuture(d, f, &sc)
	case ExecutorDoor:
		drawExecutor(d, f, &sc)
	case CombinatorDoor:
		drawCombinator(d, f, &sc)
	case PrimitiveDoor:
		drawPrimitive(d, f, &sc)
	}
	return sc
}

func drawWaker(d draws, f facts, sc *Scenario) {
	sc.Subjects = 1 + d.below(2)
	sc.Raced = d.oneIn(6)
	threads := 1 + d.below(3)
	switch d.below(8) {
	case 6:
		if f.Hook {
			sc.Ops = append(sc.Ops, Op{Do: DoInject, Handle: d.below(2), With: wakeSlot, N: 1 + d.below(3)})
		}
	case 7:
		if f.Near {
			sc.Ops = append(sc.Ops, Op{Do: DoNear, Handle: d.below(2), N: d.below(3)})
		}
	}
	for range 1 + d.below(opsDrawn) {
		sc.Ops = append(sc.Ops, drawWakerOp(d, threads))
	}
}

func drawWakerOp(d draws, threads int) Op {
	op := Op{Thread: d.below(threads), Handle: d.below(4)}
	switch d.below(14) {
	case 0, 1, 2, 3:
		op.Do = DoClone
	case 4, 5:
		op.Do = DoWake
	case 6, 7, 8:
		op.Do = DoWakeByRef
	case 9, 10:
		op.Do = DoDrop
	case 11:
		op.Do = DoLoop
	case 12:
		op.Do, op.With = DoCompare, d.below(4)
	case 13:
		op.Do, op.With = DoReplace, d.below(4)
	}
	return op
}

func drawParker(d draws, f facts, sc *Scenario) {
	if f.Sleeper > 0 && d.oneIn(3) {
		drawSleeper(d, f, sc)
		return
	}
	sc.Raced = d.oneIn(6)
	often := drawTime(d) // times meet if there are few of them
	soon := func() time.Duration {
		if d.oneIn(4) {
			return drawTime(d)
		}
		return often
	}
	// In a third of the scenarios most is timed, and the last park shows what
	// the others have left.
	timed := d.oneIn(3)
	for range 1 + d.below(opsDrawn) {
		var op Op
		pick := d.below(13)
		if timed {
			pick = [...]int{0, 3, 3, 3, 4, 5, 8, 8, 8, 9, 9, 10, 10}[pick]
		}
		switch pick {
		case 0, 1, 2:
			op = Op{Do: DoPark, Thread: owner}
		case 3, 4:
			op = Op{Do: DoPark, Thread: owner, For: soon()}
		case 5, 6, 7:
			op = Op{Do: DoUnpark, Thread: 2 + d.below(2), N: 1 + d.below(3)}
		case 8:
			op = Op{Do: DoUnpark, Thread: 2 + d.below(2), N: 1, For: soon()}
		case 9:
			op = Op{Do: DoAdvance, For: soon()}
		case 10:
			op = Op{Do: DoTryPark, Thread: owner}
		case 11, 12:
			op = Op{Do: DoElsewhere, Thread: owner}
		}
		sc.Ops = append(sc.Ops, op)
	}
	if timed {
		sc.Ops = append(sc.Ops, Op{Do: DoPark, Thread: owner})
	} else if d.oneIn(8) {
		sc.Ops = append(sc.Ops, Op{Do: DoExit, Thread: owner}, Op{Do: DoUnpark, Thread: 2, N: 1 + d.below(2)})
	}
}

func drawFuture(d draws, f facts, sc *Scenario) {
	sc.Raced = d.oneIn(6)
	kinds := 1 // most scenarios have wakers of one kind
	if d.oneIn(3) {
		kinds = anyWaker
	}
	if f.Profile == "oneshot" {
		kinds = oneshotWaker + 1
	}
	base := 0
	if d.oneIn(3) {
		base = d.below(anyWaker)
	}
	poll := func(do Do) Op {
		return Op{Do: do, Handle: d.below(3), With: (base + d.below(kinds)) % max(kinds, anyWaker), Thread: 1 + d.below(pollers)}
	}
	if !sc.Raced {
		for range d.below(3) {
			switch d.below(4) {
			case 1, 2:
				if f.Profile == "rust" {
					sc.Ops = append(sc.Ops, Op{Do: DoInject, Handle: d.below(3), With: d.below(slots), N: 1 + d.below(2)})
				}
			case 3:
				sc.Ops = append(sc.Ops, Op{Do: DoReenter, Handle: d.below(3), With: d.below(slots), N: 1 + d.below(3)})
			}
		}
	}
	for range 1 + d.below(opsDrawn) {
		var op Op
		switch d.below(12) {
		case 0, 1, 2, 3, 4, 5:
			op = poll(DoPoll)
		case 6:
			op = poll(DoStale)
		case 7, 8:
			op = Op{Do: DoFire, Thread: 1}
			if !f.Fire {
				op = Op{Do: DoAdvance, For: drawTime(d)}
			}
		case 9:
			op = Op{Do: DoDrop}
			if !f.Drop {
				op = poll(DoPoll)
			}
		case 10, 11:
			op = Op{Do: DoAdvance, For: drawTime(d)}
		}
		sc.Ops = append(sc.Ops, op)
	}
}

func drawSleeper(d draws, f facts, sc *Scenario) {
	for n := range min(f.Sleeper, 4) {
		if d.below(2) == 0 {
			sc.Ops = append(sc.Ops, Op{Do: DoAdd, Thread: owner, Handle: n})
		}
	}
	for range 1 + d.below(opsDrawn) {
		op := Op{Thread: 2 + d.below(2), Handle: d.below(f.Sleeper)}
		switch d.below(10) {
		case 0, 1:
			op.Do, op.Thread = DoAdd, owner
		case 2, 3, 4, 5:
			op.Do = DoAssert
		case 6:
			op.Do = DoClear
		case 7, 8:
			op = Op{Do: DoFetch, Thread: owner, N: d.below(2)}
		case 9:
			op = Op{Do: DoDone, Thread: owner}
			if !d.oneIn(3) {
				op.Do = DoFetch
			}
		}
		sc.Ops = append(sc.Ops, op)
	}
}

// drawTime draws how much virtual time something takes.
func drawTime(d draws) time.Duration {
	return [...]time.Duration{time.Millisecond, time.Second, time.Minute}[d.below(3)]
}

func drawExecutor(d draws, f facts, sc *Scenario) {
	if !f.Busy {
		sc.Subjects = 1 + d.below(2)
		sc.Raced = d.oneIn(6)
	}
	tasks := 1 + d.below(4)
	if f.Tasks > 0 {
		tasks = min(tasks, f.Tasks*sc.Subjects)
	}
	throng := !sc.Raced && f.Tasks == 0 && d.oneIn(rareThrong)
	some := throng && d.oneIn(2)
	if throng {
		tasks = drawThrong(d)
	}
	for n := range tasks {
		if throng {
			sc.Scripts = append(sc.Scripts, drawPlain(d, some))
		} else {
			sc.Scripts = append(sc.Scripts, drawScript(d, f, n, tasks, sc.Subjects))
		}
	}
	for range 1 + d.below(opsDrawn) {
		op := drawExecutorOp(d, f, tasks)
		if op.Do == DoUnwatch {
			op = unwatch(sc.Ops, op)
		}
		sc.Ops = append(sc.Ops, op)
	}
	if f.Draws.CloseEarly && !sc.Raced && d.oneIn(4) {
		drawCloseEarly(d, f, sc)
	}
}

// drawCloseEarly has the executor closed before its tasks have ended, some of
// them perhaps out of reach.
func drawCloseEarly(d draws, f facts, sc *Scenario) {
	sc.Ops = append(sc.Ops, Op{Do: DoClose})
	for i := range sc.Scripts {
		if s := &sc.Scripts[i]; f.Draws.Forget && d.oneIn(3) {
			s.Turns = append(s.Turns, Turn{Ops: []Op{{Do: DoForget}}})
		}
	}
}

// unwatch gives up the join that was watched last before, or watches one if none was.
func unwatch(before []Op, op Op) Op {
	for _, b := range slices.Backward(before) {
		if b.Do == DoWatch {
			op.Task = b.Task
			return op
		}
	}
	op.Do = DoWatch
	return op
}

// mostFair is the greatest Executor.Fair that a scenario can show to be broken: a task
// wakes itself in one more turn, and has some others.
const mostFair = maxTurns - 6

func drawScript(d draws, f facts, n, tasks, subjects int) Script {
	var s Script
	if n >= subjects && !f.Busy {
		s.By = [...]string{"", "op", "poll"}[d.below(3)]
	}
	for range d.below(4) {
		var t Turn
		for range d.below(3) {
			op := drawTurnOp(d, f, n, tasks)
			t.Ops = append(t.Ops, op)
			if op.Do == DoTimer && d.oneIn(2) { // another one that is due at the same time
				t.Ops = append(t.Ops, op)
			}
		}
		s.Turns = append(s.Turns, t)
	}
	if f.Fair > 0 && d.oneIn(3) { // one that hardly lets others have their turn
		for n := range max(8, min(f.Fair, mostFair)+2) {
			t := Turn{Ops: []Op{{Do: DoSelf, N: 1}}}
			if n%2 == 1 {
				t.Ops = append(t.Ops, Op{Do: DoLinger, For: time.Millisecond})
			}
			s.Turns = append(s.Turns, t)
		}
	}
	if len(s.Turns) > 0 && f.Draws.Panics && d.oneIn(5) {
		t := &s.Turns[d.below(len(s.Turns))]
		t.Ops = append(t.Ops, Op{Do: DoPanic})
	}
	if f.Draws.Reenter {
		for range d.below(3) {
			s.Drop = append(s.Drop, drawDropOp(d, tasks))
		}
	}
	if f.Draws.DropPanics && d.oneIn(5) {
		s.Drop = append(s.Drop, Op{Do: DoPanic})
	}
	return s
}

func drawDropOp(d draws, tasks int) Op {
	return Op{Do: [...]Do{DoWake, DoStale, DoSpawn, DoCancel}[d.below(4)], Task: 1 + d.below(tasks)}
}

func drawTurnOp(d draws, f facts, n, tasks int) Op {
	if f.Timer && d.oneIn(4) {
		return Op{Do: DoTimer, For: time.Millisecond}
	}
	switch d.below(8) {
	case 0, 1, 2:
		return Op{Do: DoSelf, N: 1 + d.below(3)}
	case 3, 4:
		return Op{Do: DoWake, Task: 1 + d.below(tasks)}
	case 5:
		return Op{Do: DoStale, Task: 1 + d.below(tasks)}
	case 6:
		if !f.Busy {
			return Op{Do: DoNest, Task: n + 1}
		}
	}
	return Op{Do: DoLinger, For: time.Millisecond}
}

func drawExecutorOp(d draws, f facts, tasks int) Op {
	op := Op{Thread: 1 + d.below(3), Task: 1 + d.below(tasks)}
	if f.Idle && d.oneIn(6) {
		return Op{Do: DoIdle, Thread: op.Thread}
	}
	switch d.below(15) {
	case 12:
		op.Do = DoWatch
		if f.Draws.Reenter {
			op.N = d.below(tasks + 1)
		}
	case 13:
		op.Do = DoUnwatch
	case 0, 1, 2:
		op.Do = DoWake
	case 3, 4, 5, 6:
		op.Do, op.N = DoWakeByRef, 1+d.below(3)
	case 7, 8:
		op.Do = DoStale
	case 9, 14:
		op.Do = DoSpawn
	case 10:
		op.Do = DoCancel
	case 11:
		op = Op{Do: DoAdvance, For: drawTime(d)}
		if d.oneIn(8) {
			op.For = 2 * horizon // long enough for what ought to sleep to show that it does not
		}
	}
	return op
}
