package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A strictJSON reads JSON of a known shape. It is stricter than encoding/json:
// the names of fields are exact, none is unknown or given twice, null stands
// for nothing, numbers are whole, text is UTF-8. And it knows where it is: the
// first error names line and column, what was expected and what came. After it
// every method returns a zero value.
//
// An object is read by open('{'), and by field as long as more('}'); an array
// by open('[') and more(']').
type strictJSON struct {
	doc   string // what is read, for errors
	in    string // a part of it, for errors
	end   string // what ends where src ends, for errors
	src   []byte
	pos   int
	line  int  // the number of the first line of src
	fresh bool // an object or array was just opened
	err   error
}

// failAt records an error at offset pos of src. Columns count bytes, from 1.
func (d *strictJSON) failAt(pos int, format string, args ...any) {
	if d.err != nil {
		return
	}
	before := d.src[:pos]
	line := d.line + bytes.Count(before, []byte("\n"))
	column := pos - bytes.LastIndexByte(before, '\n')
	d.err = fmt.Errorf("%s:%d:%d: %s%s", d.doc, line, column, d.in, fmt.Sprintf(format, args...))
}

// expected records that something else than what came is there.
func (d *strictJSON) expected(what string) {
	if d.err == nil {
		d.failAt(d.pos, "expected %s, got %s", what, d.found())
	}
}

// found describes what is there.
func (d *strictJSON) found() string {
	if d.pos == len(d.src) {
		return "the end of the " + d.end
	}
	rest := d.src[d.pos:]
	if rest[0] == '\n' {
		return "the end of the line"
	}
	n := 1
	if rest[0] == '"' {
		for n < len(rest) && rest[n] != '"' && rest[n] >= ' ' {
			n++
		}
		n = min(n+1, len(rest))
	} else if !strings.ContainsRune("{}[]:,", rune(rest[0])) {
		for n < len(rest) && rest[n] > ' ' && !strings.ContainsRune("{}[]:,\"", rune(rest[n])) {
			n++
		}
	}
	return shorten(string(rest[:n]))
}

// shorten makes what came fit for one line of an error.
func shorten(s string) string {
	const most = 40
	cut := ""
	if len(s) > most {
		n := most
		for !utf8.RuneStart(s[n]) && n > 0 {
			n--
		}
		s, cut = s[:n], "…"
	}
	for _, r := range s {
		if !strconv.IsPrint(r) || r == utf8.RuneError {
			return strconv.Quote(s) + cut
		}
	}
	return s + cut
}

// next skips white space and returns the byte that is there, or 0 at the end.
func (d *strictJSON) next() byte {
	if d.err != nil {
		return 0
	}
	for d.pos < len(d.src) {
		switch c := d.src[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

// open begins an object or an array, which is what.
func (d *strictJSON) open(bracket byte, what string) {
	if d.next() != bracket {
		d.expected(what)
		return
	}
	d.pos++
	d.fresh = true
}

// more reports whether the object or array goes on, and goes past the comma or
// the end.
func (d *strictJSON) more(end byte) bool {
	c := d.next()
	fresh := d.fresh
	d.fresh = false
	switch {
	case d.err != nil:
		return false
	case c == end:
		d.pos++
		return false
	case fresh:
		return true
	case c == ',':
		d.pos++
		return true
	}
	d.expected("a comma or " + string(end))
	return false
}

// field reads the name of a field and the colon. It returns one of names, or ""
// after an error; seen has a bit for each that has come.
func (d *strictJSON) field(names []string, seen *uint) string {
	if d.next() != '"' {
		d.expected("the name of a field")
		return ""
	}
	start := d.pos
	name := d.bytes()
	if d.err != nil {
		return ""
	}
	i := slices.IndexFunc(names, func(known string) bool { return known == string(name) })
	if i < 0 {
		d.pos = start
		d.expected("one of the fields " + strings.Join(names, ", "))
		return ""
	}
	if *seen&(1<<i) != 0 {
		d.failAt(start, "expected each field once, got %s twice", names[i])
		return ""
	}
	*seen |= 1 << i
	if d.next() != ':' {
		d.expected("a colon")
		return ""
	}
	d.pos++
	return names[i]
}

// require demands, at the end of an object, that the first n fields have come.
func (d *strictJSON) require(names []string, n int, seen uint) {
	for i, name := range names[:n] {
		if seen&(1<<i) == 0 {
			d.failAt(max(d.pos-1, 0), "expected the field %s, got the end of the object", name)
		}
	}
}

// finish demands that nothing but white space is left.
func (d *strictJSON) finish() {
	if d.next(); d.pos < len(d.src) {
		d.expected("the end of the " + d.end)
	}
}

// integer reads a whole number from low to high.
func (d *strictJSON) integer(low, high int64) int64 {
	d.next()
	start := d.pos
	n := start
	if n < len(d.src) && d.src[n] == '-' {
		n++
	}
	digits := n
	for n < len(d.src) && '0' <= d.src[n] && d.src[n] <= '9' {
		n++
	}
	whole := n > digits && (d.src[digits] != '0' || n == digits+1)
	if whole && n < len(d.src) {
		whole = bytes.IndexByte([]byte(" \t\r\n,]}"), d.src[n]) >= 0
	}
	if d.err != nil || !whole {
		d.expected("a whole number")
		return 0
	}
	v, err := strconv.ParseInt(string(d.src[start:n]), 10, 64)
	if err != nil || v < low || v > high {
		d.expected(between(low, high))
		return 0
	}
	d.pos = n
	return v
}

// between says what numbers are allowed.
func between(low, high int64) string {
	if low == math.MinInt64 || high == math.MaxInt64 {
		return "a whole number of 64 bits"
	}
	return fmt.Sprintf("a number from %d to %d", low, high)
}

// boolean reads true or false.
func (d *strictJSON) boolean() bool {
	d.next()
	for _, v := range []bool{true, false} {
		word := strconv.FormatBool(v)
		if d.err == nil && bytes.HasPrefix(d.src[d.pos:], []byte(word)) {
			d.pos += len(word)
			return v
		}
	}
	d.expected("true or false")
	return false
}

// text reads a string.
func (d *strictJSON) text(what string) string {
	if d.next() != '"' {
		d.expected(what)
		return ""
	}
	return string(d.bytes())
}

// bytes reads a string, whose quote is next. The result is valid until src
// changes.
func (d *strictJSON) bytes() []byte {
	start := d.pos
	escaped := false
	for n := start + 1; n < len(d.src); {
		switch c := d.src[n]; {
		case c == '"':
			d.pos = n + 1
			if !escaped {
				return d.src[start+1 : n]
			}
			var s string
			if err := json.Unmarshal(d.src[start:d.pos], &s); err != nil {
				d.failAt(start, "expected a string, got one that JSON does not allow: %v", err)
			}
			return []byte(s)
		case c < ' ' && c != '\n':
			d.failAt(n, "expected no control characters in a string, got %q", c)
			return nil
		case c == '\n':
			d.pos = n
			d.expected("the end of the string that begins at column " + d.column(start))
			return nil
		case c == '\\':
			escaped = true
			size := escape(d.src[n:])
			if size == 0 {
				d.failAt(n, `expected one of the escapes \" \\ \/ \b \f \n \r \t and \u with four digits, got %q`, d.src[n:min(n+2, len(d.src))])
				return nil
			}
			n += size
		case c < utf8.RuneSelf:
			n++
		default:
			r, size := utf8.DecodeRune(d.src[n:])
			if r == utf8.RuneError && size == 1 {
				d.failAt(n, "expected UTF-8, got the byte %#x", c)
				return nil
			}
			n += size
		}
	}
	d.pos = len(d.src)
	d.expected("the end of the string that begins at column " + d.column(start))
	return nil
}

func (d *strictJSON) column(pos int) string {
	return strconv.Itoa(pos - bytes.LastIndexByte(d.src[:pos], '\n'))
}

// escape returns the size of the escape sequence that s begins with, or 0.
func escape(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	if s[1] != 'u' {
		if bytes.IndexByte([]byte(`"\/bfnrt`), s[1]) < 0 {
			return 0
		}
		return 2
	}
	if len(s) < 6 {
		return 0
	}
	if _, err := strconv.ParseUint(string(s[2:6]), 16, 16); err != nil {
		return 0
	}
	return 6
}
