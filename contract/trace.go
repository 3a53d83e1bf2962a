package contract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// traceVersion is the version of the trace's form as JSON lines.
const traceVersion = 1

// traceHeader is the first line of a trace.
var traceHeader = fmt.Sprintf(`{"wakecheck":"trace","version":%d}`, traceVersion)

// The limits of a trace: it cannot ask for more memory than they allow. Numbers
// of threads, tasks, polls and handles count from 1, so that none is ever
// greater than the number of events.
const (
	traceLine   = 64 << 10 // bytes of a line, its end included
	traceEvents = 1 << 22
	traceNumber = traceEvents
)

// WriteTrace writes a trace as JSON lines: a header, then one event per line.
// [ReadTrace] reads it, and finds the same events, except that bytes in a Note
// which are no UTF-8 come back as U+FFFD.
//
// It returns an error of w, or one that names the event which cannot be
// written: of no known kind, with a number out of range, or with a Note so long
// that its line would be longer than 64 KiB. What comes before is written then.
func WriteTrace(w io.Writer, events []Event) error {
	if len(events) > traceEvents {
		return fmt.Errorf("trace: expected at most %d events, got %d", traceEvents, len(events))
	}
	out := bufio.NewWriterSize(w, traceLine)
	out.WriteString(traceHeader)
	out.WriteByte('\n')
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	for i := range events {
		err := events[i].writable()
		if err == nil {
			line.Reset()
			err = enc.Encode(&events[i])
		}
		if err == nil && line.Len() > traceLine {
			err = fmt.Errorf("expected a line of at most %d bytes, got %d: shorten the note", traceLine, line.Len())
		}
		if err != nil {
			return errors.Join(fmt.Errorf("trace: event %d: %w", i, err), out.Flush())
		}
		out.Write(line.Bytes())
	}
	return out.Flush() // and with it the first error of all writes
}

// writable returns an error if ReadTrace would refuse e.
func (e *Event) writable() error {
	if e.Kind <= none || e.Kind >= kinds {
		return fmt.Errorf("expected a kind of event, got %d", int(e.Kind))
	}
	for _, n := range []struct {
		name      string
		value     int
		low, high int64
	}{
		{"thread", e.Thread, -traceNumber, traceNumber},
		{"task", e.Task, 0, traceNumber},
		{"poll", e.Poll, 0, traceNumber},
		{"handle", e.Handle, 0, traceNumber},
	} {
		if int64(n.value) < n.low || int64(n.value) > n.high {
			return fmt.Errorf("%s: expected %s, got %d", n.name, between(n.low, n.high), n.value)
		}
	}
	return nil
}

// ReadTrace reads a trace that [WriteTrace], or somebody else's program, wrote:
// JSON lines in UTF-8, first the header {"wakecheck":"trace","version":1}, then
// one [Event] per line, with the fields that its tags name; kind and thread
// must be there. The end of the last line and blank lines after it may be
// there or not. It reads r to its end.
//
// It is strict: whatever is unknown, given twice, out of range, malformed or
// cut off is an error. Numbers of tasks, polls and handles are 0 to 4194304,
// those of threads may be negative, a line has at most 64 KiB and a trace at most
// 4194304 events. Errors read "trace:LINE:COLUMN: expected …, got …", with
// columns counted in bytes from 1; those of r are wrapped.
func ReadTrace(r io.Reader) ([]Event, error) { return readTrace(r, traceEvents) }

// readTrace is ReadTrace of at most most events.
func readTrace(r io.Reader, most int) ([]Event, error) {
	in := bufio.NewReaderSize(r, traceLine)
	d := strictJSON{doc: "trace"}
	var events []Event
	blank := 0 // the first of the blank lines before this one; 0: none
	for d.line = 1; ; d.line++ {
		line, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return nil, fmt.Errorf("trace:%d:1: %w", d.line, err)
		}
		ended := err == io.EOF
		d.end = "line"
		if ended {
			d.end = "trace"
		}
		d.src, d.pos = bytes.TrimSuffix(line, []byte("\n")), 0
		switch {
		case err == bufio.ErrBufferFull:
			d.failAt(len(line), "expected at most %d bytes in a line, got more", traceLine)
		case d.line == 1:
			d.traceHeader()
		case d.next() == 0 && d.pos == len(d.src):
			if blank == 0 && !ended {
				blank = d.line
			}
		case blank != 0:
			d.line = blank
			d.failAt(0, "expected an event, got a blank line")
		case len(events) == most:
			d.failAt(0, "expected at most %d events, got more", most)
		default:
			events = append(events, d.event())
		}
		if d.err != nil {
			return nil, d.err
		}
		if ended {
			return events, nil
		}
	}
}

var headerFields = []string{"wakecheck", "version"}

func (d *strictJSON) traceHeader() {
	d.in = "in the header: "
	defer func() { d.in = "" }()
	d.open('{', traceHeader)
	var seen uint
	for d.more('}') {
		switch d.field(headerFields, &seen) {
		case "wakecheck":
			d.next()
			at := d.pos
			if what := d.text(`"trace"`); what != "trace" {
				d.failAt(at, `expected "trace", got %q`, what)
			}
		case "version":
			d.next()
			at := d.pos
			if v := d.integer(0, math.MaxInt64); v != traceVersion {
				d.failAt(at, "expected version %d, got %d: read it with the wakecheck that wrote it", traceVersion, v)
			}
		}
	}
	d.require(headerFields, len(headerFields), seen)
	d.finish()
}

// eventFields are the fields of an Event; the first two must be there.
var eventFields = []string{"kind", "thread", "task", "poll", "handle", "arg", "note"}

func (d *strictJSON) event() (e Event) {
	d.open('{', "an event")
	var seen uint
	for d.more('}') {
		switch d.field(eventFields, &seen) {
		case "kind":
			e.Kind = d.kind()
		case "thread":
			e.Thread = int(d.integer(-traceNumber, traceNumber))
		case "task":
			e.Task = int(d.integer(0, traceNumber))
		case "poll":
			e.Poll = int(d.integer(0, traceNumber))
		case "handle":
			e.Handle = int(d.integer(0, traceNumber))
		case "arg":
			e.Arg = int(d.integer(math.MinInt, math.MaxInt))
		case "note":
			e.Note = d.text("a string")
		}
	}
	d.require(eventFields, 2, seen)
	d.finish()
	return e
}

func (d *strictJSON) kind() Kind {
	const what = `a kind of event such as "poll"`
	if d.next() != '"' {
		d.expected(what)
		return none
	}
	at := d.pos
	name := d.bytes()
	for k := none + 1; k < kinds; k++ {
		if d.err == nil && kindNames[k] == string(name) {
			return k
		}
	}
	d.pos = at
	d.expected(what)
	return none
}
