package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/wakecheck/wakecheck/report"
)

// goCommand returns a go command. When the user has had enough it is killed, with
// all that it has started.
func (e *env) goCommand(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(e.ctx, "go", args...)
	cmd.Dir = e.dir
	cmd.Env = append(cmd.Environ(), e.environ...)
	ownGroup(cmd)
	return cmd
}

// goTest runs go test and has s read what it tells. The error is one of starting
// it; whatever happens afterwards is a problem in the report.
func (e *env) goTest(s *stream, args, environ []string) (err error) {
	// The go command builds in a directory that it does not remove if it is
	// killed, so it gets one that we do.
	tmp, err := os.MkdirTemp(e.getenv("GOTMPDIR"), "wakecheck")
	if err != nil {
		return fmt.Errorf("go test needs a directory to build in: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(tmp); gone != nil && err == nil {
			err = fmt.Errorf("removing what go test built: %w", gone)
		}
	}()
	cmd := e.goCommand(args...)
	cmd.Env = append(append(cmd.Env, "GOTMPDIR="+tmp), environ...)
	var said bytes.Buffer
	cmd.Stderr = io.MultiWriter(&said, s.bar)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("go test cannot be started, install Go or put it on the PATH: %w", err)
	}
	reading := s.read(stdout)
	ended := cmd.Wait()
	interrupted := ended != nil && e.ctx.Err() != nil
	s.finish(interrupted, said.String())
	switch {
	case interrupted:
		s.add(report.Problem{Kind: report.Interrupted,
			Says: "The run was interrupted, and go test was ended with all its processes; run it again for the rest."})
	case reading != nil:
		s.add(report.Problem{Kind: report.GoTest,
			Says: fmt.Sprintf("What go test -json tells could not be read to the end: %v. Run it again.", reading)})
	case ended != nil && len(s.found.Problems) == 0 && s.found.Status() != exitViolated:
		s.add(report.Problem{Kind: report.GoTest, Output: said.String(),
			Says: fmt.Sprintf("go %s failed (%v) and names no test; correct what it says and run again.", strings.Join(args, " "), ended)})
	}
	return nil
}
