package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wakecheck/wakecheck/contract"
)

// marks are the signs of the matrix, by verdict.
var marks = [...]string{
	contract.Kept:     "✓",
	contract.Violated: "✗",
	contract.Skipped:  "–",
	contract.Unknown:  "?",
	contract.Known:    "k",
}

const legend = "✓ kept  ✗ violated  k known  – skipped  ? unknown  ! fails the run  blank: not judged"

// matrix writes the table of subjects of one door: a row per subject under the
// name of its package, a column per law. Columns that do not fit the width
// follow in further tables.
func (t page) matrix(b *strings.Builder, subjects []*Subject) {
	names := 0
	for _, s := range subjects {
		names = max(names, utf8.RuneCountInString(Clean(s.Name))+2)
	}
	door := Clean(string(subjects[0].Door))
	all, columnsWidth := lawsOf(subjects), 0
	for _, law := range all {
		columnsWidth += columnWidth(law)
	}
	names = max(min(names, max(t.width()/3, t.width()-columnsWidth)), utf8.RuneCountInString(door))
	for _, laws := range columns(all, t.width()-names) {
		b.WriteString(t.paint(bold, pad(door, names)))
		for _, law := range laws {
			b.WriteString(pad("", gap) + Clean(law))
		}
		b.WriteByte('\n')
		in := ""
		for i, s := range subjects {
			if s.Package != in || i == 0 {
				in = s.Package
				head := Clean(in)
				if seed, one := t.seeds[in]; one {
					head += fmt.Sprintf(", seed %d", seed)
				}
				b.WriteString(t.paint(dim, fit(head, t.width())) + "\n")
			}
			t.row(b, s, laws, names)
		}
	}
}

// row writes one subject's marks. A name too long for its column has a line for
// itself.
func (t page) row(b *strings.Builder, s *Subject, laws []string, names int) {
	name := "  " + Clean(s.Name)
	if utf8.RuneCountInString(name) > names {
		b.WriteString(fit(name, t.width()) + "\n")
		name = ""
	}
	line := pad(name, names)
	for _, law := range laws {
		mark, color := t.mark(s, law)
		line += strings.Repeat(" ", columnWidth(law)-utf8.RuneCountInString(mark)) + t.paint(color, mark)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// mark returns the sign of the worst verdict on the law, as an incomplete run
// may have given two. An exclamation mark says that a verdict which usually does
// not fail does here.
func (t page) mark(s *Subject, law string) (mark, color string) {
	for _, v := range s.Verdicts {
		if v.Law != law || int(v.Verdict) >= len(marks) || v.Verdict < 0 {
			continue
		}
		switch {
		case v.Verdict == contract.Violated:
			return marks[v.Verdict], red
		case v.Failed:
			return marks[v.Verdict] + "!", red
		}
		mark, color = marks[v.Verdict], colors[v.Verdict]
	}
	return mark, color
}

// gap is the space before each column.
const gap = 1

func columnWidth(law string) int { return gap + utf8.RuneCountInString(Clean(law)) }

// lawsOf returns the laws that at least one of the subjects has a verdict on.
func lawsOf(subjects []*Subject) []string {
	var laws []string
	for _, s := range subjects {
		for _, v := range s.Verdicts {
			if !slices.Contains(laws, v.Law) {
				laws = append(laws, v.Law)
			}
		}
	}
	SortLaws(laws)
	return laws
}

// columns cuts laws into runs whose columns fit the width; without laws there
// is one empty run.
func columns(laws []string, width int) [][]string {
	var runs [][]string
	from, used := 0, 0
	for i, law := range laws {
		n := columnWidth(law)
		if used+n > width && i > from {
			runs = append(runs, laws[from:i])
			from, used = i, 0
		}
		used += n
	}
	return append(runs, laws[from:])
}

func pad(s string, width int) string { return fmt.Sprintf("%-*s", width, s) }

// fit cuts s to the width.
func fit(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-1]) + "…"
}
