package contract

import "slices"

// A Strength says how binding a law is.
type Strength string

// The strengths.
const (
	Normative  Strength = "N" // a must, or undefined behaviour, in the std docs or the accepted RFC
	Should     Strength = "S" // a should in the std docs, or one implementation's documented guarantee
	Convention Strength = "C" // not in the std docs; mature implementations, their tests or bugs enforce it
)

// A Status says whether a law is checked.
type Status string

// The statuses.
const (
	Checked       Status = "checked"        // judged by the doors it names
	InProfile     Status = "profile"        // judged by the doors it names, for subjects that declare one of its profiles
	Explored      Status = "explored"       // judged by the doors it names where they explore schedules; see RegisterExplorer
	NotApplicable Status = "not applicable" // cannot be judged in Go; Note says why
)

// A Law is one numbered rule of the waker contract.
type Law struct {
	ID       string   `json:"id"`     // stable: used in code, subtests, reports
	Name     string   `json:"name"`   // CamelCase, the rest of the subtest's name after ID_
	Says     string   `json:"says"`   // one sentence
	Source   string   `json:"source"` // where it is written
	Strength Strength `json:"strength"`
	Status   Status   `json:"status"`
	Profiles []string `json:"profiles,omitempty"` // conventions: who is held to it; see Profile
	Doors    []Door   `json:"doors,omitempty"`
	Note     string   `json:"note,omitempty"` // how it is judged here, or why it is not
}

// Laws returns every law of the contract in the order of its chapters: wakers
// (W), parkers (P), futures (F), combinators (C) and executors (E). Those with
// status Checked, InProfile and Explored name the doors that judge them. The slice is the caller's.
func Laws() []Law {
	return slices.Concat(wakerLaws, parkerLaws, futureLaws, combinatorLaws, executorLaws)
}

// lawOf returns the law with this ID.
func lawOf(id string) (Law, bool) {
	laws := Laws()
	i := slices.IndexFunc(laws, func(l Law) bool { return l.ID == id })
	if i < 0 {
		return Law{}, false
	}
	return laws[i], true
}

// binds reports whether the law with this ID is judged for subjects of a
// profile, "" for none.
func binds(id, profile string) bool {
	law, ok := lawOf(id)
	return ok && law.binds(profile)
}
