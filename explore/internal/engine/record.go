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
	File   string // where in the code under test
	Line   int
	Choice []int // the outcomes of the tosses that followed
}

// Recording reports whether this execution is kept for a report, so that a shim
// should Note the values that it reads and writes.
func (e *Engine) Recording() bool { return e.recording && len(e.records) > 0 }

// Note adds values to the record of the operation that the running thread has
// just done. Call it only while Recording.
func (e *Engine) Note(format string, args ...any) {
	if e.running.op.kind != "" {
		e.records[len(e.records)-1].Note = fmt.Sprintf(format, args...)
	}
}

func (e *Engine) record(t *Thread) {
	r := Record{Thread: t.name, Kind: t.op.kind}
	if o := t.op.obj; o != nil {
		r.Object = o.String()
	} else if o := t.op.about; o != nil {
		r.Object = o.String()
	}
	r.File, r.Line = place()
	e.records = append(e.records, r)
}

// String names o for a report.
func (o *Object) String() string { return fmt.Sprintf("%s#%d", o.label, o.id) }

// place finds the line of the code under test that called into a shim.
func place() (file string, line int) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !ours(f.Function) {
			return f.File, f.Line
		}
		if !more {
			return "", 0
		}
	}
}

func placeString() string {
	file, line := place()
	return fmt.Sprintf(" at %s:%d", filepath.Base(file), line)
}

// ours reports whether a function belongs to the engine or to a shim, rather
// than to the code under test. The packages' own tests are such code.
func ours(function string) bool {
	const root = "github.com/wakecheck/wakecheck/explore"
	rest, ok := strings.CutPrefix(function, root)
	if !ok {
		return false
	}
	pkg, _, _ := strings.Cut(rest, ".")
	return (pkg == "" || pkg == "/internal/engine" || strings.HasPrefix(pkg, "/shim/"))
}
