package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

// A progress shows on a terminal how far a check has come. Elsewhere it is
// quiet. What others write to the terminal meanwhile goes through it.
type progress struct {
	out       io.Writer
	bar       *progressbar.ProgressBar // nil: quiet
	done      int
	expected  int
	scenarios map[string]int // by subject
}

func newProgress(out io.Writer, expected int) *progress {
	p := &progress{out: out, expected: max(expected, 1), scenarios: map[string]int{}}
	if isTerminal(out) {
		p.bar = progressbar.NewOptions(p.expected,
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("building"),
			progressbar.OptionSetRenderBlankState(true))
	}
	return p
}

// law notes that a verdict on a subject of pkg has arrived. A test may call a door more often than
// its source mentions it: then the bar grows.
func (p *progress) law(pkg string, a contract.Attr) {
	p.done++
	if p.bar == nil {
		return
	}
	p.scenarios[pkg+" "+a.Subject] = a.Scenarios
	scenarios := 0
	for _, n := range p.scenarios {
		scenarios += n
	}
	p.bar.Describe(fmt.Sprintf("%d scenarios, %s %s %s", scenarios, report.Clean(a.Subject), report.Clean(a.Law), a.Verdict))
	if p.done >= p.expected {
		p.expected = p.done + 1
		p.bar.ChangeMax(p.expected)
	}
	_ = p.bar.Set(p.done) // the bar is a courtesy; a terminal that is gone shows elsewhere
}

// Write writes to the terminal above the bar.
func (p *progress) Write(b []byte) (int, error) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	return io.WriteString(p.out, report.CleanText(string(b)))
}

func (p *progress) close() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
