package contract_test

import (
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/clock"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

func executorMutant(name string, mk func(testing.TB) contract.Executor, notices ...string) mutant {
	return mutant{contract.ExecutorDoor, name, func() contract.Report { return contract.CheckExecutor(mk) }, notices}
}

// executorMutants are the executors whose fault needs more than a loop: several
// workers, a clock, or another executor.
func executorMutants() []mutant {
	var threads perRun[*parkedThreads]
	var last perRun[*atomic.Pointer[parkLoop]]
	var made perRun[*atomic.Int32]
	return []mutant{
		executorMutant("none: a pool", func(tb testing.TB) contract.Executor {
			return newPool(tb, 2, func(*loop) {}).executor()
		}),
		executorMutant("a second worker polls a task whose poll takes long", func(tb testing.TB) contract.Executor {
			return newLoop(tb, 1, func(x *loop) {
				x.poll = func(t *task) {
					clock.AfterFunc(window, func() {
						steal := false
						x.set(func() {
							if steal = t.running && t.again; steal {
								t.running = false
							}
						})
						if steal {
							t.poll()
						}
					})
					t.poll()
				}
			}).executor()
		}, "E6"),
		executorMutant("polls on a timer", func(tb testing.TB) contract.Executor {
			nth := made.get(tb, func() *atomic.Int32 { return new(atomic.Int32) }).Add(1)
			return newLoop(tb, 1, func(x *loop) {
				sync.Go(func() {
					every := clock.NewTicker(time.Minute + time.Duration(nth)*time.Second) // no two at one instant
					defer every.Stop()
					for channel.First(every.C, x.end) {
						x.requeue()
						x.unpark()
					}
				})
			}).executor()
		}, "E7", "E8"),
		executorMutant("none: a block-on", func(tb testing.TB) contract.Executor {
			return newParkLoop(tb, func(*parkLoop) {}).executor()
		}),
		executorMutant("parks the thread without a flag of its own", func(tb testing.TB) contract.Executor {
			return newParkLoop(tb, func(b *parkLoop) {
				b.park = threads.get(tb, newParkedThreads).current
				b.sleep = b.waitForToken
			}).executor()
		}, "E2", "E3", "E7", "E9", "E10", "E22", "W14"),
		executorMutant("a wake unparks the instance that was made last", func(tb testing.TB) contract.Executor {
			if insideAPoll() {
				return newParkLoop(tb, func(*parkLoop) {}).executor()
			}
			last := last.get(tb, func() *atomic.Pointer[parkLoop] { return new(atomic.Pointer[parkLoop]) })
			b := newParkLoop(tb, func(b *parkLoop) {
				b.unpark = func() { last.Load().goodUnpark() }
			})
			last.Store(b)
			return b.executor()
		}, "E2", "E4", "E9", "W14"),
		executorMutant("a run inside a poll does not return", func(tb testing.TB) contract.Executor {
			nested := insideAPoll()
			return newParkLoop(tb, func(b *parkLoop) {
				if nested {
					b.finish = func(v int, err error) { b.goodFinish(v, err); channel.Recv(b.end) }
				}
			}).executor()
		}, "E10", "E11"),
	}
}

// A parkLoop is a block-on, the simplest executor that sleeps: it polls its one
// task, parks, and polls again.
type parkLoop struct {
	park   func() chan struct{} // where the goroutine that runs it finds its token
	unpark func()
	sleep  func() bool // true when it was woken, false at the end
	finish func(v int, err error)
	future futures.Future[int]

	mu    sync.Mutex
	token chan struct{}
	flag  bool // woken since the latest poll began
	ended bool
	value int
	err   error
	done  chan struct{}
	end   chan struct{}
}

func newParkLoop(tb testing.TB, edit func(*parkLoop)) *parkLoop {
	b := &parkLoop{done: make(chan struct{}), end: make(chan struct{})}
	b.park = func() chan struct{} { return make(chan struct{}, 1) }
	b.unpark, b.sleep, b.finish = b.goodUnpark, b.waitForFlag, b.goodFinish
	edit(b)
	tb.Cleanup(func() { channel.Close(b.end) })
	return b
}

func (b *parkLoop) executor() contract.Executor {
	return contract.Executor{Spawn: b.spawn, Run: b.run, Tasks: 1}
}

func (b *parkLoop) spawn(f futures.Future[int]) contract.Task {
	b.future = f
	return b
}

func (b *parkLoop) run() {
	defer channel.Close(b.done)
	b.mu.Lock()
	b.token = b.park()
	b.mu.Unlock()
	var w wakers.Waker
	w.Init(b)
	for cx := futures.NewContext(&w); !b.hasEnded(); {
		if v, ready := b.future.Poll(cx); ready {
			b.finish(v, nil)
			return
		}
		if !b.sleep() {
			return
		}
	}
	futures.Drop(b.future)
}

// waitForFlag waits until b has been woken. A token may have been meant for
// another, and another may have taken the one that was meant for b.
func (b *parkLoop) waitForFlag() bool {
	for !b.takeFlag() {
		if !b.waitForToken() {
			return false
		}
	}
	return true
}

func (b *parkLoop) waitForToken() bool {
	return channel.First(b.token, b.end)
}

func (b *parkLoop) takeFlag() (was bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was, b.flag = b.flag, false
	return was
}

func (b *parkLoop) hasEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

func (b *parkLoop) goodFinish(v int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.ended, b.value, b.err = true, v, err
	}
}

func (b *parkLoop) Join() (int, error) {
	channel.First(b.done, b.end) // the second is the last resort
	b.goodFinish(0, futures.ErrCancelled)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.value, b.err
}

func (b *parkLoop) Cancel() {
	b.finish(0, futures.ErrCancelled)
	b.WakeByRef()
}

func (b *parkLoop) Clone() wakers.RawWaker { return b }
func (b *parkLoop) Wake()                  { b.WakeByRef() }
func (b *parkLoop) Drop()                  {}
func (b *parkLoop) WakeByRef() {
	b.mu.Lock()
	b.flag = true
	b.mu.Unlock()
	b.unpark()
}

func (b *parkLoop) goodUnpark() {
	b.mu.Lock()
	token := b.token
	b.mu.Unlock()
	leave(token) // there is none before the run: then its first poll is to come
}

// parkedThreads gives each goroutine one token, as std::thread::park does.
type parkedThreads struct {
	mu     sync.Mutex
	tokens map[int64]chan struct{}
}

func newParkedThreads() *parkedThreads {
	return &parkedThreads{tokens: make(map[int64]chan struct{})}
}

// current returns the token of the goroutine that calls it.
func (p *parkedThreads) current() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	me := goid()
	if p.tokens[me] == nil {
		p.tokens[me] = make(chan struct{}, 1)
	}
	return p.tokens[me]
}
