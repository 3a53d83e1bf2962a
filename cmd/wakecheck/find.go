package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

// contractPath is the package that has the doors.
const contractPath = "github.com/wakecheck/wakecheck/contract"

// A pkg is a package as go list describes it.
type pkg struct {
	ImportPath                string
	Dir                       string
	TestGoFiles, XTestGoFiles []string
	TestImports, XTestImports []string
	Error                     *struct{ Pos, Err string }
}

func (p *pkg) importsContract() bool {
	return slices.Contains(p.TestImports, contractPath) || slices.Contains(p.XTestImports, contractPath)
}

// A target is a package with contract tests.
type target struct {
	pkg   string
	tests []doorTest
}

// A doorTest is a test function that calls doors.
type doorTest struct {
	name  string
	doors []contract.Door // one for each place in the source that names a door
}

// find returns the targets among the packages that the patterns name, and the
// packages that could not be loaded.
func (e *env) find(patterns, buildFlags []string) ([]target, []report.Problem, error) {
	pkgs, err := e.list(patterns, buildFlags)
	if err != nil {
		return nil, nil, err
	}
	var targets []target
	var problems []report.Problem
	imported := 0
	for _, p := range pkgs {
		if p.Error != nil {
			problems = append(problems, report.Problem{Kind: report.List, Package: p.ImportPath,
				Says:   fmt.Sprintf("The go command could not load package %s; make it build, or name other packages.", p.ImportPath),
				Output: strings.TrimPrefix(p.Error.Pos+": "+p.Error.Err, ": ")})
			continue
		}
		if !p.importsContract() {
			continue
		}
		imported++
		tests, err := doorTests(p)
		if err != nil {
			problems = append(problems, report.Problem{Kind: report.Build, Package: p.ImportPath,
				Says:   fmt.Sprintf("A test file of package %s cannot be read as Go; correct it and run again.", p.ImportPath),
				Output: err.Error()})
			continue
		}
		if len(tests) > 0 {
			targets = append(targets, target{p.ImportPath, tests})
		}
	}
	if len(targets) == 0 && len(problems) == 0 {
		says := "no test file imports " + contractPath
		if imported > 0 {
			says = "a test file imports " + contractPath + ", but no test function calls one of its doors"
		}
		problems = append(problems, report.Problem{Kind: report.NoTests, Says: fmt.Sprintf(
			"There are no contract tests in %s: %s. Write a test that calls contract.TestWaker, TestParker, TestFuture, TestCombinator, TestPrimitive or TestExecutor, or name the packages that have one.",
			strings.Join(patterns, " "), says)})
	}
	return targets, problems, nil
}

// list runs go list.
func (e *env) list(patterns, buildFlags []string) ([]*pkg, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,TestImports,XTestImports,Error"}, buildFlags...)
	cmd := e.goCommand(append(append(args, "--"), patterns...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if e.ctx.Err() != nil {
			return nil, errors.New("interrupted while go list was looking for packages")
		}
		return nil, fmt.Errorf("go list %s failed (%w); name packages as for go test. It says:\n%s",
			strings.Join(patterns, " "), err, strings.TrimSpace(stderr.String()))
	}
	var pkgs []*pkg
	for dec := json.NewDecoder(&stdout); ; {
		p := new(pkg)
		if err := dec.Decode(p); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("reading what go list prints: %w", err)
		}
		pkgs = append(pkgs, p)
	}
	if len(pkgs) == 0 {
		return nil, fmt.Errorf("%s names no packages here; run it inside a module, and name packages as for go test. go list says:\n%s",
			strings.Join(patterns, " "), cmp.Or(strings.TrimSpace(stderr.String()), "(nothing)"))
	}
	return pkgs, nil
}

// doorTests finds the test functions of p that call doors, themselves or through
// functions of the test files. Names stand for what they mean: a function that
// only mentions a wrapper is taken to call it, so that tables of functions are
// followed; at worst a test too many is run.
func doorTests(p *pkg) ([]doorTest, error) {
	decls := map[string]*decl{}
	var tests []string
	for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		as := contractName(file)
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				read(decls, d.Name.Name, d, as)
				if isTest(d) && !slices.Contains(tests, d.Name.Name) {
					tests = append(tests, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						for _, name := range v.Names {
							read(decls, name.Name, v, as)
						}
					}
				}
			}
		}
	}
	var found []doorTest
	for _, test := range tests {
		if doors := reach(decls, test, map[string]bool{}); len(doors) > 0 {
			found = append(found, doorTest{test, doors})
		}
	}
	return found, nil
}

// A decl is what the declarations of one name mention.
type decl struct {
	doors []contract.Door
	names map[string]bool
}

// contractName returns how the file names package contract: "." for a dot
// import, "" if it does not.
func contractName(file *ast.File) string {
	for _, imp := range file.Imports {
		if strings.Trim(imp.Path.Value, "`\"") == contractPath {
			if imp.Name != nil {
				return imp.Name.Name
			}
			return path.Base(contractPath)
		}
	}
	return ""
}

// read notes what the node mentions.
func read(decls map[string]*decl, name string, node ast.Node, as string) {
	d := decls[name]
	if d == nil {
		d = &decl{names: map[string]bool{}}
		decls[name] = d
	}
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == as {
				d.addDoor(n.Sel.Name)
				return false
			}
		case *ast.Ident:
			if as == "." {
				d.addDoor(n.Name)
			}
			d.names[n.Name] = true
		}
		return true
	})
}

// addDoor notes a door if a function of package contract with that name is one.
func (d *decl) addDoor(name string) {
	kind, ok := strings.CutPrefix(name, "Test")
	if !ok {
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

// reach returns the doors that the declarations of name mention, directly or
// through other declarations.
func reach(decls map[string]*decl, name string, seen map[string]bool) []contract.Door {
	d := decls[name]
	if d == nil || seen[name] {
		return nil
	}
	seen[name] = true
	doors := slices.Clone(d.doors)
	for other := range d.names {
		doors = append(doors, reach(decls, other, seen)...)
	}
	return doors
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
