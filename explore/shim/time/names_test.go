package time_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// exported lists the names that the Go files in a folder export, but for tests.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name.Name != "time" {
			continue // a program that generates tables
		}
		for _, d := range f.Decls {
			for _, id := range declared(d) {
				if id.IsExported() {
					names[id.Name] = true
				}
			}
		}
	}
	return names
}

func declared(d ast.Decl) (ids []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			ids = append(ids, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				ids = append(ids, s.Name)
			case *ast.ValueSpec:
				ids = append(ids, s.Names...)
			}
		}
	}
	return ids
}

func TestEveryNameOfPackageTimeIsThere(t *testing.T) {
	ours := exported(t, ".")
	for name := range exported(t, filepath.Join(runtime.GOROOT(), "src", "time")) {
		if !ours[name] {
			t.Errorf("%s is missing", name)
		}
		delete(ours, name)
	}
	for name := range ours {
		t.Errorf("%s is not in package time", name)
	}
}
