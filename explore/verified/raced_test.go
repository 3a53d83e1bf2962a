//go:build explore

package verified

import (
	"fmt"
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
// a value comes out wrong: -race would see more.
//
//	WAKECHECK_RACED=1 go test -tags explore -run '^TestRacedMutants$' -v ./explore/verified
func TestRacedMutants(t *testing.T) {
	if !raced {
		t.Skip("set WAKECHECK_RACED=1 to see what goroutines notice")
	}
	for _, m := range mutants {
		for range 100 {
			if r := race(t, m, ""); r.noticed() {
				t.Fatalf("%s: without %q: asserted %v, panicked %v, hung %v",
					m.laws, m.mistake, r.asserted.Load(), r.panicked.Load(), r.hung)
			}
		}
		var noticed, asserted, panicked, hung int
		for range races {
			r := race(t, m, m.mistake)
			noticed += count(r.noticed())
			asserted += count(r.asserted.Load())
			panicked += count(r.panicked.Load())
			hung += count(r.hung)
		}
		t.Logf("%s %s: noticed in %d of %d runs: %d asserted, %d panicked, %d hung",
			m.laws, m.mistake, noticed, races, asserted, panicked, hung)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A racer runs threads as goroutines, and notes how they end.
type racer struct {
	asserted, panicked atomic.Bool
	hung               bool
}

func (r *racer) noticed() bool { return r.asserted.Load() || r.panicked.Load() || r.hung }

func (r *racer) Go(_ string, f func()) {
	go func() {
		defer func() {
			if recover() != nil {
				r.panicked.Store(true)
			}
		}()
		f()
	}()
}

func (r *racer) Assert(ok bool) {
	if !ok {
		r.asserted.Store(true)
	}
}

// race runs m once. It runs in a bubble, where it is known when all that is left is
// blocked: nobody waits for it.
func race(t *testing.T, m mutant, mistake string) (r *racer) {
	r = new(racer)
	defer func() {
		if v := recover(); v != nil {
			if !strings.HasPrefix(fmt.Sprint(v), "deadlock: ") {
				panic(v)
			}
			r.hung = true
		}
	}()
	synctest.Test(t, func(*testing.T) {
		r.Go("main", func() { m.body(r, mistake) })
		time.Sleep(time.Hour) // until all have ended, or are blocked and no timer is left
	})
	return r
}
