package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
)

// Catalogue is the JSON form of a list of laws and permissions.
type Catalogue struct {
	Version     int                   `json:"version"`
	Laws        []contract.Law        `json:"laws"`
	Profiles    []contract.Profile    `json:"profiles,omitempty"`
	Permissions []contract.Permission `json:"permissions,omitempty"`
}

// Catalogue writes a line for each law: its ID, whether it is checked, how
// binding it is, and what it says; if it is not checked, why.
func (t Text) Catalogue(w io.Writer, c *Catalogue) error {
	var b strings.Builder
	number := map[contract.Status]int{}
	for _, law := range c.Laws {
		number[law.Status]++
		head := t.paint(bold, pad(law.ID, 4)) + t.paint(statusColor(law.Status), pad(string(law.Status), 15)) + pad(string(law.Strength), 2)
		says := law.Says
		switch law.Status {
		case contract.Checked:
		case contract.InProfile:
			says += " " + t.paint(dim, "["+strings.Join(law.Profiles, ", ")+"]")
		default:
			says += " " + t.paint(dim, "["+law.Note+"]")
		}
		t.hang(&b, head, says, 21)
	}
	for _, p := range c.Permissions {
		t.hang(&b, t.paint(bold, pad(p.ID, 4))+pad("permitted", 17), p.Says, 21)
	}
	for _, p := range c.Profiles {
		t.hang(&b, t.paint(bold, pad(p.Name, 11))+pad("profile", 10), p.Says, 21)
	}
	b.WriteString("\n")
	sep := ""
	for _, status := range []contract.Status{contract.Checked, contract.InProfile, contract.Explored, contract.NotApplicable} {
		if n := number[status]; n > 0 {
			fmt.Fprintf(&b, "%s%d %s", sep, n, status)
			sep = ", "
		}
	}
	fmt.Fprintf(&b, "%s%s that no law forbids.\n", sep, count(len(c.Permissions), "permission"))
	t.wrap(&b, "N: normative; S: should; C: convention. wakecheck laws ID tells everything about one.", "", "")
	_, err := io.WriteString(w, b.String())
	return err
}

// Details writes everything about each of the laws and permissions.
func (t Text) Details(w io.Writer, c *Catalogue) error {
	var b strings.Builder
	for i, law := range c.Laws {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.paint(bold, law.ID+" "+law.Name) + "\n")
		var doors []string
		for _, door := range law.Doors {
			doors = append(doors, string(door))
		}
		status := string(law.Status)
		if len(doors) > 0 {
			status += ", by the doors: " + strings.Join(doors, ", ")
		}
		t.entry(&b, "says", law.Says)
		t.entry(&b, "source", law.Source)
		t.entry(&b, "strength", string(law.Strength)+", "+strength(law.Strength))
		t.entry(&b, "status", status)
		if len(law.Profiles) > 0 {
			t.entry(&b, "profiles", strings.Join(law.Profiles, ", "))
		}
		if law.Note != "" {
			t.entry(&b, "judged", law.Note)
		}
	}
	for i, p := range c.Permissions {
		if i > 0 || len(c.Laws) > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.paint(bold, p.ID) + "\n")
		t.entry(&b, "says", p.Says)
		t.entry(&b, "source", p.Source)
		t.entry(&b, "status", "a permission: a check that accuses a subject of it is wrong")
		t.entry(&b, "honoured", p.By)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t Text) entry(b *strings.Builder, key, text string) {
	t.hang(b, "  "+t.paint(dim, pad(key, 10)), text, 12)
}

// hang writes text to the right of a head that takes indent columns.
func (t Text) hang(b *strings.Builder, head, text string, indent int) {
	var lines strings.Builder
	t.wrap(&lines, text, strings.Repeat(" ", indent), strings.Repeat(" ", indent))
	b.WriteString(head + lines.String()[indent:])
}

func strength(s contract.Strength) string {
	switch s {
	case contract.Normative:
		return "normative: a must, or undefined behaviour, in the std docs or the accepted RFC"
	case contract.Should:
		return "should: a should in the std docs, or one implementation's documented guarantee"
	case contract.Convention:
		return "convention: not in the std docs; mature implementations, their tests or bugs enforce it"
	}
	return "unknown"
}

func statusColor(s contract.Status) string {
	switch s {
	case contract.Checked:
		return green
	case contract.InProfile:
		return yellow
	}
	return dim
}
