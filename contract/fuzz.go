package contract

import (
	"strings"
	"sync"
	"testing"
)

// FuzzExecutor makes f a native fuzz target: every input is decoded into a
// scenario, run on fresh executors made by mk and judged by every law; where an
// Explorer is registered, it is cut to a size that can be explored, and explored.
// An input always decodes to a valid scenario. It blocks until done.
func FuzzExecutor(f *testing.F, mk func(testing.TB) Executor) {
	f.Helper()
	fuzz(f, executorPlug(mk))
}

// FuzzWaker is FuzzExecutor for wakers.
func FuzzWaker(f *testing.F, mk func(testing.TB) Subject) {
	f.Helper()
	fuzz(f, wakerPlug(mk))
}

// FuzzParker is FuzzExecutor for parkers.
func FuzzParker(f *testing.F, mk func(testing.TB) ParkerSubject) {
	f.Helper()
	fuzz(f, parkerPlug(mk))
}

// FuzzFuture is FuzzExecutor for futures.
func FuzzFuture[T comparable](f *testing.F, mk func(testing.TB) FutureSubject[T]) {
	f.Helper()
	fuzz(f, futurePlug(mk))
}

// seedInputs is how many random inputs a fuzz target starts from.
const seedInputs = 16

func fuzz(f *testing.F, p plug) {
	f.Helper()
	o := currentOptions()
	c := newCampaign(p, f.Name(), o, nil)
	f.Cleanup(c.bubbles.close)
	if !c.inspect() {
		f.Fatal(strings.Join(c.faults, "\n"))
	}
	for n := range seedInputs {
		d := randomDraws(o.seed, n)
		input := make([]byte, 64)
		for i := range input {
			input[i] = byte(d() >> 32)
		}
		f.Add(input)
	}
	var mu sync.Mutex
	f.Fuzz(func(t *testing.T, input []byte) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		c.found, c.faults, c.faulty, c.unknown = map[string]*finding{}, nil, nil, ""
		if sc := draw(byteDraws(input), c.facts); c.explores() {
			c.explore(c.released(c.small(sc, smallest)), plans, c.judgePlayed)
		} else {
			c.try(sc)
		}
		c.shrinkAll()
		for _, res := range c.report().Results {
			if res.Verdict == Violated && c.found[res.Law] != nil || res.Law == plugFault {
				t.Error("\n" + FormatResult(res))
			}
		}
		if c.unknown != "" {
			t.Log("unknown: " + c.unknown)
		}
	})
}
