package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

type judgeCmd struct {
	JSON bool     `name:"json" help:"Print one JSON document (see type Judgement of package report)."`
	Laws []string `placeholder:"ID" help:"Judge by these laws only: IDs with commas between."`
	File string   `arg:"" name:"FILE" help:"The trace: one event per line, as JSON (see contract.Event); - reads the standard input."`
}

func (c *judgeCmd) run(e *env) (int, error) {
	laws, err := lawIDs(c.Laws)
	if err != nil {
		return 0, err
	}
	trace, err := c.trace(e)
	if err != nil {
		return 0, err
	}
	j := &report.Judgement{
		Version: report.Version,
		File:    c.File,
		Trace:   trace,
		Results: contract.Judge(slices.Values(trace), laws...),
	}
	j.Exit = j.Status()
	if c.JSON {
		return j.Exit, report.WriteJSON(e.stdout, j)
	}
	return j.Exit, e.text().Judgement(e.stdout, j)
}

func (c *judgeCmd) trace(e *env) ([]contract.Event, error) {
	in := e.stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, fmt.Errorf("the trace cannot be opened: %w; name a file with one event per line, or - for the standard input", err)
		}
		defer f.Close()
		in = f
	}
	trace, err := contract.ReadTrace(in)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read as a trace: %w", c.File, err)
	}
	if len(trace) == 0 {
		return nil, fmt.Errorf("%s has no events; there is nothing to judge", c.File)
	}
	return trace, nil
}
