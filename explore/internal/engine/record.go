package engine

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
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
	Plain  bool // an access to a Var: no step of the schedule, but shown between them
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
	o := t.op.obj
	if o == nil {
		o = t.op.about
	}
	e.show(t.op.kind, o, false)
}

func (e *Engine) show(k Kind, o *Object, plain bool) {
	r := Record{Thread: e.running.name, Kind: k, Object: e.nameOf(o), Plain: plain}
	r.File, r.Line = place()
	e.records = append(e.records, r)
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

// place finds the line of the code under test that called into a shim.
func place() (file string, line int) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !more || strings.HasPrefix(f.Function, "iter.") {
			return "", 0
		}
		if !ours(f.Function) {
			return f.File, f.Line
		}
	}
}

// Place says where the code under test is now, as " at file.go:12".
func Place() string {
	file, line := place()
	if file == "" {
		return ""
	}
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
	return pkg == "" || pkg == "/internal/engine" || strings.HasPrefix(pkg, "/shim/") && !strings.HasSuffix(pkg, "_test")
}

// stackUnderTest is the stack of the running goroutine, from the panic that is
// being recovered from down to where the thread began.
func stackUnderTest() string {
	stack := string(debug.Stack())
	if _, rest, ok := strings.Cut(stack, "\npanic("); ok {
		if _, rest, ok = strings.Cut(rest, "\n\t"); ok {
			if _, rest, ok = strings.Cut(rest, "\n"); ok {
				stack = rest
			}
		}
	}
	stack, _, _ = strings.Cut(stack, "github.com/wakecheck/wakecheck/explore/internal/engine.(*Engine).call(")
	return strings.TrimRight(stack, "\n")
}
