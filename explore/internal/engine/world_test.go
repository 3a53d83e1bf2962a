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

	refs    [nobjects]Ref
	number  [nobjects]int // of the engine's objects: which it is here
	value   [nobjects]int // of an atomic, a counter; how many permits a queue has
	claimed [maxScriptThreads]bool
	queue   [nobjects][]waiter
	two     [maxScriptThreads][2]*Object // operands of a step that touches two

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
	local  uint64 // what its thread has seen before it
}

// waiter is a thread in a queue. One that waits in two queues must be claimed:
// its claim is an object of its own.
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
			if in.op == spawn {
				w.started[in.x] = false
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

var objectNames = func() (names [nobjects]string) {
	for _, kind := range []struct {
		name  string
		first int
	}{{"a", atomics}, {"m", mutexes}, {"token", tokens}, {"c", channels}, {"q", queues}, {"n", counters}, {"l", rwlocks}, {"group", groups}, {"once", onces}, {"claim", claims}} {
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
		case n >= claims:
			w.claimed[n-claims] = false
		case n >= onces:
			o.SetOpen(Gate)
		case n >= groups:
			for _, code := range w.threads {
				for _, in := range code {
					if in.op == done {
						w.value[n]++
					}
				}
			}
			if w.value[n] == 0 {
				o.SetOpen(Gate)
			}
		case n >= rwlocks:
			o.SetOpen(toWrite | toRead)
		case n >= counters:
		case n >= queues:
			w.queue[n] = w.queue[n][:0]
		case n >= channels:
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
	var held, writes [2]bool
	var shares [2]int
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
			o := w.obj(rwlocks + in.x)
			e.Pass(o, "rlock", toRead, Join)
			w.value[rwlocks+in.x]++
			shares[in.x]++
		case runlock:
			if shares[in.x] > 0 {
				w.runlock(e, rwlocks+in.x)
				shares[in.x]--
			}
		case wlock:
			o := w.obj(rwlocks + in.x)
			e.Enter(o, "wlock", toWrite)
			o.SetOpen(0)
			if w.value[rwlocks+in.x] > 0 {
				e.Pass(o, "drain", drained, Read)
			}
			writes[in.x] = true
		case wunlock:
			if writes[in.x] {
				o := w.obj(rwlocks + in.x)
				e.Write(o, "wunlock")
				o.SetOpen(toWrite | toRead)
				writes[in.x] = false
			}
		case work:
			o := w.obj(groups)
			e.Write(o, "work")
			w.value[groups]++
			o.SetOpen(0)
		case done:
			o := w.obj(groups)
			e.Join(o, "done")
			if w.value[groups]--; w.value[groups] == 0 {
				o.SetOpen(Gate)
			}
		case join:
			e.Pass(w.obj(groups), "join", Gate, Read)
		case once:
			acc = w.once(e)
		}
		w.saw(id, acc)
	}
	w.over[id] = true
}

// The gates of a lock for readers and writers.
const (
	toWrite Open = 1 << iota
	toRead
	drained
)

func (w *world) runlock(e *Engine, l int) {
	o := w.obj(l)
	e.Join(o, "runlock")
	if w.value[l]--; w.value[l] == 0 && o.Open() == 0 {
		o.SetOpen(drained)
	}
}

func (w *world) once(e *Engine) int {
	o := w.obj(onces)
	if !e.EnterIf(o, "once", Gate, 0) {
		return 0
	}
	o.SetValue(1)
	o.SetOpen(0)
	e.Write(o, "once done")
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
// waits in two queues may have got another meanwhile: then the next one is
// tried.
func (w *world) signal(e *Engine, id, q int) {
	for {
		e.Write(w.obj(q), "signal")
		if len(w.queue[q]) == 0 {
			w.value[q]++
			return
		}
		first := w.queue[q][0]
		w.queue[q] = slices.Delete(w.queue[q], 0, 1)
		if !first.any {
			w.release(e, id, first)
			return
		}
		w.saw(id, first.id)
		e.Write(w.obj(claims+first.id), "claim")
		if !w.claimed[first.id] {
			w.claimed[first.id] = true
			w.release(e, id, first)
			return
		}
	}
}

func (w *world) broadcast(e *Engine, id, q int) {
	keep := w.queue[q][:0]
	for _, one := range w.queue[q] {
		if one.any {
			keep = append(keep, one)
			continue
		}
		w.release(e, id, one)
	}
	w.queue[q] = keep
}

func (w *world) release(e *Engine, id int, one waiter) {
	w.saw(id, one.id)
	w.released[one.id] = w.last[id]
	e.Release(one.t)
}
