// Command wakecheck checks wakers, parkers, futures and executors against the
// laws of the poll and wake contract.
//
//	wakecheck check [packages]   run the contract tests of packages (default: work)
//	wakecheck laws [ID…]         list the laws, or tell everything about some
//	wakecheck judge FILE         judge a recorded trace
//	wakecheck tour               the idea in four short chapters
//
// Every command has -h, and -json for programs. The exit status is 0 if no law is
// violated beyond what a subject declares as known, 1 if one is, 2 for bad usage
// or input or a run that did not get to its end, and 3 if no law is violated but
// some are not decided.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/wakecheck/wakecheck/report"
)

// The exit statuses.
const (
	exitKept     = 0 // no law is violated beyond Known
	exitViolated = 1
	exitBroken   = 2 // bad usage or input, or a run that cannot be trusted as a whole
	exitUnknown  = 3
)

func main() {
	e := &env{ctx: context.Background(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	os.Exit(e.run(os.Args[1:]))
}

// An env is what the commands know of the world, so that tests can be another.
type env struct {
	ctx            context.Context // done: the user has had enough
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	dir            string   // where the go command runs; "": here
	environ        []string // its environment beyond ours
}

// The commands. Flags are written in the manner of the go command, -json; the
// manner of kong, --json, is understood as well.
type commands struct {
	Check checkCmd `cmd:"" help:"Run the contract tests of packages and print which subject keeps which law."`
	Laws  lawsCmd  `cmd:"" help:"List the laws of the contract, or tell everything about some."`
	Judge judgeCmd `cmd:"" help:"Judge a recorded trace: a file with one event per line, as JSON."`
	Tour  tourCmd  `cmd:"" help:"Show in four short chapters what a waker is for, and what a hang is."`
}

const description = `Wakecheck checks wakers, parkers, futures and executors against the laws of the poll and wake contract.

Exit status: 0 no law is violated beyond what a subject declares as known; 1 a law is violated; 2 bad usage or input, or a run that did not get to its end; 3 no law is violated, but some are not decided.`

// A command reports its exit status, or an error: a sentence and what to do next.
type command interface {
	run(e *env) (status int, err error)
}

// run is main with the world as an argument: it returns the exit status.
func (e *env) run(args []string) int {
	if len(args) == 0 { // the help, but as a complaint: to name no command is bad usage
		complaint := *e
		complaint.stdout = e.stderr
		complaint.run([]string{"-h"})
		return exitBroken
	}
	status, err := e.dispatch(args)
	if err != nil {
		fmt.Fprintln(e.stderr, "wakecheck: "+report.CleanText(err.Error()))
		return exitBroken
	}
	return status
}

func (e *env) dispatch(args []string) (status int, err error) {
	var c commands
	parser, err := kong.New(&c,
		kong.Name("wakecheck"),
		kong.Description(description),
		kong.Writers(e.stdout, e.stderr),
		kong.Exit(func(status int) { panic(helped(status)) }),
		kong.Help(help),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100, NoExpandSubcommands: true}),
	)
	if err != nil {
		return 0, err
	}
	defer func() {
		if h, ok := recover().(helped); ok {
			status, err = int(h), nil
		}
	}()
	args, goArgs := cutGoArgs(args)
	ctx, err := parser.Parse(doubleDash(args))
	if err != nil {
		return 0, errors.New(longFlag.ReplaceAllString(err.Error(), "-$1") + "; wakecheck -h shows the usage")
	}
	cmd, ok := ctx.Selected().Target.Addr().Interface().(command)
	if !ok {
		return 0, errors.New("a command is missing; wakecheck -h lists them")
	}
	if check, ok := cmd.(*checkCmd); ok {
		check.goArgs = goArgs
	} else if len(goArgs) > 0 {
		return 0, fmt.Errorf("%q after -- would go to go test, and only wakecheck check runs it; leave it out", goArgs)
	}
	return cmd.run(e)
}

// helped is the panic by which help leaves the parser, with the exit status.
type helped int

// cutGoArgs cuts args at --.
func cutGoArgs(args []string) (ours, goArgs []string) {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i], args[i+1:]
	}
	return args, nil
}

// doubleDash writes -name as --name, which is what kong reads.
func doubleDash(args []string) []string {
	double := slices.Clone(args)
	for i, arg := range args {
		if len(arg) > 2 && arg[0] == '-' && arg[1] != '-' {
			double[i] = "-" + arg
		}
	}
	return double
}

var longFlag = regexp.MustCompile(`--(\w)`)

// help is kong's help with flags written as Go writes them.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	out := ctx.Stdout
	var text strings.Builder
	ctx.Stdout = &text
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err == nil {
		_, err = io.WriteString(out, longFlag.ReplaceAllString(text.String(), "-$1"))
	}
	return err
}

// text returns how to render for stdout.
func (e *env) text() report.Text {
	t := report.Text{Color: report.Color(isTerminal(e.stdout), e.getenv)}
	if f, ok := e.stdout.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			t.Width = min(width, 100)
		}
	}
	return t
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
