package contract_test

import (
	"bytes"
	"flag"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// A mutant is a subject with one fault, and the laws that must notice it: these
// are Violated in its report, and no other is. The row "none" of each door is
// the good subject that the others are an edit of.
type mutant struct {
	door    contract.Door
	name    string
	check   func() contract.Report
	notices []string
}

// mutants is the kill matrix.
func mutants() []mutant {
	return slices.Concat(wakerMutants(), parkerMutants(), futureMutants(), loopMutants(), executorMutants(), runtimeMutants(), combinatorMutants(), primitiveMutants(), mailboxMutants())
}

func TestEachMutantIsNoticedByExactlyItsLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short a campaign has a fifth of its scenarios: too few to show every mutant to every law")
	}
	if raceDetector && os.Getenv("WAKECHECK_LONG") == "" {
		t.Skip("with the race detector the kill matrix takes minutes, and no mutant is a data race; WAKECHECK_LONG=1 runs it")
	}
	for _, m := range mutants() {
		t.Run(string(m.door)+"/"+m.name, func(t *testing.T) {
			want := slices.Sorted(slices.Values(m.notices))
			var noticed []string
			for range campaignsPerMutant {
				report := m.check()
				if noticed = append(noticed, report.Violated()...); m.noticedRightly(t, report) && holdsAll(noticed, want) {
					return
				}
				nextSeed(t, report.Seed)
			}
			slices.Sort(noticed)
			t.Errorf("noticed by %v in %d campaigns, want %v", slices.Compact(noticed), campaignsPerMutant, want)
		})
	}
}

// campaignsPerMutant is how many campaigns, each with a seed of its own, may be
// needed until every law has noticed a mutant; no other law may in any of them.
const campaignsPerMutant = 3

// noticedRightly reports whether only laws have noticed that are to.
func (m mutant) noticedRightly(t *testing.T, report contract.Report) bool {
	ok := true
	for _, r := range report.Results {
		if r.Verdict == contract.Violated && !slices.Contains(m.notices, r.Law) || r.Verdict == contract.Unknown {
			t.Errorf("%s: %s: %s (seed %d)", r.Law, r.Verdict, r.Reason, report.Seed)
			ok = false
		}
	}
	return ok
}

func holdsAll(list, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(list, s) })
}

// nextSeed has the next campaign draw other scenarios.
func nextSeed(t *testing.T, seed uint64) {
	flags := flag.Lookup("rapid.seed")
	before := flags.Value.String()
	if err := flags.Value.Set(strconv.FormatUint(seed+1, 10)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flags.Value.Set(before); err != nil {
			t.Error(err)
		}
	})
}

func TestEveryCheckedLawHasAMutant(t *testing.T) {
	noticed := make(map[contract.Door]map[string]bool)
	for _, m := range mutants() {
		if noticed[m.door] == nil {
			noticed[m.door] = make(map[string]bool)
		}
		for _, law := range m.notices {
			noticed[m.door][law] = true
		}
	}
	for _, law := range contract.Laws() {
		if law.Status != contract.Checked && law.Status != contract.InProfile {
			continue
		}
		for _, door := range law.Doors {
			if !noticed[door][law.ID] {
				t.Errorf("no mutant is noticed by %s at the door %s: a law that nothing trips gets a mutant or goes", law.ID, door)
			}
		}
	}
}

func TestMutantNamesAreUnique(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range mutants() {
		name := string(m.door) + "/" + m.name
		if seen[name] {
			t.Errorf("two mutants are named %s", name)
		}
		seen[name] = true
	}
}

// A perRun is a value that the subjects of one run share, as they would share a
// global variable. It ends with the run: what was made in one bubble must not be
// used in another.
type perRun[T any] struct {
	mu    sync.Mutex
	of    testing.TB // the run's
	value T
}

// get returns the run's value, and calls mk for the first subject that asks.
func (p *perRun[T]) get(tb testing.TB, mk func() T) T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of != tb {
		p.of, p.value = tb, mk()
	}
	return p.value
}

// goid is the number of the goroutine that calls it.
func goid() int64 {
	buf := make([]byte, 64)
	_, rest, _ := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("goroutine "))
	number, _, _ := bytes.Cut(rest, []byte(" "))
	id, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil {
		panic("the first line of a stack no longer names its goroutine: " + err.Error())
	}
	return id
}
