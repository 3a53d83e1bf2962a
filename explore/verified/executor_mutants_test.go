//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
)

// The mutants of the laws of executors.
var executorMutants = []mutant{
	{"W13 E5", marksEnded, explore.Assertion, queueCopyWokenTwice}, // queued, and polled, after its end
	{"E5", queuesEnded, explore.Assertion, queueCopyWokenTwice},
	{"E2 W14", looksThenPushes, explore.Deadlock, queueCopyWoken},    // the wake is another thread's
	{"E2 E18", overwritesQueue, explore.Deadlock, queueCopyTwoTasks}, // a woken task is lost: it is owed a poll
	{"E2 E18", emptiesQueue, explore.Deadlock, queueCopyTwoTasks},    // the same
	{"E2 E3", clearsLate, explore.Deadlock, queueCopyWoken},          // the wake of another thread in the poll
	{"E9", noFlag, explore.Deadlock, tokenCopyShared},
	{"E19", spawnTellsNobody, explore.Deadlock, queueCopySpawn},
	{"E24", looksThenJoins, explore.Deadlock, queueCopyJoined},
	{"E24", tellsEarly, explore.Deadlock, queueCopyJoined},
	{"E26", marksIdle, explore.Deadlock, queueCopyCancelled},
	{"E26", dropsIdle, explore.Race, queueCopyCancelledAndWoken},   // while it is polled
	{"E31", letsGoEarly, explore.Race, poolCopyPolls},              // while the other worker polls it
	{"E34", looksThenSpawns, explore.Deadlock, closingCopySpawned}, // the joiner waits for a task that nobody has ended
	{"E34", listsThenWaits, explore.Assertion, closingCopyWoken},   // a future that was ready is dropped
	{"E35", looksThenQueues, explore.Assertion, closingCopyWoken},  // a task lies in the queue of a closed executor
	{"E36", looksThenCloses, explore.Deadlock, closingCopyEmpty},
	{"E36", dropsUnderLock, explore.Deadlock, closingCopyLocked},
}

// A fragile future is woken by threads that its first poll starts, and is ready in
// the next one. With no such threads it is never ready. It ends once, and is not
// polled after that.
type fragile struct {
	x      threads
	wakers int
	polls  explore.Var[int]
	ended  explore.Var[bool]
	group  group // the wakers
}

func (f *fragile) Poll(cx *futures.Context) (int, bool) {
	f.x.Assert(!f.ended.Get())
	first := f.polls.Get() == 0
	if first {
		for i := range f.wakers {
			w := clone(cx.Waker())
			f.group.run(f.x, []string{"waker 1", "waker 2"}[i], w.Wake)
		}
	}
	f.polls.Set(f.polls.Get() + 1) // late: the wakes have not seen it
	f.ended.Set(!first)
	return 1, !first
}

func (f *fragile) Drop() {
	f.x.Assert(!f.ended.Get())
	f.ended.Set(true)
}
