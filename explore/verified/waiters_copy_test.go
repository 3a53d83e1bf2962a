//go:build explore

package verified

import (
	"slices"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

var waitersMutants = []mutant{
	{"F12", looksThenLeaves, explore.Deadlock, notifyCopyDropped},
	{"F23", staysListed, explore.Deadlock, semaphoreCopyPasses},
}

// A waiterCopy is one who waits for a notifyCopy or a semaphoreCopy.
type waiterCopy struct {
	cell wakers.Cell
	told atomic.Bool // by a notifyCopy
}

// A notifyCopy is primitives.Notify in short.
type notifyCopy struct {
	mistake string
	mu      sync.Mutex
	permit  bool
	waiters []*waiterCopy
}

const looksThenLeaves = "a drop looks if it was told, then leaves the list"

func (n *notifyCopy) notifyOne() {
	n.mu.Lock()
	if len(n.waiters) == 0 {
		n.permit = true
		n.mu.Unlock()
		return
	}
	w := n.waiters[0]
	n.waiters = n.waiters[1:]
	w.told.Store(true)
	n.mu.Unlock()
	w.cell.Wake()
}

// A notifiedCopy is a future of a notifyCopy.
type notifiedCopy struct {
	waiterCopy
	n      *notifyCopy
	listed bool
}

func (f *notifiedCopy) Poll(cx *futures.Context) (int, bool) {
	f.cell.Register(cx.Waker())
	f.n.mu.Lock()
	defer f.n.mu.Unlock()
	switch {
	case f.told.Load():
		return 1, true
	case f.n.permit:
		f.n.permit = false
		return 1, true
	case !f.listed:
		f.listed = true
		f.n.waiters = append(f.n.waiters, &f.waiterCopy)
	}
	return 0, false
}

func (f *notifiedCopy) Drop() {
	told := f.n.mistake == looksThenLeaves && f.told.Load()
	f.n.mu.Lock()
	if f.n.mistake != looksThenLeaves {
		told = f.told.Load()
	}
	f.n.waiters = without(f.n.waiters, &f.waiterCopy)
	f.n.mu.Unlock()
	if told {
		f.n.notifyOne()
	}
	f.cell.Clear()
}

func without(list []*waiterCopy, w *waiterCopy) []*waiterCopy {
	return slices.DeleteFunc(list, func(other *waiterCopy) bool { return other == w })
}

// notifyCopyDropped notifies one of two who wait, while the first of them leaves.
func notifyCopyDropped(x threads, mistake string) {
	n := &notifyCopy{mistake: mistake}
	first := &notifiedCopy{n: n}
	var c wakers.Counting
	polled(&c, first)
	x.Go("notifier", n.notifyOne)
	x.Go("dropper", first.Drop)
	blockOnCopy(newParkerCopy(""), &notifiedCopy{n: n})
}

// A semaphoreCopy is a semaphore of one permit in short. Who is told that it is
// free tries again.
type semaphoreCopy struct {
	mistake string
	held    atomic.Bool
	mu      sync.Mutex
	waiters []*waiterCopy
}

const staysListed = "stays in the list if it has the permit after all"

func (s *semaphoreCopy) release() {
	s.held.Store(false)
	s.mu.Lock()
	var w *waiterCopy
	if len(s.waiters) > 0 {
		w, s.waiters = s.waiters[0], s.waiters[1:]
	}
	s.mu.Unlock()
	if w != nil {
		w.cell.Wake()
	}
}

// An acquireCopy is a future of a semaphoreCopy.
type acquireCopy struct {
	waiterCopy
	s *semaphoreCopy
}

func (f *acquireCopy) Poll(cx *futures.Context) (int, bool) {
	if f.s.held.CompareAndSwap(false, true) {
		return 1, true
	}
	f.cell.Register(cx.Waker())
	f.s.mu.Lock()
	f.s.waiters = append(without(f.s.waiters, &f.waiterCopy), &f.waiterCopy)
	f.s.mu.Unlock()
	if !f.s.held.CompareAndSwap(false, true) { // again, now that it is listed
		return 0, false
	}
	if f.s.mistake != staysListed {
		f.s.mu.Lock()
		f.s.waiters = without(f.s.waiters, &f.waiterCopy)
		f.s.mu.Unlock()
	}
	f.cell.Clear()
	return 1, true
}

// semaphoreCopyPasses passes a permit from one to the next and to the next.
func semaphoreCopyPasses(x threads, mistake string) {
	s := &semaphoreCopy{mistake: mistake}
	s.held.Store(true)
	x.Go("holder", s.release)
	for _, name := range []string{"one", "other"} {
		x.Go(name, func() {
			blockOnCopy(newParkerCopy(""), &acquireCopy{s: s})
			s.release()
		})
	}
}
