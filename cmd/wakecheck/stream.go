package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

// A line is one line of go test -json; see go doc test2json.
type line struct {
	Action      string
	Package     string
	ImportPath  string // of a build
	FailedBuild string
	Test        string
	Output      string
	Key, Value  string // of an attribute
}

// attrKey is the attribute that carries a verdict.
const attrKey = "wakecheck"

// A stream reads go test -json and puts the verdicts into a report.
type stream struct {
	found   *report.Check
	targets []target
	bar     *progress
	some    bool // only some laws were asked for: a door may have none of them
	pkgs    map[string]*pkgRun
	builds  map[string]*strings.Builder // what the go command says, by what it builds
}

// A pkgRun is the run of one package's test binary.
type pkgRun struct {
	path   string
	ended  string // "", or what go test says of it: pass, fail, skip
	failed string // which build failed
	// told says that the binary came to its own end: it says PASS or FAIL then.
	told     bool
	output   strings.Builder
	tests    map[string]*testRun
	order    []*testRun
	subjects []*report.Subject
}

// A testRun is the run of one test or subtest.
type testRun struct {
	name    string
	ended   string // "", or pass, fail, skip
	output  strings.Builder
	verdict *report.Verdict // if it is a law's subtest
}

func newStream(found *report.Check, targets []target, some bool, bar *progress) *stream {
	return &stream{found: found, targets: targets, some: some, bar: bar,
		pkgs: map[string]*pkgRun{}, builds: map[string]*strings.Builder{}}
}

// read reads to the end. What is no JSON is written to the terminal: the go
// command speaks there. A line that is cut off is what is left when it is killed.
// The error is one of reading or of the terminal.
func (s *stream) read(r io.Reader) error {
	in := bufio.NewReader(r)
	for {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		var l line
		if json.Unmarshal(text, &l) == nil {
			s.line(&l)
		} else if bytes.HasPrefix(text, []byte("{")) {
			s.add(report.Problem{Kind: report.GoTest, Output: string(text),
				Says: "A line of go test -json cannot be read; see whether go version is one that wakecheck knows."})
		} else if _, err := s.bar.Write(text); err != nil {
			return err
		}
	}
}

func (s *stream) line(l *line) {
	switch {
	case l.Action == "build-output":
		b := s.builds[l.ImportPath]
		if b == nil {
			b = new(strings.Builder)
			s.builds[l.ImportPath] = b
		}
		b.WriteString(l.Output)
	case l.Package == "":
	case l.Test == "":
		s.pkg(l.Package).line(l)
	default:
		p := s.pkg(l.Package)
		t := p.test(l.Test)
		switch l.Action {
		case "output":
			t.output.WriteString(l.Output)
		case "pass", "fail", "skip":
			t.end(l.Action)
		case "attr":
			if l.Key == attrKey {
				s.attr(p, t, l.Value)
			}
		}
	}
}

func (s *stream) pkg(path string) *pkgRun {
	p := s.pkgs[path]
	if p == nil {
		p = &pkgRun{path: path, tests: map[string]*testRun{}}
		s.pkgs[path] = p
	}
	return p
}

func (p *pkgRun) line(l *line) {
	switch l.Action {
	case "output":
		p.output.WriteString(l.Output)
		if l.Output == "PASS\n" || l.Output == "FAIL\n" {
			p.told = true
		}
	case "pass", "fail", "skip":
		p.ended, p.failed = l.Action, l.FailedBuild
	}
}

func (p *pkgRun) test(name string) *testRun {
	t := p.tests[name]
	if t == nil {
		t = &testRun{name: name}
		p.tests[name] = t
		p.order = append(p.order, t)
	}
	return t
}

func (t *testRun) end(how string) {
	t.ended = how
	if t.verdict == nil {
		return
	}
	if t.verdict.Failed = how == "fail"; t.verdict.Bad() {
		t.verdict.Output = report.CleanOutput(t.output.String())
	}
}

// attr takes a verdict.
func (s *stream) attr(p *pkgRun, t *testRun, value string) {
	a, err := contract.ParseAttr(value)
	if err != nil {
		s.problem(report.GoTest, p, t.name, err.Error(),
			"%s of package %s gave a verdict that cannot be read; let the package use the same version of wakecheck as this command.", t.name, p.path)
		return
	}
	t.verdict = &report.Verdict{
		Law: a.Law, Verdict: a.Verdict, Evidence: a.Evidence, Blame: a.Blame, Reason: a.Reason,
		Scenarios: a.Scenarios, Seed: a.Seed, File: a.File, Test: t.name,
	}
	sub := s.subject(p, a)
	sub.Verdicts = append(sub.Verdicts, t.verdict)
	s.bar.law(p.path, a)
}

// subject returns the subject that a verdict is on. A test may call the same door
// again: a second verdict on one law begins another subject, which is numbered as
// go test numbers subtests of one name.
func (s *stream) subject(p *pkgRun, a contract.Attr) *report.Subject {
	name := a.Subject
	for n := 1; ; n++ {
		i := slices.IndexFunc(p.subjects, func(sub *report.Subject) bool { return sub.Name == name && sub.Door == a.Door })
		if i < 0 {
			break
		}
		if !slices.ContainsFunc(p.subjects[i].Verdicts, func(v *report.Verdict) bool { return v.Law == a.Law }) {
			return p.subjects[i]
		}
		name = fmt.Sprintf("%s#%02d", a.Subject, n)
	}
	sub := &report.Subject{Package: p.path, Name: name, Door: a.Door}
	p.subjects = append(p.subjects, sub)
	s.found.Subjects = append(s.found.Subjects, sub)
	return sub
}

// finish names what is missing, once the stream has ended. Said is what the go
// command wrote beside it.
func (s *stream) finish(interrupted bool, said string) {
	for _, target := range s.targets {
		p := s.pkg(target.pkg)
		for _, sub := range p.subjects {
			door := p.tests[path.Dir(sub.Verdicts[0].Test)] // the test that called it
			sub.Complete = door != nil && door.ended != ""
		}
		switch {
		case interrupted && (p.ended == "" || !p.told):
			// It was ended with the rest.
		case p.ended == "":
			s.problem(report.Died, p, "", said, "No result came from package %s: go test ended before it. See what it says, and run again.", p.path)
		case p.failed != "":
			s.problem(report.Build, p, "", s.buildOutput(p), "Package %s does not build; correct it and run again.", p.path)
		case p.ended == "fail" && (!p.told || p.unfinished() != nil):
			s.died(p)
		default:
			s.failures(p, nil)
			s.silent(p, target)
		}
	}
}

func (s *stream) add(p report.Problem) { s.found.Problems = append(s.found.Problems, p) }

func (s *stream) problem(kind string, p *pkgRun, test, output, says string, args ...any) {
	s.add(report.Problem{Kind: kind, Package: p.path, Test: test, Output: output, Says: fmt.Sprintf(says, args...)})
}

func (s *stream) buildOutput(p *pkgRun) string {
	if b := s.builds[p.failed]; b != nil {
		return b.String()
	}
	return p.output.String()
}

// unfinished returns the innermost test that was running when the process ended.
func (p *pkgRun) unfinished() *testRun {
	for _, t := range slices.Backward(p.order) {
		if t.ended == "" {
			return t
		}
	}
	return nil
}

// died reports a process that ended half way: the test that was running, and what
// the process said in the end.
func (s *stream) died(p *pkgRun) {
	t := p.unfinished()
	if t == nil { // a test that ends the process by a panic has failed by then
		for _, failed := range p.order {
			if failed.ended == "fail" {
				t = failed
			}
		}
	}
	s.failures(p, t)
	if t == nil {
		s.problem(report.Died, p, "", p.output.String(), "The test process of package %s ended half way; what it had told by then is shown. Run it again.", p.path)
		return
	}
	s.problem(report.Died, p, t.name, cmp.Or(report.CleanOutput(t.output.String()), p.output.String()),
		"The test process of package %s ended half way, in %s; what it had told by then is shown. go test -run '^%s$' %s shows it alone.",
		p.path, t.name, strings.Split(t.name, "/")[0], p.path)
}

// failures reports the tests that failed though no verdict says why: those without
// a verdict and without a subtest that failed. Except is named elsewhere.
func (s *stream) failures(p *pkgRun, except *testRun) {
	failed := 0
	for _, t := range p.order {
		if t.ended != "fail" {
			continue
		}
		failed++
		if t == except || t.verdict != nil || slices.ContainsFunc(p.order, func(sub *testRun) bool {
			return sub.ended == "fail" && strings.HasPrefix(sub.name, t.name+"/")
		}) {
			continue
		}
		s.problem(report.NoVerdict, p, t.name, report.CleanOutput(t.output.String()),
			"%s of package %s failed without a verdict on a law: something else in it is wrong. Correct it and run again.", t.name, p.path)
	}
	if p.ended == "fail" && p.told && failed == 0 {
		s.problem(report.NoVerdict, p, "", p.output.String(),
			"Package %s failed though none of its tests did: its TestMain, or what that calls, found a fault. Correct it and run again.", p.path)
	}
}

// silent notes the contract tests that gave no verdict and did not fail.
func (s *stream) silent(p *pkgRun, target target) {
	for _, test := range target.tests {
		t := p.tests[test.name]
		if t != nil && t.ended == "fail" || slices.ContainsFunc(p.order, func(t *testRun) bool {
			return t.verdict != nil && (t.name == test.name || strings.HasPrefix(t.name, test.name+"/"))
		}) {
			continue
		}
		note := report.Problem{Kind: report.NoVerdict, Package: p.path, Test: test.name}
		why := "it did not run"
		if t != nil {
			why = "it passed without one"
			if t.ended == "skip" {
				why = "it was skipped"
			} else if s.some {
				continue
			}
			note.Output = report.CleanOutput(t.output.String())
		}
		note.Says = fmt.Sprintf("%s of package %s gave no verdict: %s.", test.name, p.path, why)
		s.found.Notes = append(s.found.Notes, note)
	}
}
