package report

import (
	"io"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
)

// A Judgement is what the laws say about one recorded trace.
type Judgement struct {
	Version int               `json:"version"`
	Exit    int               `json:"exit"` // see Status
	File    string            `json:"file"`
	Results []contract.Result `json:"results"`
	Trace   []contract.Event  `json:"trace"`
}

// Status returns 1 if a law is violated, else 3 if something is unknown, else 0.
func (j *Judgement) Status() int {
	status := 0
	for _, r := range j.Results {
		switch r.Verdict {
		case contract.Violated:
			return 1
		case contract.Unknown:
			status = 3
		}
	}
	return status
}

// Judgement writes a line per law, and each violation whole, with the trace as
// columns.
func (t Text) Judgement(w io.Writer, j *Judgement) error {
	var b strings.Builder
	for _, r := range j.Results {
		head := t.paint(bold, pad(Clean(r.Law), 5)) + t.paint(colors[r.Verdict], pad(r.Verdict.String(), 10))
		says, _, _ := strings.Cut(r.Reason, "\n")
		if says == "" {
			says = r.Evidence.Meaning()
		}
		t.hang(&b, head, Clean(says), 15)
	}
	b.WriteByte('\n')
	for _, r := range j.Results {
		if r.Verdict == contract.Violated {
			t.headline(&b, red, Clean(r.Law)+" violated")
			b.WriteString(CleanText(contract.FormatResult(r)) + "\n")
		}
	}
	b.WriteString(count(len(j.Trace), "event") + ", " + count(len(j.Results), "law") + ".\n")
	_, err := io.WriteString(w, b.String())
	return err
}
