package report

import (
	"fmt"
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

// CleanOutput takes the lines away that go test itself adds to what a test
// prints, and the indentation that all the other lines share.
func CleanOutput(output string) string {
	var lines []string
	indent := -1
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if noise(line) {
			continue
		}
		lines = append(lines, line)
		if text := strings.TrimLeft(line, " "); text != "" {
			if n := len(line) - len(text); indent < 0 || n < indent {
				indent = n
			}
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line[min(max(indent, 0), len(line)):])
		b.WriteByte('\n')
	}
	return strings.Trim(b.String(), "\n")
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
