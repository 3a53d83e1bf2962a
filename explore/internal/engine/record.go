package engine

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Record is a step, for a report.
type Record struct {
	Thread string
	Kind   Kind
	Object string // what it touched; "" if nothing
	Note   string // the values it read and wrote
	Place
	Plain bool // an access to a Var, or a choice: no step of the schedule, but shown between them

	object  *Object
	choices int // how many had been made by then
}

// Place is where the code under test calls a shim.
type Place struct {
	File string // "" if it is not known
	Line int
	Call string // the function or method of the shim, as runtime names it
}

// String is the place as " at file.go:12".
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf(" at %s:%d", filepath.Base(p.File), p.Line)
}

// Recording reports whether this execution is kept for a report, so that a shim
// should Note the values that it reads and writes.
func (e *Engine) Recording() bool { return e.recording && len(e.threads) > 1 && len(e.records) > 0 }

// Note adds values to the record of the operation that the running thread has
// just done. Call it only while Recording.
func (e *Engine) Note(format string, args ...any) {
	if e.running.op.kind != "" {
		r := &e.records[len(e.records)-1]
		r.Note, r.choices = fmt.Sprintf(format, args...), len(e.path)
	}
}

// Mention adds to the records what the running thread does between two steps.
func (e *Engine) Mention(k Kind, format string, args ...any) {
	if e.recording && !e.aborting {
		e.show(k, nil, Here(), true)
		e.records[len(e.records)-1].Note = fmt.Sprintf(format, args...)
	}
}

func (e *Engine) record(t *Thread) {
	o := t.op.obj
	if o == nil {
		o = t.op.about
	}
	e.show(t.op.kind, o, t.op.place, false)
}

func (e *Engine) show(k Kind, o *Object, at Place, plain bool) {
	e.records = append(e.records, Record{
		Thread: e.called(e.running), Kind: k, Place: at, Plain: plain, object: o, choices: len(e.path),
	})
}

// nameObjects gives the records the names of their objects, now that all that
// the execution touches are known.
func (e *Engine) nameObjects() {
	for i := range e.records {
		e.records[i].Object = e.nameOf(e.records[i].object)
	}
}

// nameOf names o for a report: its label, and which of those with this label
// it is, in the order of their first touches. The only one needs no number.
func (e *Engine) nameOf(o *Object) string {
	if o == nil {
		return ""
	}
	n, same := 0, 0
	for _, p := range e.objects[:e.nobjects] {
		if p.label == o.label {
			same++
			if p.id <= o.id {
				n++
			}
		}
	}
	if n == 1 && same == 1 {
		return o.label
	}
	return fmt.Sprintf("%s#%d", o.label, n)
}

// Here is where the code under test has called into a shim.
func Here() Place {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	call := ""
	for {
		f, more := frames.Next()
		if !more || strings.HasPrefix(f.Function, "iter.") {
			return Place{}
		}
		if !ours(f.Function) {
			return Place{File: f.File, Line: f.Line, Call: call}
		}
		call = f.Function
	}
}

// ours reports whether a function belongs to the engine or to a shim, rather
// than to the code under test. The packages' own tests are such code.
func ours(function string) bool {
	const module = "github.com/wakecheck/wakecheck/"
	rest, ok := strings.CutPrefix(function, module)
	if !ok {
		return false
	}
	switch pkg, _, _ := strings.Cut(rest, "."); pkg {
	case "explore", "explore/internal/engine",
		"internal/channel", "internal/clock", "internal/sync": // other names for shims
		return true
	default:
		return strings.HasPrefix(pkg, "explore/shim/") && !strings.HasSuffix(pkg, "_test")
	}
}

// stackUnderTest is the stack of the running goroutine, which is about to end
// by a panic or a Goexit: the code under test down to where the thread began.
func stackUnderTest() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	var b strings.Builder
	for ending := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.Goexit":
			ending = true
		case !more || strings.HasPrefix(f.Function, "iter."):
			return b.String()
		case !ending || ours(f.Function):
		case b.Len() == 0 && (strings.HasPrefix(f.Function, "runtime.") || strings.HasPrefix(f.Function, "testing.")):
		default:
			fmt.Fprintf(&b, "\n%s\n\t%s:%d", f.Function, f.File, f.Line)
		}
	}
}
