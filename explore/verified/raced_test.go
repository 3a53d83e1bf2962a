//go:build explore

package verified

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// raced says that the mutants of this process run on goroutines. Those that hang
// are left behind.
var raced = os.Getenv("WAKECHECK_RACED") != ""

// races is how often each mutant runs on goroutines.
const races = 10_000

// What goroutines that race notice of the mutants that the explorer always finds. It
// proves nothing and is no test: it is for the comparison. A data race is noticed if
// a value comes out wrong: -race would see more. Without the mistake nothing should be
// noticed; but a scenario with a [ghost] may miss what a goroutine has done a moment
// ago, and wait for it in vain.
//
//	WAKECHECK_RACED=1 go test -tags explore -run '^TestRacedMutants$' -v ./explore/verified
func TestRacedMutants(t *testing.T) {
	if !raced {
		t.Skip("set WAKECHECK_RACED=1 to see what goroutines notice")
	}
	for _, m := range mutants {
		t.Logf("%s %s: %v; without the mistake: %v", m.laws, m.mistake, raceOften(t, m, m.mistake), raceOften(t, m, ""))
	}
}

// A tally is what was noticed in so many runs.
type tally struct{ runs, noticed, asserted, panicked, hung int }

func (n tally) String() string {
	if n.noticed == 0 {
		return fmt.Sprintf("noticed in none of %d runs", n.runs)
	}
	return fmt.Sprintf("noticed in %d of %d runs (%d asserted, %d panicked, %d hung)", n.noticed, n.runs, n.asserted, n.panicked, n.hung)
}

func raceOften(t *testing.T, m mutant, mistake string) (n tally) {
	for n.runs < races {
		r := race(t, m, mistake)
		asserted, panicked, hung := r.asserted.Load(), r.panicked.Load(), r.hung.Load()
		n.runs++
		n.noticed += count(asserted || panicked || hung)
		n.asserted += count(asserted)
		n.panicked += count(panicked)
		n.hung += count(hung)
		if r.stuck {
			break
		}
	}
	return n
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A racer runs threads as goroutines, and notes how they end.
type racer struct {
	asserted, panicked, hung atomic.Bool
	stuck                    bool // it hung where the bubble does not see it
}

// Go starts a goroutine. It and whoever starts it do nothing for some microseconds,
// by chance one or the other longer, or else a short one would be over before the
// next one is under way.
func (r *racer) Go(_ string, f func()) {
	defer r.idle()
	go func() {
		defer func() {
			if recover() != nil {
				r.panicked.Store(true)
			}
		}()
		r.idle()
		f()
	}()
}

func (r *racer) idle() {
	for range rand.IntN(10_000) {
		r.asserted.Load()
	}
}

func (r *racer) Assert(ok bool) {
	if !ok {
		r.asserted.Store(true)
	}
}

// race runs m once. It runs in a bubble, where it is known when all that is left is
// blocked: nobody waits for it. Only who is blocked on a lock is not known to be, and
// must be waited for.
func race(t *testing.T, m mutant, mistake string) *racer {
	r := new(racer)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if v := recover(); v != nil {
				if !strings.HasPrefix(fmt.Sprint(v), "deadlock: ") {
					panic(v)
				}
				r.hung.Store(true)
			}
		}()
		synctest.Test(t, func(*testing.T) {
			r.Go("main", func() { m.body(r, mistake) })
			time.Sleep(time.Hour) // until all have ended, or are blocked and no timer is left
		})
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		r.stuck = true
		r.hung.Store(true)
	}
	return r
}
