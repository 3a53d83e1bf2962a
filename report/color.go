package report

import (
	"unicode/utf8"

	"github.com/wakecheck/wakecheck/contract"
)

const (
	bold   = "1"
	dim    = "2"
	red    = "31;1"
	green  = "32"
	yellow = "33"
	purple = "35"
)

var colors = map[contract.Verdict]string{
	contract.Kept:     green,
	contract.Violated: red,
	contract.Skipped:  dim,
	contract.Unknown:  yellow,
	contract.Known:    purple,
}

// Color reports whether text should have colour: on a terminal that shows it,
// unless the user has set NO_COLOR (see no-color.org). Getenv is usually
// os.Getenv.
func Color(terminal bool, getenv func(string) string) bool {
	return terminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

func (t Text) paint(color, s string) string {
	if !t.Color || color == "" || s == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

// visible returns how many columns s takes, without the colours of paint.
func visible(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] == '\x1b' {
			for i < len(s) && s[i] != 'm' {
				i++
			}
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
		n++
	}
	return n
}
