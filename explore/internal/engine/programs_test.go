package engine

// The programs by which the field measures its checkers. Each constructor
// builds what its threads share; the body that it returns starts the threads
// and joins none of them. All accesses are sequentially consistent.

// start starts each of the functions as a thread that may be left blocked, so
// that also the deadlocks of a program are counted and end no exploration.
// Objects touched by declare come first, so that they have the same number in
// every execution.
func start(name string, declare func(), threads []func()) func(*Engine) {
	return func(e *Engine) {
		declare()
		for _, f := range threads {
			e.Go(name, f, Service)
		}
	}
}

func cells(cs []cell) func() {
	return func() {
		for i := range cs {
			cs[i].obj()
		}
	}
}

// indexer: n threads put four words each into a hash table (Flanagan,
// Godefroid, POPL 2005). Below 12 threads none collide.
func indexer(n int) func(*Engine) {
	table := make([]cell, 128)
	var threads []func()
	for id := range n {
		threads = append(threads, func() {
			for m := 1; m <= 4; m++ {
				w := m*11 + id
				h := (w * 7) % len(table)
				for table[h].cas(0, w) != 0 {
					h = (h + 1) % len(table)
				}
			}
		})
	}
	return start("indexer", cells(table), threads)
}

// filesystem: n threads give a block each to one of 32 inodes (Flanagan,
// Godefroid, POPL 2005).
func filesystem(n int) func(*Engine) {
	const blocks, inodes = 26, 32
	var (
		locki [inodes]mutex
		inode [inodes]int
		lockb [blocks]mutex
		busy  [blocks]bool
	)
	declare := func() {
		inode, busy = [inodes]int{}, [blocks]bool{}
		for i := range locki {
			locki[i].obj()
		}
		for b := range lockb {
			lockb[b].obj()
		}
	}
	var threads []func()
	for id := range n {
		threads = append(threads, func() {
			i := id % inodes
			locki[i].lock()
			if inode[i] == 0 {
				for b := (i * 2) % blocks; ; b = (b + 1) % blocks {
					lockb[b].lock()
					if !busy[b] {
						busy[b] = true
						inode[i] = b + 1
						lockb[b].unlock()
						break
					}
					lockb[b].unlock()
				}
			}
			locki[i].unlock()
		})
	}
	return start("filesystem", declare, threads)
}

// readers: one thread writes what n others read (Abdulla and others, POPL
// 2014).
func readers(n int) func(*Engine) {
	x := make([]cell, 1)
	threads := []func(){func() { x[0].store(42) }}
	for range n {
		threads = append(threads, func() { x[0].load() })
	}
	return start("readers", cells(x), threads)
}

// lastzero: one thread looks for the last zero of an array that n others fill
// (Abdulla and others, POPL 2014).
func lastzero(n int) func(*Engine) {
	array := make([]cell, n+1)
	threads := []func(){func() {
		for i := n; array[i].load() != 0; i-- {
		}
	}}
	for j := 1; j <= n; j++ {
		threads = append(threads, func() {
			t := array[j-1].load()
			array[j].store(t + 1)
		})
	}
	return start("lastzero", cells(array), threads)
}

// writers: n threads write the same variable, once each: n! traces.
func writers(n int) func(*Engine) {
	x := make([]cell, 1)
	var threads []func()
	for id := range n {
		threads = append(threads, func() { x[0].store(id) })
	}
	return start("writers", cells(x), threads)
}

// shape: a number of threads take a number of steps each, loads and stores by
// turns, over a number of cells.
func shape(threads, steps, objects int) func(*Engine) {
	cs := make([]cell, objects)
	var fs []func()
	for id := range threads {
		fs = append(fs, func() {
			for i := range steps {
				if c := &cs[(id+i)%objects]; i%2 == 0 {
					c.store(id)
				} else {
					c.load()
				}
			}
		})
	}
	return start("shape", cells(cs), fs)
}

// parkOK: the waiter parks until k wakers have raised the count.
func parkOK(k int) func(*Engine) {
	var tok token
	flag := make([]cell, 1)
	threads := []func(){func() {
		for flag[0].load() != k {
			tok.park()
		}
	}}
	for range k {
		threads = append(threads, func() {
			flag[0].add(1)
			tok.unpark()
		})
	}
	return start("park", func() { flag[0].obj(); tok.obj() }, threads)
}

// parkFlag: the waker unparks the waiter only if that says that it is parked.
// Without a recheck of the flag in between a wake-up is lost (park_bug); with
// it (park_dekker) none is.
func parkFlag(recheck bool) func(*Engine) {
	var tok token
	cs := make([]cell, 2)
	flag, parked := &cs[0], &cs[1]
	waiter := func() {
		for flag.load() == 0 {
			parked.store(1)
			if !recheck || flag.load() == 0 {
				tok.park()
			}
			parked.store(0)
		}
	}
	waker := func() {
		flag.store(1)
		if parked.load() != 0 {
			tok.unpark()
		}
	}
	return start("park", func() { flag.obj(); parked.obj(); tok.obj() }, []func(){waiter, waker})
}

// The states of an atomicWaker.
const (
	waiting     = 0
	registering = 1
	waking      = 2
)

// atomicWaker is futures::task::AtomicWaker for a single waiter, whose waker
// unparks it.
type atomicWaker struct {
	state   cell
	slot    bool // whether the waker is there; guarded by state
	tok     token
	lostBit bool // register ends with a plain store
}

func (a *atomicWaker) declare() {
	a.slot = false
	a.state.obj()
	a.tok.obj()
}

func (a *atomicWaker) register() {
	switch s := a.state.cas(waiting, registering); s {
	case waiting:
		a.slot = true
		if a.lostBit {
			a.state.store(waiting)
			return
		}
		if a.state.cas(registering, waiting) != registering {
			a.slot = false
			a.state.swap(waiting)
			a.tok.unpark()
		}
	case waking:
		a.tok.unpark()
	default:
		panic("AtomicWaker: two threads register at once")
	}
}

func (a *atomicWaker) wake() {
	if a.state.or(waking) != waiting {
		return
	}
	woken := a.slot
	a.slot = false
	if a.state.swap(waiting) != waking {
		panic("AtomicWaker: somebody else has touched the state of a wake")
	}
	if woken {
		a.tok.unpark()
	}
}

// awPure: one registration against k wakes.
func awPure(k int) func(*Engine) {
	var a atomicWaker
	threads := []func(){a.register}
	for range k {
		threads = append(threads, a.wake)
	}
	return start("aw", a.declare, threads)
}

// awOrder is where a waiter for one wake looks at the condition.
type awOrder int

const (
	recheck  awOrder = iota // after it has registered
	tooEarly                // before it registers: a wake-up is lost
)

// awBlock: the waiter registers and parks until the one waker has come. With
// more wakers it would spin without end between a wake and itself.
func awBlock(order awOrder, lostBit bool) func(*Engine) {
	a := atomicWaker{lostBit: lostBit}
	num := make([]cell, 1)
	waiter := func() {
		for {
			if order == tooEarly && num[0].load() == 1 {
				return
			}
			a.register()
			if order == recheck && num[0].load() == 1 {
				return
			}
			a.tok.park()
		}
	}
	waker := func() {
		num[0].add(1)
		a.wake()
	}
	return start("aw", func() { a.declare(); num[0].obj() }, []func(){waiter, waker})
}
