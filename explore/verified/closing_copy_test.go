//go:build explore

package verified

import (
	"slices"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A closingCopy is executor.Pool in short, with one worker, and with all that its
// Close is about.
type closingCopy struct {
	mistake string
	worker  group

	mu     sync.Mutex
	queue  []*taskCopy
	live   []*taskCopy
	asleep *wakers.Parker // nil: the worker is not parked
	closed bool
}

const (
	looksThenSpawns = "a spawn looks if it is closed, then adds the task"
	listsThenWaits  = "a close lists what lives, then waits for the poll that goes on"
	looksThenQueues = "a wake looks if it is closed, then queues the task"
	looksThenCloses = "a close looks if the worker sleeps, then closes"
	dropsUnderLock  = "a close drops the futures under its lock"
)

func newClosingCopy(x threads, mistake string) *closingCopy {
	c := &closingCopy{mistake: mistake}
	c.worker.run(x, "worker", c.work)
	return c
}

func (c *closingCopy) work() {
	for t := c.pop(); t != nil; t = c.pop() {
		if t.turn() {
			c.mu.Lock()
			i := slices.Index(c.live, t)
			c.live = slices.Delete(c.live, i, i+1)
			c.mu.Unlock()
		}
	}
}

// pop waits for a task, and returns nil if there will be none.
func (c *closingCopy) pop() *taskCopy {
	var me wakers.Parker
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed {
		if len(c.queue) > 0 {
			t := c.queue[0]
			c.queue = c.queue[1:]
			return t
		}
		c.asleep = &me
		c.mu.Unlock()
		me.Park()
		c.mu.Lock()
	}
	return nil
}

func (c *closingCopy) spawn(f futures.Future[int]) *taskCopy {
	t := newTaskCopy(c.mistake, c, f)
	c.mu.Lock()
	if c.isClosed(looksThenSpawns) {
		c.mu.Unlock()
		t.giveUp()
		return t
	}
	c.live = append(c.live, t)
	c.put(t)
	return t
}

func (c *closingCopy) push(t *taskCopy) {
	c.mu.Lock()
	if c.isClosed(looksThenQueues) {
		c.mu.Unlock()
		return
	}
	c.put(t)
}

// isClosed is called with mu held, which the mistake lets go of.
func (c *closingCopy) isClosed(mistake string) bool {
	closed := c.closed
	if c.mistake == mistake {
		c.mu.Unlock()
		c.mu.Lock()
	}
	return closed
}

// put queues t, with mu held, and unlocks it.
func (c *closingCopy) put(t *taskCopy) {
	c.queue = append(c.queue, t)
	sleeper := c.asleep
	c.asleep = nil
	c.mu.Unlock()
	if sleeper != nil {
		sleeper.Unpark()
	}
}

// close gives up all tasks that live, when the poll that goes on is over.
func (c *closingCopy) close() {
	c.mu.Lock()
	sleeper := c.asleep
	if c.mistake == looksThenCloses {
		c.mu.Unlock()
		c.mu.Lock()
	}
	c.closed, c.asleep, c.queue = true, nil, nil
	early := slices.Clone(c.live)
	c.mu.Unlock()
	if sleeper != nil {
		sleeper.Unpark()
	}
	c.worker.wait()
	live := c.live // nobody else touches it any more
	if c.mistake == listsThenWaits {
		live = early
	}
	if c.mistake == dropsUnderLock {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	for _, t := range live {
		t.giveUp()
	}
}

// queued reports how many tasks are in the queue.
func (c *closingCopy) queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue)
}

// closingCopySpawned closes while another thread spawns.
func closingCopySpawned(x threads, mistake string) {
	c := newClosingCopy(x, mistake)
	f := &fragile{x: x}
	var g group
	g.run(x, "spawner", func() { c.spawn(f).join() })
	c.close()
	g.wait()
	x.Assert(f.ended.Get())
}

// closingCopyWoken closes while a task is polled, and woken.
func closingCopyWoken(x threads, mistake string) {
	c := newClosingCopy(x, mistake)
	f := &fragile{x: x, wakers: 1}
	c.spawn(f)
	c.close()
	f.group.wait()
	x.Assert(f.ended.Get() && c.queued() == 0)
}

// closingCopyEmpty closes while there are no tasks.
func closingCopyEmpty(x threads, mistake string) {
	newClosingCopy(x, mistake).close()
}

// closingCopyLocked closes while somebody wakes a task with a lock held that the
// drop of its future takes too.
func closingCopyLocked(x threads, mistake string) {
	c := newClosingCopy(x, mistake)
	c.spawn(&locked{x: x})
	c.close()
}

// A locked future never is ready. It is woken with its lock held.
type locked struct {
	x       threads
	mu      sync.Mutex
	started bool
	dropped bool // with the lock held
}

func (l *locked) Poll(cx *futures.Context) (int, bool) {
	if !l.started {
		l.started = true
		w := clone(cx.Waker())
		l.x.Go("waker", func() {
			l.mu.Lock()
			w.Wake()
			l.mu.Unlock()
		})
	}
	return 0, false
}

func (l *locked) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.x.Assert(!l.dropped)
	l.dropped = true
}
