package explore

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// nameTable says how the code under test calls objects that the engine knows by
// their types.
type nameTable map[string]string

// of is the name of an object, or, if none is known, what the engine calls it.
func (t nameTable) of(object string) string {
	if name, ok := t[object]; ok {
		return name
	}
	return object
}

// objectNames reads the source lines of the steps: where one says
// ready.Store(1), the object is called ready. Of several names an object has the
// one of the first step on it, or of the first who waits for it; objects of the
// same name are numbered. Where there is no source, there are no names.
func objectNames(steps []engine.Record, stuck []engine.Stuck) nameTable {
	for _, s := range stuck {
		steps = append(steps, engine.Record{Object: s.Object, Place: s.Place})
	}
	var objects []string // those that have got a name
	names := make(nameTable)
	files := make(map[string]*sourceFile)
	for _, s := range steps {
		if s.Object == "" || names[s.Object] != "" {
			continue
		}
		f := files[s.File]
		if f == nil {
			f = parse(s.File)
			files[s.File] = f
		}
		if name := f.receiver(s); name != "" {
			names[s.Object] = name
			objects = append(objects, s.Object)
		}
	}
	bearers := make(map[string][]string)
	for _, o := range objects {
		bearers[names[o]] = append(bearers[names[o]], o)
	}
	for name, same := range bearers {
		for i, o := range same {
			if len(same) > 1 {
				names[o] = fmt.Sprintf("%s#%d", name, i+1)
			}
		}
	}
	return names
}

// pointers numbers the addresses in the values of an execution, which are others
// each time.
type pointers map[string]int

var address = regexp.MustCompile(`\b0x[0-9a-f]{8,16}\b`)

// number is a note with ptr1, ptr2, … for the addresses in it.
func (p pointers) number(note string) string {
	return address.ReplaceAllStringFunc(note, func(a string) string {
		if p[a] == 0 {
			p[a] = len(p) + 1
		}
		return fmt.Sprintf("ptr%d", p[a])
	})
}

// sourceFile is the calls of a file, by line.
type sourceFile struct{ calls map[int][]*ast.CallExpr }

// parse reads a file; of one that cannot be read no calls are known.
func parse(file string) *sourceFile {
	f := &sourceFile{calls: make(map[int][]*ast.CallExpr)}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return f
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			at := call.Pos()
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				at = sel.Sel.Pos()
			}
			line := fset.Position(at).Line
			f.calls[line] = append(f.calls[line], call)
		}
		return true
	})
	return f
}

// receiver is what the line of s calls the object of s; "" if that is not plain
// to see: if the call is not there, or there are two.
func (f *sourceFile) receiver(s engine.Record) string {
	method, name, ok := called(s.Call)
	if !ok || method != "" && !strings.HasSuffix(typeName(s.Object), method) {
		return "" // it is another object's method, which uses this one
	}
	switch t := typeName(s.Object); {
	case t == "clock" || t == "time": // the code has none
		return ""
	case t == "context" && s.Kind != "derive" && s.Kind != "cause": // it is what the call makes, not what it is given
		return ""
	}
	found := ""
	for _, call := range f.calls[s.Line] {
		fun := call.Fun
		if x, ok := fun.(*ast.IndexExpr); ok {
			fun = x.X // with a type argument
		}
		sel, ok := fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != name {
			continue
		}
		text := ""
		switch {
		case method != "":
			text = expression(sel.X)
		case len(call.Args) > 0:
			text = expression(call.Args[0])
		}
		if text == "" || found != "" && found != text {
			return ""
		}
		found = text
	}
	return found
}

// called takes the name of a function of a shim apart: for
// "….(*Mutex).Lock" it is "Mutex" and "Lock", for "….Send[...]" "" and "Send".
func called(function string) (receiver, name string, ok bool) {
	name = function[strings.LastIndexByte(function, '/')+1:]
	if _, name, ok = strings.Cut(name, "."); !ok {
		return "", "", false
	}
	if rest, isMethod := strings.CutPrefix(name, "(*"); isMethod {
		receiver, name, ok = strings.Cut(rest, ").")
		receiver, _, _ = strings.Cut(receiver, "[")
	}
	if i := strings.IndexAny(name, ".["); i >= 0 {
		name = name[:i]
	}
	return receiver, name, ok && name != "Select" // which has no object of its own
}

// typeName is the type that the engine calls an object by.
func typeName(object string) string {
	name, _, _ := strings.Cut(object, "#")
	return name
}

// expression is the text of x, if it is a name, a field or an element.
func expression(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if of := expression(x.X); of != "" {
			return of + "." + x.Sel.Name
		}
	case *ast.IndexExpr:
		of, at := expression(x.X), expression(x.Index)
		if of != "" && at != "" {
			return of + "[" + at + "]"
		}
	case *ast.BasicLit:
		return x.Value
	case *ast.ParenExpr:
		return expression(x.X)
	case *ast.StarExpr:
		return expression(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return expression(x.X)
		}
	}
	return ""
}
