package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

type checkCmd struct {
	JSON   bool     `name:"json" help:"Print one JSON document (see type Check of package report)."`
	Laws   []string `placeholder:"ID" help:"Judge these laws only: IDs with commas between."`
	Seed   *uint64  `placeholder:"N" help:"Draw the scenarios from this seed, as a failure prints it."`
	Checks *int     `placeholder:"N" help:"How much is tried, as -rapid.checks says it: 100 by default."`
	Strict bool     `help:"Fail on laws that are not decided, too."`
	Race   bool     `help:"Build with the race detector."`

	Packages []string `arg:"" optional:"" help:"Packages, as for go test; work by default, which is every package of the workspace or module."`

	goArgs []string
}

// Help is what -h adds.
func (*checkCmd) Help() string {
	return `It runs go test on the tests that call a door of package contract, and on no other test. What follows -- goes to go test, for instance: wakecheck check ./executor -- -cpu=1,2,4 -timeout=1h. Package patterns are those of go test.`
}

func (c *checkCmd) run(world *env) (int, error) {
	ctx, stop := signal.NotifyContext(world.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends us at once
	here := *world
	here.ctx = ctx
	e := &here
	if c.Checks != nil && *c.Checks < 1 {
		return 0, fmt.Errorf("-checks=%d would try nothing; want at least 1", *c.Checks)
	}
	laws, err := lawIDs(c.Laws)
	if err != nil {
		return 0, err
	}
	if len(c.Packages) == 0 {
		c.Packages = []string{"work"}
	}
	targets, problems, err := e.find(c.Packages, c.buildFlags())
	if err != nil {
		return 0, err
	}
	found := &report.Check{Version: report.Version, Subjects: []*report.Subject{}, Problems: problems}
	if len(targets) > 0 {
		bar := newProgress(e.stderr, expect(targets, laws))
		s := newStream(found, targets, len(laws) > 0, bar)
		err = e.goTest(s, c.args(targets), c.environ(laws))
		bar.close()
		if err != nil {
			return 0, err
		}
	}
	if len(found.Subjects) == 0 && len(found.Problems) == 0 {
		found.Problems = append(found.Problems, report.Problem{Kind: report.NoTests, Says: fmt.Sprintf(
			"The contract tests of %s gave no verdict%s. Name other packages or laws.",
			strings.Join(c.Packages, " "), onLaws(laws))})
	}
	conclude(found)
	if c.JSON {
		return found.Exit, report.WriteJSON(e.stdout, found)
	}
	return found.Exit, e.text().Check(e.stdout, found)
}

// conclude draws from the findings what follows from them all.
func conclude(found *report.Check) {
	found.Complete = !slices.ContainsFunc(found.Problems, func(p report.Problem) bool {
		return p.Kind != report.NoVerdict && p.Kind != report.NoTests
	})
	found.Sort()
	found.Exit = found.Status()
}

func onLaws(laws []string) string {
	if len(laws) == 0 {
		return ""
	}
	return " on " + strings.Join(laws, ", ")
}

// args returns the command line of go test.
func (c *checkCmd) args(targets []target) []string {
	var names, pkgs []string
	for _, t := range targets {
		pkgs = append(pkgs, t.pkg)
		for _, test := range t.tests {
			if !slices.Contains(names, test.name) {
				names = append(names, test.name)
			}
		}
	}
	args := []string{"test", "-json", "-count=1", "-run", "^(" + strings.Join(names, "|") + ")$"}
	if c.Race {
		args = append(args, "-race")
	}
	// The packages stand first: a flag that go test does not know would make it
	// test another package.
	return slices.Concat(args, pkgs, c.goArgs)
}

// buildFlags returns the flags for go test that say which files a package has,
// for go list.
func (c *checkCmd) buildFlags() []string {
	var flags []string
	if c.Race {
		flags = append(flags, "-race")
	}
	for _, arg := range c.goArgs {
		if arg == "-args" || arg == "--args" {
			break // the rest is for the test binary
		}
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && slices.Contains([]string{"tags", "mod", "modfile", "overlay", "race", "msan", "asan"}, name) {
			flags = append(flags, arg)
		}
	}
	return flags
}

// environ returns what the doors and rapid read. It is set in the environment
// since a flag would fail in a package that does not know it.
func (c *checkCmd) environ(laws []string) []string {
	var set []string
	if len(laws) > 0 {
		set = append(set, "WAKECHECK_LAWS="+strings.Join(laws, ","))
	}
	if c.Strict {
		set = append(set, "WAKECHECK_STRICT=1")
	}
	if c.Seed != nil {
		set = append(set, fmt.Sprintf("RAPID_SEED=%d", *c.Seed))
	}
	if c.Checks != nil {
		set = append(set, fmt.Sprintf("RAPID_CHECKS=%d", *c.Checks))
	}
	return set
}

// expect returns how many verdicts the doors of the tests will give, if each
// door that a test mentions is called once.
func expect(targets []target, laws []string) int {
	per := map[contract.Door]int{}
	for _, law := range contract.Laws() {
		if law.Status == contract.Checked && (len(laws) == 0 || slices.Contains(laws, law.ID)) {
			for _, door := range law.Doors {
				per[door]++
			}
		}
	}
	n := 0
	for _, t := range targets {
		for _, test := range t.tests {
			for _, door := range test.doors {
				n += per[door]
			}
		}
	}
	return n
}
