package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// script is a small random program: some threads that share some objects.
// Thread 0 is the body. A thread that no instruction starts is started by the
// body before its own instructions.
type script struct {
	threads [][]instr
	late    bool // objects are first touched by whoever comes first, not by the body
}

// instr is an instruction. Each thread has an accumulator, acc, which holds
// what the last instruction read; so what a thread does depends on what the
// others did before.
type instr struct {
	op   opcode
	x, y int // objects, or a thread to start
	k, l int // constants
}

type opcode int

const (
	load      opcode = iota // acc = ax
	storeK                  // ax = k
	storeAcc                // ax = acc + k
	add                     // acc = ax; ax += k
	casK                    // if ax == k { ax = l; acc = 1 } else { acc = 0 }
	casAcc                  // the same with acc for k
	pick                    // of ax and ay, in one step: acc = ax + ay; the larger = k
	lock                    // block until mx is free; take it
	tryLock                 // take mx if it is free: acc = 1, else 0
	unlock                  // free mx if this thread has it
	park                    // block until the token is there; take it
	unpark                  // put the token there
	send                    // block until the channel cx has room; fill it
	recv                    // block until cx is full; empty it
	poll                    // of cx and cy, in one step: empty the first full one, or none; acc = which
	move                    // block until cx is full; empty it into cy if that has room: acc = whether
	await                   // take a permit of qx, or queue up for one
	awaitAny                // the same of qx or qy, whichever comes first
	signal                  // let the first in the queue of qx pass, or add a permit
	broadcast               // let all in the queue of qx pass
	count                   // n += k
	total                   // acc = n
	reset                   // n = k
	tossing                 // acc = any number below k
	skip                    // if acc != k, leave out the next l instructions
	spawn                   // start thread x
	rlock                   // block until no writer has r or waits for it; share it
	runlock                 // undo one rlock of this thread
	wlock                   // block until no writer has r or waits for it, then until no reader has it
	wunlock                 // free r if this thread has it as a writer
	done                    // latch--; it begins with the number of these instructions
	more                    // latch++
	wait                    // block until the latch is at 0
	once                    // the first to come loads ax, the others block until it has; acc = who came first
	settle                  // block until no other thread can go on
)

// The objects, by number.
const (
	atomics  = 0 // three
	mutexes  = 3 // two
	tokens   = 5
	channels = 6 // two, with room for one value each
	queues   = 8 // two
	counters = 10
	rwlocks  = 11
	latches  = 12
	onces    = 13
	nobjects = 14
)

const maxScriptThreads = 6

func (in instr) String() string {
	switch in.op {
	case load:
		return fmt.Sprintf("acc=a%d", in.x)
	case storeK:
		return fmt.Sprintf("a%d=%d", in.x, in.k)
	case storeAcc:
		return fmt.Sprintf("a%d=acc+%d", in.x, in.k)
	case add:
		return fmt.Sprintf("acc=a%d,a%d+=%d", in.x, in.x, in.k)
	case casK:
		return fmt.Sprintf("acc=cas(a%d,%d,%d)", in.x, in.k, in.l)
	case casAcc:
		return fmt.Sprintf("acc=cas(a%d,acc,%d)", in.x, in.l)
	case pick:
		return fmt.Sprintf("pick(a%d,a%d,%d)", in.x, in.y, in.k)
	case lock:
		return fmt.Sprintf("lock(m%d)", in.x)
	case tryLock:
		return fmt.Sprintf("acc=tryLock(m%d)", in.x)
	case unlock:
		return fmt.Sprintf("unlock(m%d)", in.x)
	case park:
		return "park"
	case unpark:
		return "unpark"
	case send:
		return fmt.Sprintf("send(c%d)", in.x)
	case recv:
		return fmt.Sprintf("recv(c%d)", in.x)
	case poll:
		return fmt.Sprintf("acc=poll(c%d,c%d)", in.x, in.y)
	case move:
		return fmt.Sprintf("acc=move(c%d,c%d)", in.x, in.y)
	case await:
		return fmt.Sprintf("await(q%d)", in.x)
	case awaitAny:
		return fmt.Sprintf("awaitAny(q%d,q%d)", in.x, in.y)
	case signal:
		return fmt.Sprintf("signal(q%d)", in.x)
	case broadcast:
		return fmt.Sprintf("broadcast(q%d)", in.x)
	case count:
		return fmt.Sprintf("n+=%d", in.k)
	case total:
		return "acc=n"
	case reset:
		return fmt.Sprintf("n=%d", in.k)
	case tossing:
		return fmt.Sprintf("acc=toss(%d)", in.k)
	case skip:
		return fmt.Sprintf("if acc!=%d skip %d", in.k, in.l)
	case spawn:
		return fmt.Sprintf("go t%d", in.x)
	case once:
		return fmt.Sprintf("acc=once(a%d)", in.x)
	}
	return [...]string{
		rlock: "rlock", runlock: "runlock", wlock: "wlock", wunlock: "wunlock",
		done: "done", more: "more", wait: "wait", settle: "settle",
	}[in.op]
}

func (s script) String() string {
	var b strings.Builder
	if s.late {
		b.WriteString("\tobjects are first touched by whoever comes first\n")
	}
	for id, code := range s.threads {
		fmt.Fprintf(&b, "\tt%d:", id)
		for i, in := range code {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteByte(' ')
			b.WriteString(in.String())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (s script) has(ops ...opcode) bool {
	return slices.ContainsFunc(s.threads, func(code []instr) bool {
		return slices.ContainsFunc(code, func(in instr) bool { return slices.Contains(ops, in.op) })
	})
}

func (s script) clone() script {
	c := script{late: s.late}
	for _, code := range s.threads {
		c.threads = append(c.threads, slices.Clone(code))
	}
	return c
}

// families are kinds of synchronization that a script may use.
var families = [][]opcode{
	{load, load, storeK, storeK, storeAcc},
	{load, add, casK, casK, casAcc},
	{load, storeK, pick, pick},
	{lock, lock, unlock, unlock, tryLock},
	{park, park, unpark, unpark},
	{send, recv, send, recv, poll, move},
	{await, await, signal, signal, broadcast},
	{await, awaitAny, signal, signal},
	{count, count, count, total, reset},
	{rlock, rlock, runlock, runlock, wlock, wlock, wunlock},
	{done, done, done, wait, wait, more},
	{once, once, load, storeK},
}

// draw draws a script of about size instructions.
func draw(rng *rand.Rand, size int) script {
	s := script{late: rng.IntN(2) == 0}
	var ops []opcode
	few := 1 + rng.IntN(3) // how many objects of each kind
	if size >= 8 {
		// Short threads that cross each other at several objects: what makes
		// wakeup trees deep.
		s.threads = make([][]instr, 5)
		few = max(few, 2)
		ops = append(ops, load, load, storeK, storeK)
		if rng.IntN(3) == 0 {
			ops = append(ops, families[rng.IntN(len(families))]...)
		}
	} else {
		s.threads = make([][]instr, 3+rng.IntN(3))
		for range 1 + rng.IntN(3) {
			ops = append(ops, families[rng.IntN(len(families))]...)
		}
		if rng.IntN(3) == 0 {
			ops = append(ops, tossing)
		}
		if rng.IntN(8) == 0 {
			ops = append(ops, settle)
		}
		if rng.IntN(2) == 0 {
			ops = append(ops, skip)
		}
	}
	idle := rng.IntN(4) > 0 // the body does nothing but start the others
	for range size {
		id := rng.IntN(len(s.threads))
		if id == 0 && idle {
			id = 1 + rng.IntN(len(s.threads)-1)
		}
		s.threads[id] = append(s.threads[id], instr{
			op: ops[rng.IntN(len(ops))],
			x:  rng.IntN(few), y: rng.IntN(few),
			k: rng.IntN(3), l: rng.IntN(3),
		})
	}
	for id := 2; id < len(s.threads); id++ {
		if rng.IntN(6) == 0 { // started by an earlier one
			by := 1 + rng.IntN(id-1)
			at := rng.IntN(len(s.threads[by]) + 1)
			s.threads[by] = slices.Insert(s.threads[by], at, instr{op: spawn, x: id})
		}
	}
	s.repair()
	return s
}

// repair makes the operands of a drawn script fit their instructions.
func (s *script) repair() {
	for _, code := range s.threads {
		for i := range code {
			switch in := &code[i]; in.op {
			case lock, tryLock, unlock, send, recv, poll, move, await, awaitAny, signal, broadcast:
				in.x %= 2
				in.y = 1 - in.x
			case pick:
				if in.y == in.x {
					in.y = (in.x + 1) % 3
				}
			case tossing:
				in.k = 2 + in.k%2
			case skip:
				in.l = 1 + in.l%2
			}
		}
	}
}

// orders is how many ways there are to merge the threads of s if nothing
// blocks and nothing is left out.
func (s script) orders() float64 {
	ways, n := 1.0, 0
	for _, code := range s.threads {
		k := 0
		for _, in := range code {
			switch in.op {
			case skip, spawn:
				continue
			case tossing:
				ways *= float64(in.k)
				continue
			case await, awaitAny, wlock, once: // two steps
				k++
				n++
			}
			k++
			n++
			// The k-th step of its thread, the n-th of all so far.
			ways *= float64(n) / float64(k)
		}
	}
	return ways
}

// shrink drops threads, instructions and lateness as long as the script stays
// bad.
func (s script) shrink(bad func(script) bool) script {
	for again := true; again; {
		again = false
		try := func(c script) bool {
			if !bad(c) {
				return false
			}
			s, again = c, true
			return true
		}
		for id := 1; id < len(s.threads); id++ {
			c := s.clone()
			c.threads[id] = nil
			if len(s.threads[id]) > 0 && try(c) {
				continue
			}
		}
		for id := range s.threads {
			for i := 0; i < len(s.threads[id]); i++ {
				c := s.clone()
				c.threads[id] = slices.Delete(c.threads[id], i, i+1)
				if try(c) {
					i--
				}
			}
		}
		if s.late {
			c := s.clone()
			c.late = false
			try(c)
		}
	}
	return s
}
