package engine

import (
	"slices"
	"strconv"
)

// world is what the threads of a script share, and the log of what they do. It
// keeps no memory of its own across executions.
type world struct {
	script
	started []bool // by the body, before its own instructions
	fns     []func()
	names   []string

	refs   [nobjects]Ref
	number [nobjects]int // of the engine's objects: which it is here
	value  [nobjects]int // of an atomic, a counter; how many permits a queue has
	dones  int           // how many instructions count the latch down
	queue  [nobjects][]waiter
	two    [maxScriptThreads][2]*Object // operands of a step that touches two

	log      []logged
	local    [maxScriptThreads]uint64 // what each thread has seen so far
	last     [maxScriptThreads]int    // its last event, or that of its starter; -1: none
	released [maxScriptThreads]int    // the event that last released it
	over     [maxScriptThreads]bool
}

// logged is an event.
type logged struct {
	thread int
	pre    int // the event before it in its thread, or the last one of its starter
	after  int // the event that released it; -1: none
	class  Class
	cas    bool
	objs   uint32 // a set
	settle bool   // it is ordered after all that has happened
	local  uint64 // what its thread has seen before it
}

// waiter is a thread in a queue, or in two.
type waiter struct {
	t   *Thread
	id  int
	any bool
}

func newWorld(s script) *world {
	w := &world{script: s, started: make([]bool, len(s.threads))}
	for id := range s.threads {
		w.started[id] = id > 0
		w.fns = append(w.fns, func() { w.run(id) })
		w.names = append(w.names, strconv.Itoa(id))
	}
	for _, code := range s.threads {
		for _, in := range code {
			switch in.op {
			case spawn:
				w.started[in.x] = false
			case done:
				w.dones++
			}
		}
	}
	return w
}

// body is one execution.
func (w *world) body(e *Engine) {
	e.running.role = Service // to be left blocked is no failure here
	w.log = w.log[:0]
	for id := range w.threads {
		w.local[id], w.last[id], w.released[id], w.over[id] = 0, -1, -1, false
	}
	if !w.late {
		for o := range nobjects {
			w.obj(o)
		}
	}
	for id := range w.threads {
		if w.started[id] {
			w.spawn(e, 0, id)
		}
	}
	w.run(0)
}

func (w *world) spawn(e *Engine, by, id int) {
	w.last[id] = w.last[by]
	e.Go(w.names[id], w.fns[id], Service)
}

// The gates of a read-write lock.
const (
	toWrite Open = 1 << iota // no writer has it or waits for it: another one may come
	toRead                   // the same, for readers
	drained                  // the readers have left to the writer that waits
)

var objectNames = func() (names [nobjects]string) {
	for _, kind := range []struct {
		name  string
		first int
	}{{"a", atomics}, {"m", mutexes}, {"token", tokens}, {"c", channels}, {"q", queues}, {"n", counters}, {"r", rwlocks}, {"latch", latches}, {"once", onces}} {
		for o := kind.first; o < nobjects; o++ {
			names[o] = kind.name + strconv.Itoa(o-kind.first)
		}
	}
	return names
}()

func (w *world) obj(n int) *Object {
	o, fresh := Cur.Object(&w.refs[n], objectNames[n])
	if fresh {
		w.number[o.id] = n
		w.value[n] = 0
		switch {
		case n == latches:
			w.value[n] = w.dones
			if w.dones == 0 {
				o.SetOpen(Gate)
			}
		case n == rwlocks:
			o.SetOpen(toWrite | toRead)
		case n == onces:
			o.SetOpen(Gate)
		case n >= queues && n < counters:
			w.queue[n] = w.queue[n][:0]
		case n >= channels && n < queues:
			o.SetOpen(GateOut)
		case n >= mutexes && n < tokens:
			o.SetOpen(Gate)
		}
	}
	return o
}

// saw makes n part of what a thread has seen.
func (w *world) saw(id, n int) { w.local[id] = mix(w.local[id] ^ uint64(n+1)) }

func (w *world) set(o *Object, n, v int) {
	w.value[n] = v & 3
	o.SetValue(uint64(v & 3))
}

// run runs the instructions of a thread.
func (w *world) run(id int) {
	e := Cur
	var held [2]bool // mutexes
	shared, owned := 0, false
	acc := 0
	code := w.threads[id]
	for pc := 0; pc < len(code); pc++ {
		in := &code[pc]
		switch in.op {
		case skip:
			if acc != in.k {
				pc += in.l
			}
			continue
		case spawn:
			w.spawn(e, id, in.x)
			continue
		case tossing:
			acc = e.Choose(in.k)
		case load, storeK, storeAcc, add, casK, casAcc, pick:
			acc = w.atomic(e, id, in, acc)
		case lock:
			o := w.obj(mutexes + in.x)
			e.Enter(o, "lock", Gate)
			o.SetOpen(0)
			held[in.x] = true
		case tryLock:
			o := w.obj(mutexes + in.x)
			e.Write(o, "tryLock")
			acc = 0
			if o.Open() != 0 {
				o.SetOpen(0)
				held[in.x] = true
				acc = 1
			}
		case unlock:
			if held[in.x] {
				o := w.obj(mutexes + in.x)
				e.Write(o, "unlock")
				o.SetOpen(Gate)
				held[in.x] = false
			}
		case park:
			o := w.obj(tokens)
			e.Enter(o, "park", Gate)
			o.SetOpen(0)
		case unpark:
			o := w.obj(tokens)
			e.Write(o, "unpark")
			o.SetOpen(Gate)
		case send:
			o := w.obj(channels + in.x)
			e.Enter(o, "send", GateOut)
			o.SetOpen(Gate)
		case recv:
			o := w.obj(channels + in.x)
			e.Enter(o, "recv", Gate)
			o.SetOpen(GateOut)
		case poll:
			w.both(e, id, channels+in.x, channels+in.y, "poll")
			acc = 2
			for i, o := range w.two[id] {
				if o.Open() == Gate {
					o.SetOpen(GateOut)
					acc = i
					break
				}
			}
		case move:
			two := &w.two[id]
			two[0], two[1] = w.obj(channels+in.x), w.obj(channels+in.y)
			e.Announce(two[0], two[1:], "move", Gate)
			e.Commit(two[1:])
			two[0].SetOpen(GateOut)
			acc = 0
			if two[1].Open() == GateOut {
				two[1].SetOpen(Gate)
				acc = 1
			}
		case await:
			q := queues + in.x
			o := w.obj(q)
			e.Write(o, "await")
			w.await(e, id, q)
		case awaitAny:
			w.both(e, id, queues+in.x, queues+in.y, "awaitAny")
			w.await(e, id, queues+in.x, queues+in.y)
		case signal:
			w.signal(e, id, queues+in.x)
		case broadcast:
			q := queues + in.x
			e.Write(w.obj(q), "broadcast")
			w.broadcast(e, id, q)
		case count:
			e.Join(w.obj(counters), "count")
			w.value[counters] += in.k
		case total:
			e.Read(w.obj(counters), "total")
			acc = w.value[counters]
		case reset:
			e.Write(w.obj(counters), "reset")
			w.value[counters] = in.k
		case rlock:
			e.Pass(w.obj(rwlocks), "rlock", toRead, Join)
			w.value[rwlocks]++
			shared++
		case runlock:
			if shared > 0 {
				o := w.obj(rwlocks)
				e.Join(o, "runlock")
				w.value[rwlocks]--
				shared--
				if w.value[rwlocks] == 0 && o.Open() == 0 {
					o.SetOpen(drained)
				}
			}
		case wlock:
			o := w.obj(rwlocks)
			e.Enter(o, "wlock", toWrite)
			o.SetOpen(0)
			if w.value[rwlocks] > 0 {
				w.saw(id, 1)
				e.Pass(o, "drain", drained, Read)
			}
			owned = true
		case wunlock:
			if owned {
				o := w.obj(rwlocks)
				e.Write(o, "wunlock")
				o.SetOpen(toWrite | toRead)
				owned = false
			}
		case done, more:
			w.count(e, in.op)
		case wait:
			e.Pass(w.obj(latches), "wait", Gate, Read)
		case once:
			acc = w.once(e, id, in)
		case settle:
			e.Settle()
		}
		w.saw(id, acc)
	}
	w.over[id] = true
}

func (w *world) count(e *Engine, op opcode) {
	o := w.obj(latches)
	if op == done {
		e.Join(o, "done")
		w.value[latches]--
	} else {
		e.Write(o, "more")
		w.value[latches]++
	}
	if w.value[latches] == 0 {
		o.SetOpen(Gate)
	} else {
		o.SetOpen(0)
	}
}

func (w *world) once(e *Engine, id int, in *instr) int {
	o := w.obj(onces)
	if !e.EnterIf(o, "once", Gate, 0) {
		return 0
	}
	o.SetValue(1)
	o.SetOpen(0)
	a := atomics + in.x
	e.Load(w.obj(a))
	w.saw(id, w.value[a])
	e.Write(o, "done")
	o.SetOpen(Gate)
	return 1
}

func (w *world) atomic(e *Engine, id int, in *instr, acc int) int {
	a := atomics + in.x
	o := w.obj(a)
	switch in.op {
	case load:
		e.Load(o)
		return w.value[a]
	case storeK:
		e.Store(o, uint64(in.k))
		w.value[a] = in.k
	case storeAcc:
		v := (acc + in.k) & 3
		e.Store(o, uint64(v))
		w.value[a] = v
	case add:
		e.Update(o, "add")
		acc = w.value[a]
		w.set(o, a, acc+in.k)
	case casK, casAcc:
		old := in.k
		if in.op == casAcc {
			old = acc & 3
		}
		if !e.CompareAndSwap(o, uint64(old), uint64(in.l)) {
			return 0
		}
		w.value[a] = in.l
		return 1
	case pick:
		b := atomics + in.y
		w.both(e, id, a, b, "pick")
		acc = w.value[a] + w.value[b]
		if w.value[b] > w.value[a] {
			a = b
		}
		w.set(w.obj(a), a, in.k)
	}
	return acc
}

// both is a step that touches two objects.
func (w *world) both(e *Engine, id, x, y int, k Kind) {
	two := &w.two[id]
	two[0], two[1] = w.obj(x), w.obj(y)
	e.WriteAll(two[:], k)
}

// await takes a permit of one of the queues, or waits for one to be handed
// over.
func (w *world) await(e *Engine, id int, qs ...int) {
	for _, q := range qs {
		if w.value[q] > 0 {
			w.value[q]--
			w.saw(id, q)
			return
		}
	}
	for _, q := range qs {
		w.queue[q] = append(w.queue[q], waiter{e.Self(), id, len(qs) > 1})
	}
	e.Await(nil, "wait")
}

// signal hands a permit over to the first in the queue, or keeps it. One who
// waits in two queues leaves both: that the other one is touched turns out only
// then.
func (w *world) signal(e *Engine, id, q int) {
	two := &w.two[id]
	two[0], two[1] = w.obj(q), w.obj(2*queues+1-q)
	more := two[1:1]
	e.Announce(two[0], nil, "signal", 0)
	if len(w.queue[q]) > 0 && w.queue[q][0].any {
		more = two[1:2]
	}
	e.Commit(more)
	if len(w.queue[q]) == 0 {
		w.value[q]++
		return
	}
	first := w.queue[q][0]
	for i := range 2 {
		w.queue[queues+i] = slices.DeleteFunc(w.queue[queues+i], func(one waiter) bool { return one.t == first.t })
	}
	w.release(e, id, first)
}

func (w *world) broadcast(e *Engine, id, q int) {
	for _, one := range w.queue[q] {
		if !one.any {
			w.release(e, id, one)
		}
	}
	w.queue[q] = slices.DeleteFunc(w.queue[q], func(one waiter) bool { return !one.any })
}

func (w *world) release(e *Engine, id int, one waiter) {
	w.saw(id, one.id)
	w.released[one.id] = w.last[id]
	e.Release(one.t)
}
