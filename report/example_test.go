package report_test

import (
	"fmt"
	"os"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

// A waker that cannot say when its data is freed is not judged by W8.
func Example() {
	found := &report.Check{Version: report.Version, Complete: true, Subjects: []*report.Subject{{
		Package: "example.test/timer", Name: "TestWaker", Door: contract.WakerDoor, Complete: true,
		Verdicts: []*report.Verdict{
			{Law: "W4", Verdict: contract.Kept, Scenarios: 500, Seed: 7},
			{Law: "W5", Verdict: contract.Kept, Scenarios: 500, Seed: 7},
			{Law: "W8", Verdict: contract.Skipped, Reason: "the subject has no Freed", Scenarios: 500, Seed: 7},
		},
	}}}
	found.Sort()
	if err := (report.Text{}).Check(os.Stdout, found); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ✓ kept  ✗ violated  k known  – skipped  ? unknown  ! fails the run  blank: not judged
	//
	// waker       W4 W5 W8
	// example.test/timer, seed 7
	//   TestWaker  ✓  ✓  –
	//
	//   TestWaker: kept 2 (observed); skipped W8 (the subject has no Freed); 500 scenarios
	//
	// 1 subject, 3 verdicts: 2 kept, 1 skipped.
	// Exit 0: no law is violated beyond what the subjects declare as known.
}

func ExampleClean() {
	fmt.Println(report.Clean("a test named \x1b[2Jnothing\n"))
	// Output: a test named \x1b[2Jnothing\n
}
