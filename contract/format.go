package contract

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FormatResult is the text of a result for people: the law, got and want, the
// scenario, the trace, and who is to blame. It ends with a newline.
func FormatResult(r Result) string {
	var b strings.Builder
	if law, ok := lawOf(r.Law); ok {
		b.WriteString(wrap(fmt.Sprintf("%s %s: %s", law.ID, law.Name, law.Says)))
	} else {
		fmt.Fprintf(&b, "%s: the plug, or what it plugs in, is not what the door expects.\n", r.Law)
	}
	b.WriteString(wrap(fmt.Sprintf("%s: %s", r.Verdict, harmless(r.Reason))))
	if r.Verdict == Violated || r.Verdict == Known {
		if r.Blame != "" {
			fmt.Fprintf(&b, "blame: %s\n", r.Blame)
		}
		b.WriteString(wrap("evidence: " + r.Evidence.Meaning()))
		if r.Tries != "" {
			how := "raced"
			if r.Schedule != "" {
				how = "explored"
			}
			fmt.Fprintf(&b, "%s: %s\n", how, r.Tries)
		}
	}
	if r.Scenario != nil {
		fmt.Fprintf(&b, "\nscenario:\n%s", FormatScenario(*r.Scenario))
	}
	if len(r.Trace) > 0 {
		fmt.Fprintf(&b, "\ntrace:\n%s", FormatTrace(r.Trace, r.At))
	}
	return b.String()
}

// textWidth is where the lines of a result's text are broken.
const textWidth = 88

// wrap breaks the lines of s between words, and indents what continues one.
func wrap(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		width := 0
		for i, word := range strings.Fields(line) {
			if n := utf8.RuneCountInString(word); i > 0 && width+1+n > textWidth {
				b.WriteString("\n    ")
				width = 4 + n
			} else {
				if i > 0 {
					b.WriteByte(' ')
				}
				width += 1 + n
			}
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// harmless makes text that comes from a subject safe to print: control
// characters other than newlines and tabs, and those that change the direction
// of the text, become question marks.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '?'
		}
		return r
	}, s)
}
