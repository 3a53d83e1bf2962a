package explore

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

// phrases say what operations do to their object, and what a thread waits for
// that cannot do them, where the operation's name alone would not tell. The
// object of a select is but one of its channels.
var phrases = map[string]struct{ does, waits string }{
	"send":            {"send to %s", "to send to %s"},
	"wait to send":    {"sent to %s", "to send to %s"},
	"receive":         {"receive from %s", "to receive from %s"},
	"wait to receive": {"received from %s", "to receive from %s"},
	"select":          {"select", "in a select"},
	"wait in select":  {"selected", "in a select"},
	"wait":            {"wait for %s", "for %s"},
	"wake":            {"woken by %s", "to be woken by %s"},
	"park":            {"park on %s", "to be unparked by %s"},
	"do":              {"do %s", "for another thread in Do of %s"},
	"rlock":           {"rlock %s", "to lock %s for reading"},
	"sleep":           {"sleep", "to sleep"},

	"wait for the end of the sleep": {"end of the sleep", "for the end of its sleep"},

	"settle": {"settle", "for the others to come to rest"},
}

// phrase fills the object, if there is one, into one of phrases, or, if that is
// empty, puts it after the operation's name.
func phrase(phrase, op, object string) string {
	if phrase == "" {
		phrase = op
		if object != "" {
			phrase += " %s"
		}
	}
	return strings.Replace(phrase, "%s", object, 1)
}

// String is what was done, such as "load ready = 0".
func (s Step) String() string {
	text := phrase(phrases[s.Kind].does, s.Kind, s.Object)
	switch {
	case s.Note == "":
	case strings.HasPrefix(s.Note, "="):
		text += " " + s.Note
	default:
		text += ": " + s.Note
	}
	return oneLine(text)
}

// within is String in at most n characters: names and values are shortened.
func (s Step) within(n int) string {
	const least = 10 // of a name or value
	for _, part := range []*string{&s.Object, &s.Note} {
		if over := width(s.String()) - n; over > 0 && width(*part) > least {
			*part = clip(*part, max(width(*part)-over, least))
		}
	}
	text := []rune(s.String())
	if len(text) > n {
		return string(text[:n-1]) + "…"
	}
	return string(text)
}

// String is such as "waiter waits to lock mu at lock.go:12, since step 4".
func (s Stuck) String() string {
	waits := phrases[s.Kind].waits
	if waits == "" {
		waits = "to " + phrase("", s.Kind, s.Object)
	}
	text := s.Thread + " waits " + phrase(waits, s.Kind, s.Object)
	if at := source(s.File, s.Line); at != "" {
		text += " at " + at
	}
	if s.Since > 0 {
		text += fmt.Sprintf(", since step %d", s.Since)
	} else {
		text += ", from the start"
	}
	return oneLine(text)
}

// source is a line of the code under test.
func source(file string, line int) string {
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

// oneLine is s without what would break a line or a terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// fold breaks a text into lines that fit the page.
func fold(s string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(s) {
		n := width(word)
		switch {
		case column == 0:
		case column+1+n > pageWidth:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}
