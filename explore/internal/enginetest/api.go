package enginetest

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// HasAll checks that the package of the test that calls it has each exported
// type, function and method of a package of the standard library, with the same
// signatures.
func HasAll(t *testing.T, standard string) {
	t.Helper()
	std, err := build.Import(standard, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	have := exported(t, ours)
	want := exported(t, std)
	if len(want) == 0 {
		t.Fatalf("nothing is exported by %s", standard)
	}
	for decl := range want {
		if !have[decl] {
			t.Errorf("%s has %s", standard, decl)
		}
	}
}

// exported lists what a package exports.
func exported(t *testing.T, p *build.Package) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if of := receiver(d); d.Name.IsExported() && (of == "" || ast.IsExported(strings.TrimPrefix(of, "*"))) {
					all[strings.TrimSpace(fmt.Sprintf("%s %s%s", of, d.Name.Name, signature(d.Type)))] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
						all["type "+s.Name.Name] = true
					}
				}
			}
		}
	}
	return all
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	return types.ExprString(d.Recv.List[0].Type)
}

// signature writes the type of a function without the names of its parameters.
func signature(f *ast.FuncType) string {
	list := func(fields *ast.FieldList) (out []string) {
		if fields == nil {
			return nil
		}
		for _, field := range fields.List {
			for range max(1, len(field.Names)) {
				out = append(out, types.ExprString(field.Type))
			}
		}
		return out
	}
	return fmt.Sprintf("(%s) (%s)", strings.Join(list(f.Params), ", "), strings.Join(list(f.Results), ", "))
}
