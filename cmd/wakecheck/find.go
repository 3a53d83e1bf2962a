package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

// contractPath is the package that has the doors.
const contractPath = "github.com/wakecheck/wakecheck/contract"

// A pkg is a package as go list describes it.
type pkg struct {
	ImportPath, Name                   string
	Dir                                string
	Standard                           bool
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Error                              *struct{ Pos, Err string }
}

func (p *pkg) testImports() []string { return slices.Concat(p.TestImports, p.XTestImports) }

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
	src, err := e.sources(pkgs, buildFlags)
	if err != nil {
		return nil, nil, err
	}
	var targets []target
	var problems []report.Problem
	depend := 0
	for _, p := range pkgs {
		if p.Error != nil {
			problems = append(problems, report.Problem{Kind: report.List, Package: p.ImportPath,
				Says:   fmt.Sprintf("The go command could not load package %s; make it build, or name other packages.", p.ImportPath),
				Output: strings.TrimPrefix(p.Error.Pos+": "+p.Error.Err, ": ")})
			continue
		}
		if !slices.ContainsFunc(p.testImports(), src.depends) && !(src.depends(p.ImportPath) && len(p.TestGoFiles) > 0) {
			continue
		}
		depend++
		tests, err := src.doorTests(p)
		if err != nil {
			problems = append(problems, report.Problem{Kind: report.Build, Package: p.ImportPath,
				Says:   fmt.Sprintf("A file that the tests of package %s are built from cannot be read as Go; correct it and run again.", p.ImportPath),
				Output: err.Error()})
			continue
		}
		if len(tests) > 0 {
			targets = append(targets, target{p.ImportPath, tests})
		}
	}
	if len(targets) == 0 && len(problems) == 0 {
		says := "no test imports " + contractPath + ", itself or through another package"
		if depend > 0 {
			says = "tests import " + contractPath + ", but no test function calls one of its doors, itself or through functions of other packages"
		}
		problems = append(problems, report.Problem{Kind: report.NoTests, Says: fmt.Sprintf(
			"There are no contract tests in %s: %s. Write a test that calls contract.TestWaker, TestParker, TestFuture, TestCombinator, TestPrimitive or TestExecutor, or name the packages that have one.",
			strings.Join(patterns, " "), says)})
	}
	return targets, problems, nil
}

// sources returns the source of what the tests of the packages are built from.
func (e *env) sources(pkgs []*pkg, buildFlags []string) (*sources, error) {
	src := newSources()
	var imports []string
	for _, p := range pkgs {
		src.pkgs[p.ImportPath] = p
		imports = append(imports, p.testImports()...)
	}
	slices.Sort(imports)
	imports = slices.DeleteFunc(slices.Compact(imports), func(path string) bool { return path == contractPath })
	if len(imports) == 0 {
		return src, nil
	}
	deps, err := e.list(imports, append([]string{"-deps"}, buildFlags...))
	if err != nil {
		return nil, err
	}
	for _, p := range deps {
		if src.pkgs[p.ImportPath] == nil {
			src.pkgs[p.ImportPath] = p
		}
	}
	return src, nil
}

// list runs go list.
func (e *env) list(patterns, buildFlags []string) ([]*pkg, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Name,Dir,Standard,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Error"}, buildFlags...)
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
