package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// steers reports whether r could steer a terminal or reorder what it shows.
func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Clean returns s with everything that could steer a terminal shown as an
// escape, line ends too: it is for one line. Bytes that are no UTF-8 are shown
// as escapes as well.
func Clean(s string) string { return clean(s, "") }

// CleanText is Clean that leaves line ends and tabs as they are.
func CleanText(s string) string { return clean(s, "\n\t") }

func clean(s, keep string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !steers(r) || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// CleanOutput takes away what go test itself adds to what a test prints: its own
// lines, the spaces before each line and those that it puts before the second and
// further lines of one message, and spaces at line ends.
func CleanOutput(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		if line = strings.TrimRight(line, " \t\r\n"); !noise(line) {
			lines = append(lines, line)
		}
	}
	dedent(lines, func(string) bool { return true })
	dedent(lines, func(line string) bool { return !messageStart.MatchString(line) })
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// messageStart is how go test begins a message: with file and line.
var messageStart = regexp.MustCompile(`^[^\s:]+\.go:\d+:`)

// dedent takes the spaces away that all chosen lines share.
func dedent(lines []string, chosen func(string) bool) {
	shared := -1
	for _, line := range lines {
		if line != "" && chosen(line) {
			if n := len(line) - len(strings.TrimLeft(line, " ")); shared < 0 || n < shared {
				shared = n
			}
		}
	}
	for i, line := range lines {
		if line != "" && chosen(line) {
			lines[i] = line[shared:]
		}
	}
}

// noise reports whether go test wrote the line.
func noise(line string) bool {
	text := strings.TrimLeft(line, " ")
	for _, mark := range []string{"--- PASS: ", "--- FAIL: ", "--- SKIP: "} {
		if strings.HasPrefix(text, mark) {
			return true
		}
	}
	for _, mark := range []string{"=== RUN ", "=== PAUSE ", "=== CONT ", "=== NAME ", "=== ATTR "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return false
}
