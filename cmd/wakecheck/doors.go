package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wakecheck/wakecheck/contract"
)

// The sources are the packages that tests are built from.
type sources struct {
	pkgs      map[string]*pkg             // by import path
	dependent map[string]bool             // what is known of them; see depends
	decls     map[string]map[string]*decl // of those that have been read
}

func newSources() *sources {
	return &sources{map[string]*pkg{}, map[string]bool{contractPath: true}, map[string]map[string]*decl{}}
}

// depends reports whether a package imports package contract, itself or through
// others, or is that package.
func (s *sources) depends(path string) bool {
	does, known := s.dependent[path]
	if p := s.pkgs[path]; !known && p != nil && !p.Standard {
		s.dependent[path] = false // in a cycle, which go build will name
		does = slices.ContainsFunc(p.Imports, s.depends)
		s.dependent[path] = does
	}
	return does
}

// doorTests finds the test functions of p that call doors, themselves or through
// functions of the test files or of packages that depend on package contract.
// Names stand for what they mean: a function that only mentions a wrapper is taken
// to call it, so that tables of functions are followed, and a method is known by
// its name; at worst a test too many is run.
func (s *sources) doorTests(p *pkg) ([]doorTest, error) {
	decls := map[string]*decl{}
	var tests []string
	names := slices.Concat(p.TestGoFiles, p.XTestGoFiles)
	if p.ImportPath != contractPath && s.depends(p.ImportPath) {
		names = append(names, p.GoFiles...)
	}
	err := s.read(decls, p, names, func(f *ast.FuncDecl) {
		if isTest(f) && !slices.Contains(tests, f.Name.Name) {
			tests = append(tests, f.Name.Name)
		}
	})
	if err != nil {
		return nil, err
	}
	s.decls[p.ImportPath] = decls
	var found []doorTest
	for _, test := range tests {
		doors, err := s.reach(name{p.ImportPath, test}, map[name]bool{})
		if err != nil {
			return nil, err
		}
		if len(doors) > 0 {
			found = append(found, doorTest{test, doors})
		}
	}
	return found, nil
}

// A name is that of a function, a method or a variable of a package.
type name struct{ path, name string }

// A decl is what the declarations of one name mention.
type decl struct {
	doors []contract.Door
	names map[name]bool
}

// read notes what the declarations in files of p mention, and calls each with every
// function.
func (s *sources) read(decls map[string]*decl, p *pkg, files []string, each func(*ast.FuncDecl)) error {
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		in := s.scope(p, parsed)
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				in.read(decls, d.Name.Name, d)
				each(d)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						for _, name := range v.Names {
							in.read(decls, name.Name, v)
						}
					}
				}
			}
		}
	}
	return nil
}

// A scope says what the names in a file may mean.
type scope struct {
	imports map[string]string // the paths of imports that matter, by their names in the file
	bare    []string          // the packages that a name without one may be of
}

func (s *sources) scope(p *pkg, file *ast.File) scope {
	in := scope{map[string]string{}, []string{p.ImportPath}}
	for _, imp := range file.Imports {
		at, err := strconv.Unquote(imp.Path.Value)
		if err != nil || !s.depends(at) {
			continue
		}
		as := path.Base(at)
		if known := s.pkgs[at]; known != nil && known.Name != "" {
			as = known.Name
		}
		if imp.Name != nil {
			as = imp.Name.Name
		}
		if as == "." {
			in.bare = append(in.bare, at)
		} else {
			in.imports[as] = at
		}
	}
	return in
}

// read notes what the node, a declaration of the name, mentions.
func (in scope) read(decls map[string]*decl, of string, node ast.Node) {
	d := decls[of]
	if d == nil {
		d = &decl{names: map[name]bool{}}
		decls[of] = d
	}
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && in.imports[x.Name] != "" {
				d.add(in.imports[x.Name], n.Sel.Name)
				return false
			}
			for _, path := range in.imports { // a method, perhaps
				if path != contractPath {
					d.add(path, n.Sel.Name)
				}
			}
		case *ast.Ident:
			for _, path := range in.bare {
				d.add(path, n.Name)
			}
		}
		return true
	})
}

// add notes a name of a package, or the door that it is.
func (d *decl) add(path, of string) {
	kind, ok := strings.CutPrefix(of, "Test")
	if path != contractPath || !ok {
		d.names[name{path, of}] = true
		return
	}
	door := contract.Door(strings.ToLower(kind))
	for _, law := range contract.Laws() {
		if slices.Contains(law.Doors, door) {
			d.doors = append(d.doors, door)
			return
		}
	}
}

// reach returns the doors that the declarations of a name mention, directly or
// through other declarations. It reads the packages that it comes to.
func (s *sources) reach(n name, seen map[name]bool) ([]contract.Door, error) {
	if seen[n] {
		return nil, nil
	}
	seen[n] = true
	decls, known := s.decls[n.path]
	if p := s.pkgs[n.path]; !known && p != nil && n.path != contractPath {
		decls = map[string]*decl{}
		if err := s.read(decls, p, p.GoFiles, func(*ast.FuncDecl) {}); err != nil {
			return nil, err
		}
		s.decls[n.path] = decls
	}
	d := decls[n.name]
	if d == nil {
		return nil, nil
	}
	doors := slices.Clone(d.doors)
	for other := range d.names {
		more, err := s.reach(other, seen)
		if err != nil {
			return nil, err
		}
		doors = append(doors, more...)
	}
	return doors, nil
}

// isTest reports whether go test runs the function as a test.
func isTest(f *ast.FuncDecl) bool {
	rest, ok := strings.CutPrefix(f.Name.Name, "Test")
	first, _ := utf8.DecodeRuneInString(rest)
	if !ok || f.Recv != nil || f.Type.Params.NumFields() != 1 || unicode.IsLower(first) {
		return false
	}
	star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch t := star.X.(type) {
	case *ast.SelectorExpr:
		return t.Sel.Name == "T"
	case *ast.Ident: // a dot import of testing
		return t.Name == "T"
	}
	return false
}
