package contract

import (
	"fmt"
	"runtime"
	"sync"
	"weak"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// A combinatorRun is the execution of a scenario on one combinator.
type combinatorRun struct {
	*run
	mk       makeCombinator
	s        Combinator
	children []*child
	handles  [maxShared]*sharedHandle // nil: not made
	lent     []*wakers.Waker          // every handle lent so far: none is emptied before the run ends
	noop     wakers.Waker
	touch    func()        // announces that the state is looked at or changed
	tally    func()        // announces that a handle comes
	nests    bool          // some polls of children block: those of the combinator are made on threads
	freed    chan struct{} // closed when what hangs is freed

	laneMu sync.Mutex
	lanes  map[string]int // goroutine → thread
	others int            // goroutines that are the subject's

	// Under the recorder's lock:
	polls    int  // of all handles
	panicked bool // a child did, or the combinator itself
	poisoned bool // the combinator panicked again when it was polled after that
	answered bool // some handle answered ready
}

// maxShared is how many handles on one combinator a scenario uses at most, and
// perHandle how many wakers it is polled with.
const (
	maxShared = 3
	perHandle = 3
)

// A sharedHandle is one handle on the combinator, and the task that owns it.
type sharedHandle struct {
	n      int // from 0
	future futures.Future[[]int]
	probes [perHandle]parentProbe

	// Under the recorder's lock:
	polls    int
	latest   int  // the probe of the latest poll
	wakes    int  // wakes of it since that poll began
	pended   bool // the latest poll answered pending
	panicked int  // polls that panicked
	over     bool // answered ready, panicked twice in a row, or dropped
	dropped  bool
	left     bool // not polled any more
}

func (h *sharedHandle) live() bool { return !h.over && !h.left }

func (c *combinatorRun) play() {
	c.lanes = map[string]int{c.goroutine(): 0}
	c.touch, c.tally = c.newTouch()
	wakers.Noop{}.InitWaker(&c.noop)
	c.nests, c.freed = c.stage == nil && nests(*c.sc), make(chan struct{})
	for i := range c.sc.Scripts {
		c.children = append(c.children, &child{c: c, number: i + 1, script: &c.sc.Scripts[i], spunIn: -1, mu: c.newLock()})
	}
	if !c.tb.guard("mk", c.make) {
		return
	}
	c.declare()
	c.share(0)
	if !c.operate() || !c.drain() || !c.release() {
		for n := range maxShared {
			if c.threads.busyOn(pollThread + n) {
				c.tb.fault("a poll does not return")
			}
		}
		c.rescued.Store(true)
		c.add(Event{Kind: Rescue})
		close(c.freed)
		c.settle()
	}
	for n, h := range c.handles {
		if h != nil && !h.over && !c.threads.busyOn(pollThread+n) {
			c.drop(0, h)
		}
	}
	c.threads.release()
	c.finish()
	c.add(Event{Kind: Settle})
}

// make makes the combinator of the children that are there at the start.
func (c *combinatorRun) make() {
	var fs []futures.Future[int]
	for _, s := range c.children {
		if s.script.By == "" {
			fs = append(fs, s.add(false))
		}
	}
	c.s = combinatorOf(c.mk(c.tb, fs...))
}

// add makes the future that the combinator gets for the child.
func (s *child) add(late bool) futures.Future[int] {
	f := &scriptedFuture{s}
	s.future = weak.Make(f)
	s.c.mu.Lock()
	s.added, s.late = true, late
	s.c.mu.Unlock()
	return f
}

func (c *combinatorRun) declare() {
	given := 0
	for _, s := range c.children {
		given += btoi(s.added)
	}
	c.add(Event{Kind: Declare, Note: "children", Arg: given})
	for _, claim := range []struct {
		note string
		arg  int
	}{
		{"selective", btoi(c.s.Selective)}, {"first", btoi(c.s.First)}, {"contains", btoi(c.s.Contains)},
		{"fair", c.s.Fair}, {"push", btoi(c.s.Push != nil)}, {"quiet", btoi(c.s.Quiet)},
	} {
		if claim.arg > 0 {
			c.add(Event{Kind: Declare, Note: claim.note, Arg: claim.arg})
		}
	}
}

// share returns handle n on the combinator; it makes one that is not there, as
// long as the first has not ended.
func (c *combinatorRun) share(n int) *sharedHandle {
	if n >= maxShared || n > 0 && c.handles[n] == nil && !c.sharable() {
		n = 0
	}
	if c.handles[n] == nil {
		h := &sharedHandle{n: n, future: c.s.Future}
		if n > 0 {
			h.future = nil
			if c.guarded(0, 0, func() { h.future = c.s.Share() }) != "" || h.future == nil {
				c.tb.fault("Share gave no handle")
				return c.handles[0]
			}
		}
		for i := range h.probes {
			h.probes[i] = parentProbe{c: c, h: h, n: i}
		}
		c.handles[n] = h
		c.add(Event{Kind: Declare, Note: "handle", Arg: n + 1})
	}
	return c.handles[n]
}

func (c *combinatorRun) sharable() bool {
	first := c.handles[0]
	return c.s.Share != nil && first != nil && !first.over && first.panicked == 0
}

// operate does the scenario's operations.
func (c *combinatorRun) operate() bool {
	if c.sc.Raced {
		return c.race()
	}
	for _, op := range c.sc.Ops {
		c.do(op)
		if !c.paid(c.owed) {
			return false
		}
	}
	return true
}

func (c *combinatorRun) do(op Op) {
	switch op.Do {
	case DoPoll:
		if h := c.share(op.Handle / perHandle % maxShared); h.live() {
			c.turn(h, op.Handle%perHandle)
		}
	case DoDrop, DoLeave:
		h := c.share(op.Handle % maxShared)
		if op.Do == DoDrop && c.s.canDrop() && !h.over {
			c.drop(0, h)
		} else if op.Do == DoLeave && h.live() && h.polls > 0 {
			h.left = true
			c.add(Event{Kind: Leave, Task: h.n*perHandle + 1})
		}
	case DoPush:
		c.push(0, op)
	case DoCollect:
		c.collect()
	default:
		thread := max(op.Thread, 1)
		c.on(thread, func() { c.wakeChild(thread, op) })
	}
}

// on does f on an outside thread, unless that is busy.
func (c *combinatorRun) on(thread int, f func()) {
	if !c.threads.busyOn(thread) {
		c.threads.do(thread, func() { c.enter(thread); f() })
	}
}

// race polls each handle on a thread of its own, while others wake the children.
// If there is one handle that thread pushes children, too, and drops it.
func (c *combinatorRun) race() bool {
	var ops []Op
	for _, op := range c.sc.Ops {
		switch op.Do {
		case DoPoll:
			h := c.share(op.Handle / perHandle % maxShared)
			op.Handle = h.n*perHandle + op.Handle%perHandle
			op.Thread = pollThread + h.n
		case DoPush, DoDrop:
			if c.s.Share != nil {
				continue
			}
			c.share(0)
			op.Handle, op.Thread = 0, pollThread
		case DoWake, DoWakeByRef, DoStale:
			op.Thread = max(op.Thread%pollThread, 1)
		default:
			continue
		}
		ops = append(ops, op)
	}
	c.threads.race(ops, func(thread int, op Op) {
		c.enter(thread)
		switch h := c.handles[op.Handle/perHandle%maxShared]; op.Do {
		case DoPoll:
			if h.live() {
				c.poll(thread, h, op.Handle%perHandle)
			}
		case DoDrop:
			if c.s.canDrop() && !h.over {
				c.drop(thread, h)
			}
		case DoPush:
			c.push(thread, op)
		default:
			runtime.Gosched()
			c.wakeChild(thread, op)
		}
	})
	return c.paid(c.owed)
}

// pollThread is the first of the threads that poll handles in a raced run.
const pollThread = 5

// enter notes that this goroutine is an outside thread.
func (c *combinatorRun) enter(thread int) {
	c.laneMu.Lock()
	defer c.laneMu.Unlock()
	c.lanes[c.goroutine()] = thread
}

// lane returns the thread that this goroutine is.
func (c *combinatorRun) lane() int {
	id := c.goroutine()
	c.laneMu.Lock()
	defer c.laneMu.Unlock()
	n, known := c.lanes[id]
	if !known {
		c.others++
		n = -c.others
		c.lanes[id] = n
	}
	return n
}

// owed reports whether a wake must still come, or a call return.
func (c *combinatorRun) owed() bool {
	if c.threads.busy() {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := false // some task waits for the combinator
	for _, h := range c.handles {
		switch {
		case h == nil || !h.live() || h.polls == 0:
		case h.wakes > 0 || !h.pended:
			return false // it is about to be polled
		default:
			waits = true
		}
	}
	if !waits {
		return false
	}
	if c.answered || c.poisoned {
		return true
	}
	ready, pending := 0, 0
	for _, s := range c.children {
		ready += btoi(s.ready)
		if !s.added || s.ended {
			continue
		}
		if s.fresh > 0 || s.late && s.polls == 0 {
			return true
		}
		pending += btoi(s.polls > 0)
	}
	return !c.panicked && c.s.Push == nil && (pending == 0 || c.s.First && ready > 0)
}

// steady reports whether the poll that is open was lent a waker whose handles
// say that they wake the same. The recorder is locked.
func (c *combinatorRun) steady() bool {
	if c.s.Share != nil {
		return false // its handles are polled with different ones
	}
	return c.handles[0].latest == steadyProbe
}

// turn polls a handle with waker n. If the poll may block it is made on a thread,
// and is over when nothing is owed any more.
func (c *combinatorRun) turn(h *sharedHandle, n int) {
	if !c.nests {
		c.poll(0, h, n)
		return
	}
	thread := pollThread + h.n
	c.on(thread, func() { c.poll(thread, h, n) })
}

func (c *combinatorRun) poll(thread int, h *sharedHandle, n int) {
	p := &h.probes[n]
	c.touch()
	c.mu.Lock()
	c.polls++
	h.polls++
	e := Event{Thread: thread, Task: p.task(), Poll: c.polls}
	spurious := h.pended && h.wakes == 0 // F7 judges it
	h.latest, h.wakes, h.pended = n, 0, false
	raw, id := p.lend(e.Poll)
	begin := e
	begin.Kind, begin.Handle = Poll, id
	lent := new(wakers.Waker)
	c.lent = append(c.lent, lent)
	c.addLocked(begin)
	c.mu.Unlock()
	lent.Init(raw)
	ready, back := false, false
	defer func() {
		if !back { // the goroutine ends: this handle is not polled again
			c.mu.Lock()
			h.over = true
			c.mu.Unlock()
		}
	}()
	panicked := c.recovered(func() { _, ready = h.future.Poll(futures.NewContext(lent)) })
	back = true
	e.Kind = Pending
	switch {
	case panicked != nil:
		e.Kind, e.Note = Panicked, note(panicked)
	case ready:
		e.Kind = Ready
	}
	c.touch()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addLocked(e)
	h.pended = e.Kind == Pending
	switch e.Kind {
	case Panicked:
		_, scripted := panicked.(childPanic)
		if !scripted && !spurious && !c.panicked {
			c.tb.fault(fmt.Sprintf("the combinator panicked in poll %d: %s", e.Poll, e.Note))
		}
		c.panicked = true
		h.panicked++
		c.poisoned = c.poisoned || h.panicked > 1
		h.over = h.over || h.panicked > 1
	case Ready:
		h.over, c.answered = true, true
	}
}

// drop gives a handle up.
func (c *combinatorRun) drop(thread int, h *sharedHandle) {
	h.over, h.dropped = true, true
	if _, ok := h.future.(futures.Dropper); !ok {
		return
	}
	e := Event{Kind: FutureDrop, Thread: thread, Task: h.n*perHandle + 1}
	c.touch()
	c.add(e)
	p := c.recovered(func() { futures.Drop(h.future) })
	c.touch()
	if p == nil {
		c.add(Event{Kind: Return, Thread: thread, Task: e.Task})
		return
	}
	c.add(Event{Kind: Panicked, Thread: thread, Task: e.Task, Note: note(p)})
	if _, scripted := p.(childPanic); !scripted && !c.panicked {
		c.tb.fault("Drop panicked: " + note(p))
	}
}

// push adds a late child, and polls if that is what the combinator asks for.
func (c *combinatorRun) push(thread int, op Op) {
	h := c.handles[0]
	if c.s.Push == nil || !h.live() || op.Task < 1 || op.Task > len(c.children) {
		return
	}
	s := c.children[op.Task-1]
	if s.added || s.script.By == "" {
		return
	}
	if c.guarded(thread, 0, func() {
		c.touch()
		c.add(Event{Kind: Push, Thread: thread, Task: s.task()})
		c.s.Push(s.add(true))
		c.add(Event{Kind: Return, Thread: thread, Task: s.task()})
	}) != "" {
		c.tb.fault("Push panicked")
	}
	switch {
	case !c.s.Quiet:
	case thread == 0:
		c.turn(h, h.latest)
	default:
		c.poll(thread, h, h.latest)
	}
}

// collect runs the garbage collector and records which finished children it
// could not free.
func (c *combinatorRun) collect() {
	runtime.GC()
	for _, s := range c.children {
		c.mu.Lock()
		if s.ready && s.future.Value() != nil {
			c.addLocked(Event{Kind: Reachable, Task: s.task()})
		}
		c.mu.Unlock()
	}
}

// wakeChild wakes a child on a thread: with its latest handle, which that ends,
// with clones of it, or with the stale one, and that is dropped then.
func (c *combinatorRun) wakeChild(thread int, op Op) {
	if op.Task < 1 || op.Task > len(c.children) {
		return
	}
	s := c.children[op.Task-1]
	switch op.Do {
	case DoWake:
		if w, id, poll := s.take(false); w != nil {
			s.wake(Event{Thread: thread, Poll: poll, Handle: id}, w, true)
		}
	case DoWakeByRef, DoStale:
		for range max(op.N, 1) {
			w, id, poll := s.clone(thread, op.Do == DoStale)
			if w == nil {
				return
			}
			s.wake(Event{Thread: thread, Poll: poll, Handle: id}, w, false)
			s.dropHandle(thread, w, id)
		}
	}
}
