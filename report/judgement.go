package report

import (
	"fmt"
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

// Judgement writes a line per law, and the trace with the events marked that
// break one.
func (t Text) Judgement(w io.Writer, j *Judgement) error {
	var b strings.Builder
	broken := map[int][]string{}
	for _, r := range j.Results {
		head := t.paint(bold, pad(Clean(r.Law), 5)) + t.paint(colors[r.Verdict], pad(r.Verdict.String(), 10))
		says := r.Evidence.String()
		if reason, _, _ := strings.Cut(r.Reason, "\n"); reason != "" {
			says = Clean(reason)
			if r.Verdict == contract.Violated {
				says += " [" + r.Evidence.String() + "]"
			}
		}
		if r.Blame != "" {
			says += " To blame: " + Clean(r.Blame) + "."
		}
		t.hang(&b, head, says, 15)
		if r.Verdict == contract.Violated {
			broken[r.At] = append(broken[r.At], Clean(r.Law))
		}
	}
	if len(broken) > 0 {
		b.WriteByte('\n')
		t.trace(&b, j.Trace, broken)
	}
	b.WriteByte('\n')
	fmt.Fprintf(&b, "%s, %s.\n", count(len(j.Trace), "event"), count(len(j.Results), "law"))
	_, err := io.WriteString(w, b.String())
	return err
}

// trace writes one event per line, and by which laws it is the one that breaks
// them; at -1 are laws that are broken at the end.
func (t Text) trace(b *strings.Builder, events []contract.Event, broken map[int][]string) {
	for i, e := range events {
		line := fmt.Sprintf("%6d  thread %-3d %-12s", i, e.Thread, e.Kind)
		for _, field := range []struct {
			name  string
			value int
		}{{"task", e.Task}, {"poll", e.Poll}, {"handle", e.Handle}, {"arg", e.Arg}} {
			if field.value != 0 {
				line += fmt.Sprintf(" %s %d", field.name, field.value)
			}
		}
		if e.Note != "" {
			line += " " + Clean(e.Note)
		}
		if laws := broken[i]; laws != nil {
			line = t.paint(red, "▶"+line[1:]+"   breaks "+strings.Join(laws, " "))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if laws := broken[-1]; laws != nil {
		b.WriteString(t.paint(red, "▶ the end: breaks "+strings.Join(laws, " ")) + "\n")
	}
}
