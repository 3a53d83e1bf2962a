package contract

import (
	"fmt"
)

// A Verdict says what became of one law for one subject.
type Verdict int

// The verdicts. Skipped and Unknown are never counted as Kept.
const (
	Kept     Verdict = iota // no run broke the law
	Violated                // a run broke the law; the Result holds its trace
	Skipped                 // the subject cannot show it; the Reason says what is missing
	Unknown                 // not decided; the Reason says why
	Known                   // violated, as Claims.Known declared it would be
)

var verdictNames = [...]string{"kept", "violated", "skipped", "unknown", "known"}

func (v Verdict) String() string { return nameOf(verdictNames[:], int(v)) }

// MarshalText writes the verdict's lower-case name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name written by MarshalText.
func (v *Verdict) UnmarshalText(text []byte) error {
	return parseName((*int)(v), "verdict", verdictNames[:], text)
}

// Evidence says how a verdict was reached. For a hang it names the argument
// that nobody is left who could wake; it is never elapsed real time.
type Evidence int

// The kinds of evidence. Their numbers are the ones of the project's design;
// the kind that needs a child process comes with that driver.
const (
	Observed  Evidence = 0 // a trace shows it (violated), or no trace showed otherwise (kept)
	Schedules Evidence = 1 // the explorer reached a state in which no thread can go on, or in which the clocks of happens-before show it (violated); it tried every schedule of its scenarios (kept)
	NoHandle  Evidence = 2 // the last poll was pending, not woken, and no live handle exists
	Bubble    Evidence = 3 // every goroutine of the bubble is durably blocked and no timer is armed
	States    Evidence = 4 // one instant in which every goroutine of the bubble waits
	Horizon   Evidence = 5 // an hour of virtual time passed, only periodic timers fired
	Budget    Evidence = 7 // more polls than the scenario can owe
	evidences          = 8
)

var evidenceNames = [evidences]string{
	Observed:  "observed",
	Schedules: "schedules",
	NoHandle:  "no handle left",
	Bubble:    "bubble",
	States:    "goroutine states",
	Horizon:   "horizon",
	Budget:    "budget",
}

func (e Evidence) String() string { return nameOf(evidenceNames[:], int(e)) }

// MarshalText writes the evidence's name.
func (e Evidence) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads a name written by MarshalText.
func (e *Evidence) UnmarshalText(text []byte) error {
	return parseName((*int)(e), "evidence", evidenceNames[:], text)
}

// Meaning is one sentence that says what the evidence proves, and for what.
func (e Evidence) Meaning() string {
	switch e {
	case Schedules:
		return "proved by exploring schedules, of which none that counts was left to chance"
	case NoHandle:
		return "proved: no live handle is left, so nobody outside the subject can ever wake the task"
	case Bubble:
		return "proved for this run: every goroutine is durably blocked and no timer is armed"
	case States:
		return "proved for this run: in one instant every goroutine of the run was waiting"
	case Horizon:
		return "shown for this run: in an hour of virtual time only periodic timers fired"
	case Budget:
		return "shown for this run: more polls than the scenario can owe"
	}
	return "observed in this run"
}

// A Result is the verdict on one law.
type Result struct {
	Law      string    `json:"law"` // ID, or "Plug" for faults of the plug
	Verdict  Verdict   `json:"verdict"`
	Evidence Evidence  `json:"evidence"`
	Blame    string    `json:"blame,omitempty"`    // who is to blame: future, waker, parker, executor
	Reason   string    `json:"reason,omitempty"`   // got and want, or why it was skipped or is unknown
	At       int       `json:"at"`                 // index in Trace of the event that breaks the law; -1: none
	Trace    []Event   `json:"trace,omitempty"`    // the whole run that breaks it
	Scenario *Scenario `json:"scenario,omitempty"` // the smallest scenario found that breaks it
	Tries    string    `json:"tries,omitempty"`    // for a raced run: "reproduced m of n"
	Schedule string    `json:"schedule,omitempty"` // of an explored run: the choices made
}

// plugFault stands for a law where the plug itself is at fault.
const plugFault = "Plug"

// A Report is everything a campaign found out about one subject.
type Report struct {
	Subject   string   `json:"subject"`
	Call      int      `json:"call,omitempty"` // which of the doors that the subject's test calls, from 1; of a Check door: of the violations found on its line
	Door      Door     `json:"door"`
	Results   []Result `json:"results"`
	Scenarios int      `json:"scenarios"` // how many scenarios were run
	Seed      uint64   `json:"seed"`      // draws them again: -rapid.seed

	// File, which only Check doors fill, is the path of the counterexample of the
	// first violated law, which -contract.replay takes: see CheckExecutor.
	File string `json:"file,omitempty"`
}

// Result returns the result for a law, and false if the campaign did not judge it.
func (r Report) Result(law string) (Result, bool) {
	for _, res := range r.Results {
		if res.Law == law {
			return res, true
		}
	}
	return Result{}, false
}

// Violated lists the IDs of the laws that the subject violates, in the order of
// the law table, with "Plug" first if the plug itself is at fault. Violations
// that Claims.Known declares are left out.
func (r Report) Violated() []string {
	var ids []string
	for _, res := range r.Results {
		if res.Verdict == Violated {
			ids = append(ids, res.Law)
		}
	}
	return ids
}

// Err returns nil if no law is violated, and else an error that names them.
func (r Report) Err() error {
	if ids := r.Violated(); len(ids) > 0 {
		return fmt.Errorf("%s violates %v", r.Subject, ids)
	}
	return nil
}

func nameOf(names []string, i int) string {
	if i < 0 || i >= len(names) || names[i] == "" {
		return fmt.Sprintf("%d", i)
	}
	return names[i]
}

func parseName(to *int, what string, names []string, text []byte) error {
	for i, name := range names {
		if name != "" && name == string(text) {
			*to = i
			return nil
		}
	}
	return fmt.Errorf("unknown %s %q", what, text)
}
