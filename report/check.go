package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
)

// Version is the version of the JSON form of Check. It changes when a field
// changes its meaning or goes away, not when one is added.
const Version = 1

// A Check is everything that one run over some packages found out.
type Check struct {
	Version  int        `json:"version"`
	Exit     int        `json:"exit"`     // see Check.Status
	Complete bool       `json:"complete"` // every subject was judged to its end; see Problems if not
	Subjects []*Subject `json:"subjects"`
	Problems []Problem  `json:"problems,omitempty"` // why the run is not to be trusted as a whole
	Notes    []Problem  `json:"notes,omitempty"`    // worth knowing; they change no exit code
}

// A Subject is one call of a door, with the verdicts that came of it.
type Subject struct {
	Package  string        `json:"package"`
	Name     string        `json:"subject"` // the test that called the door
	Door     contract.Door `json:"door"`
	Complete bool          `json:"complete"` // the test ended
	Verdicts []*Verdict    `json:"verdicts"` // in the order of SortLaws
}

// A Verdict is the verdict on one law for one subject, with what its subtest
// printed.
type Verdict struct {
	Law       string            `json:"law"` // ID, or "Plug" for faults of the plug
	Verdict   contract.Verdict  `json:"verdict"`
	Evidence  contract.Evidence `json:"evidence"`
	Blame     string            `json:"blame,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Scenarios int               `json:"scenarios"`
	Seed      uint64            `json:"seed"`
	File      string            `json:"file,omitempty"` // what -contract.replay takes
	Test      string            `json:"test"`           // the law's subtest
	// Failed says that the subtest failed. So it does for a violated law; for a
	// law that is kept although the subject declares it as Known; and, in a
	// strict run, for an unknown one.
	Failed bool   `json:"failed"`
	Output string `json:"output,omitempty"` // the failure, whole; see CleanOutput
}

// Bad reports whether the verdict fails the run.
func (v *Verdict) Bad() bool { return v.Failed || v.Verdict == contract.Violated }

// A Problem is something other than a verdict that a run came upon.
type Problem struct {
	Kind    string `json:"kind"` // one of the constants
	Package string `json:"package,omitempty"`
	Test    string `json:"test,omitempty"`
	Says    string `json:"says"`             // one sentence, and what to do next
	Output  string `json:"output,omitempty"` // what the go command or the test printed
}

// The kinds of problems.
const (
	List        = "list"              // go list could not name the packages
	NoTests     = "no contract tests" // nothing calls a door, or nothing judged the selected laws
	Build       = "build"             // a package does not build
	GoTest      = "go test"           // go test itself failed
	Died        = "died"              // the test process of a package ended half way
	Interrupted = "interrupted"       // the run was told to stop
	NoVerdict   = "no verdict"        // a test failed, or did nothing, without a verdict on a law
)

// Status returns the exit status that the findings deserve: 2 if there are
// problems, else 1 if a verdict fails the run, else 3 if something is unknown,
// else 0.
func (c *Check) Status() int {
	if len(c.Problems) > 0 {
		return 2
	}
	status := 0
	for _, s := range c.Subjects {
		for _, v := range s.Verdicts {
			if v.Bad() {
				return 1
			}
			if v.Verdict == contract.Unknown {
				status = 3
			}
		}
	}
	return status
}

// Sort puts subjects in the order waker, parker, future, any other door,
// executor, then by package, then as they came; and the verdicts of each in
// that of SortLaws.
func (c *Check) Sort() {
	slices.SortStableFunc(c.Subjects, func(a, b *Subject) int {
		return cmp.Or(
			cmp.Compare(doorRank(a.Door), doorRank(b.Door)),
			cmp.Compare(a.Door, b.Door),
			cmp.Compare(a.Package, b.Package))
	})
	for _, s := range c.Subjects {
		slices.SortStableFunc(s.Verdicts, func(a, b *Verdict) int { return compareLaws(a.Law, b.Law) })
	}
}

func doorRank(d contract.Door) int {
	switch d {
	case contract.WakerDoor:
		return 0
	case contract.ParkerDoor:
		return 1
	case contract.FutureDoor:
		return 2
	case contract.CombinatorDoor:
		return 3
	case contract.ExecutorDoor:
		return 5
	}
	return 4
}

// SortLaws sorts IDs of laws: by chapter (W, P, F, C, E), then by number; what
// is no such ID, as Plug is none, comes last.
func SortLaws(ids []string) { slices.SortFunc(ids, compareLaws) }

func compareLaws(a, b string) int {
	ca, na := splitLaw(a)
	cb, nb := splitLaw(b)
	return cmp.Or(cmp.Compare(ca, cb), cmp.Compare(na, nb), cmp.Compare(a, b))
}

// splitLaw returns the rank of the law's chapter and its number.
func splitLaw(id string) (chapter, number int) {
	const chapters = "WPFCE"
	if id == "" {
		return len(chapters), 0
	}
	chapter = strings.IndexByte(chapters, id[0])
	for _, r := range id[1:] {
		if r < '0' || r > '9' {
			chapter = -1
			break
		}
		number = number*10 + int(r-'0')
	}
	if chapter < 0 || len(id) == 1 {
		return len(chapters), 0
	}
	return chapter, number
}
