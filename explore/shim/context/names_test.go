package context_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

func TestEveryNameOfPackageContextIsThere(t *testing.T) {
	real, err := build.Import("context", "", 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := build.Import(".", ".", 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for n, p := range []*build.Package{real, ours} {
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for name := range f.Scope.Objects {
				if ast.IsExported(name) {
					names[name] |= 1 << n
				}
			}
		}
	}
	for name, where := range names {
		if where != 3 {
			t.Errorf("%s is in one of the packages only", name)
		}
	}
	if len(names) < 10 {
		t.Errorf("only %d names were compared", len(names))
	}
}
