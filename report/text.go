package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wakecheck/wakecheck/contract"
)

// Text renders findings for people. The zero value is ready to use.
type Text struct {
	Width int  // columns of a line; 0: 100. What subjects print is not folded
	Color bool // use the colours of an ANSI terminal
}

func (t Text) width() int { return max(40, cmp.Or(t.Width, 100)) }

// Check writes the matrices, the line of each subject, each violation and
// problem whole, and a last line that counts.
func (t Text) Check(w io.Writer, c *Check) error {
	p := page{t, seeds(c.Subjects)}
	var b strings.Builder
	if len(c.Subjects) > 0 {
		b.WriteString(t.paint(dim, legend) + "\n\n")
	}
	for _, subjects := range byDoor(c.Subjects) {
		p.matrix(&b, subjects)
		b.WriteByte('\n')
		for _, s := range subjects {
			p.summary(&b, s)
		}
		b.WriteByte('\n')
	}
	for _, s := range c.Subjects {
		for _, v := range s.Verdicts {
			if v.Bad() {
				t.violation(&b, s, v)
			}
		}
	}
	if len(c.Notes) > 0 {
		t.headline(&b, dim, "notes")
		for _, note := range c.Notes {
			t.says(&b, note)
		}
		b.WriteByte('\n')
	}
	for _, problem := range c.Problems {
		t.problem(&b, problem)
	}
	t.totals(&b, c)
	_, err := io.WriteString(w, b.String())
	return err
}

// A page is a text of subjects that have most seeds in common: those are written
// once per package.
type page struct {
	Text
	seeds map[string]uint64
}

// seeds returns the seed of each package whose subjects all have the same.
func seeds(subjects []*Subject) map[string]uint64 {
	common, mixed := map[string]uint64{}, map[string]bool{}
	for _, s := range subjects {
		for _, v := range s.Verdicts {
			if seed, ok := common[s.Package]; ok && seed != v.Seed {
				mixed[s.Package] = true
			}
			common[s.Package] = v.Seed
		}
	}
	maps.DeleteFunc(common, func(pkg string, _ uint64) bool { return mixed[pkg] })
	return common
}

// byDoor cuts sorted subjects where the door changes.
func byDoor(subjects []*Subject) [][]*Subject {
	var groups [][]*Subject
	for len(subjects) > 0 {
		n := 1
		for n < len(subjects) && subjects[n].Door == subjects[0].Door {
			n++
		}
		groups = append(groups, subjects[:n])
		subjects = subjects[n:]
	}
	return groups
}

// summary writes in words what the subject's row says in signs, on one line
// unless it is too long for one.
func (t page) summary(b *strings.Builder, s *Subject) {
	var parts []string
	for _, verdict := range []contract.Verdict{contract.Kept, contract.Known, contract.Skipped, contract.Unknown, contract.Violated} {
		if said := sayVerdicts(s.Verdicts, verdict); said != "" {
			parts = append(parts, t.paint(colors[verdict], said))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing judged")
	}
	line := t.paint(bold, Clean(s.Name)) + ": " + strings.Join(parts, "; ")
	if scenarios, seed := effort(s.Verdicts); scenarios > 0 {
		if how := explored(s.Verdicts); how != "" {
			line += "; " + how
		} else {
			line += "; " + count(scenarios, "scenario")
		}
		if _, one := t.seeds[s.Package]; !one {
			line += fmt.Sprintf(", seed %d", seed)
		}
	}
	if !s.Complete {
		line += "; " + t.paint(red, "INCOMPLETE: its test did not end")
	}
	t.wrap(b, line, "  ", "      ")
}

// sayVerdicts says which laws have the verdict, and why. Laws with the same
// reason share it. Kept laws are many and are only counted, by evidence.
func sayVerdicts(all []*Verdict, verdict contract.Verdict) string {
	var of []*Verdict
	for _, v := range all {
		if v.Verdict == verdict {
			of = append(of, v)
		}
	}
	if len(of) == 0 {
		return ""
	}
	if verdict == contract.Kept {
		return fmt.Sprintf("kept %d (%s)", len(of), sayEvidence(of))
	}
	var said []string
	for _, group := range groupBy(of, func(v *Verdict) string { return why(v) }) {
		var laws []string
		for _, v := range group {
			laws = append(laws, Clean(v.Law))
		}
		one := strings.Join(laws, " ")
		if reason := why(group[0]); reason != "" {
			one += " (" + reason + ")"
		}
		said = append(said, one)
	}
	return verdict.String() + " " + strings.Join(said, ", ")
}

// why returns the part of a verdict's reason that fits a summary. A violation
// is shown whole further down.
func why(v *Verdict) string {
	reason, _, _ := strings.Cut(strings.TrimSpace(v.Reason), "\n")
	reason = strings.TrimSuffix(Clean(reason), ".")
	switch v.Verdict {
	case contract.Skipped, contract.Unknown:
		return reason
	case contract.Violated:
		return v.Evidence.String()
	}
	if reason == "" {
		return v.Evidence.String()
	}
	return v.Evidence.String() + ": " + reason
}

// sayEvidence counts the verdicts by evidence, the most frequent first.
func sayEvidence(of []*Verdict) string {
	number := map[contract.Evidence]int{}
	for _, v := range of {
		number[v.Evidence]++
	}
	kinds := slices.SortedFunc(maps.Keys(number), func(x, y contract.Evidence) int {
		return cmp.Or(cmp.Compare(number[y], number[x]), cmp.Compare(x, y))
	})
	if len(kinds) == 1 {
		return kinds[0].String()
	}
	var said []string
	for _, kind := range kinds {
		said = append(said, fmt.Sprintf("%s %d", kind, number[kind]))
	}
	return strings.Join(said, ", ")
}

// groupBy puts those with the same key together, in order of first appearance.
func groupBy(all []*Verdict, key func(*Verdict) string) [][]*Verdict {
	var groups [][]*Verdict
	at := map[string]int{}
	for _, v := range all {
		k := key(v)
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], v)
	}
	return groups
}

// explored says, for a subject whose schedules were explored, how far.
func explored(verdicts []*Verdict) string {
	for _, v := range verdicts {
		if v.Verdict == contract.Kept && v.Reason != "" {
			return v.Reason
		}
	}
	return ""
}

// effort returns the scenarios run for a subject and the seed that draws them.
// One campaign serves all laws, so the largest count is that of the campaign.
func effort(verdicts []*Verdict) (scenarios int, seed uint64) {
	for _, v := range verdicts {
		if v.Scenarios > scenarios {
			scenarios, seed = v.Scenarios, v.Seed
		}
	}
	return scenarios, seed
}

// violation writes what the law's subtest printed.
func (t Text) violation(b *strings.Builder, s *Subject, v *Verdict) {
	title := Clean(v.Law) + " violated by " + Clean(s.Name)
	if v.Verdict != contract.Violated {
		title = fmt.Sprintf("%s %s for %s, and that fails here", Clean(v.Law), v.Verdict, Clean(s.Name))
	}
	t.headline(b, red, title)
	b.WriteString(fit(Clean(s.Package), t.width()) + "\n")
	if text := CleanText(CleanOutput(v.Output)); text != "" {
		b.WriteString(text + "\n\n")
		return
	}
	facts := "evidence: " + v.Evidence.String()
	if v.Blame != "" {
		facts += "; to blame: " + Clean(v.Blame)
	}
	t.wrap(b, facts, "", "  ")
	b.WriteString(CleanText(v.Reason) + "\n\n")
}

// problem writes a problem under a headline.
func (t Text) problem(b *strings.Builder, p Problem) {
	t.headline(b, red, p.Kind)
	t.says(b, p)
	b.WriteByte('\n')
}

// says writes a problem or a note.
func (t Text) says(b *strings.Builder, p Problem) {
	t.wrap(b, Clean(p.Says), "", "  ")
	if text := CleanText(CleanOutput(p.Output)); text != "" {
		b.WriteString(text + "\n")
	}
}

// headline writes a rule with a title in it.
func (t Text) headline(b *strings.Builder, color, title string) {
	fill := max(2, t.width()-utf8.RuneCountInString(title)-4)
	b.WriteString(t.paint(color, "── "+title+" "+strings.Repeat("─", fill)) + "\n")
}

// totals writes the last line: counts, and what the exit status says.
func (t Text) totals(b *strings.Builder, c *Check) {
	number := map[contract.Verdict]int{}
	all := 0
	for _, s := range c.Subjects {
		for _, v := range s.Verdicts {
			number[v.Verdict]++
			all++
		}
	}
	line := count(len(c.Subjects), "subject") + ", " + count(all, "verdict")
	sep := ": "
	for _, v := range []contract.Verdict{contract.Kept, contract.Violated, contract.Known, contract.Skipped, contract.Unknown} {
		if number[v] > 0 {
			line += sep + fmt.Sprintf("%d %s", number[v], v)
			sep = ", "
		}
	}
	line += "."
	if !c.Complete {
		line += " " + t.paint(red, "INCOMPLETE: not everything was judged; this is what was gathered.")
	}
	t.wrap(b, line, "", "  ")
	color, says := green, "Exit 0: no law is violated beyond what the subjects declare as known."
	switch c.Status() {
	case 1:
		color, says = red, "Exit 1: a law is violated."
		if number[contract.Violated] == 0 {
			says = "Exit 1: no law is violated, but a verdict marked ! fails the run."
		}
	case 2:
		color, says = red, "Exit 2: "+count(len(c.Problems), "problem")+" kept the run from being trusted as a whole."
	case 3:
		color, says = yellow, "Exit 3: no law is violated, but not all are decided."
	}
	b.WriteString(t.paint(color, says) + "\n")
}

// wrap writes words in lines, the first indented by first, the others by rest.
func (t Text) wrap(b *strings.Builder, text, first, rest string) {
	line, used := first, len(first)
	empty := true
	for _, word := range strings.Fields(text) {
		n := visible(word)
		switch {
		case empty:
			line, used = line+word, used+n
		case used+1+n > t.width():
			b.WriteString(line + "\n")
			line, used = rest+word, len(rest)+n
		default:
			line, used = line+" "+word, used+1+n
		}
		empty = false
	}
	b.WriteString(line + "\n")
}

// count says how many, with the plural's s and commas between thousands.
func count(n int, what string) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n != 1 {
		what += "s"
	}
	return digits + " " + what
}
