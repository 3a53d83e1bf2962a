package time_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
	"github.com/wakecheck/wakecheck/explore/shim/time"
)

// A report tells which timer fires, and when.
func TestReport(t *testing.T) {
	r, err := engine.Explore(engine.Program{
		Record: true,
		Limits: engine.Limits{Ticks: 1},
		Until:  func(engine.End) bool { return true },
		Body: func(e *engine.Engine) {
			time.Sleep(time.Second)
			timer := time.NewTimer(time.Second)
			channel.Recv(timer.C)
			timer.Reset(time.Minute)
			timer.Stop()
			time.AfterFunc(time.Second, func() {})
			time.Sleep(time.Minute)
			ticker := time.NewTicker(time.Hour)
			channel.Recv(ticker.C)
			ticker.Stop()
			time.Now()
		},
	})
	if err != nil || r.Failure != nil {
		t.Fatal(err, r.Failure)
	}
	var got []string
	for _, s := range r.Records {
		object, _, _ := strings.Cut(s.Object, "#")
		got = append(got, fmt.Sprintf("%s: %s %s %s", s.Thread, s.Kind, object, s.Note))
	}
	want := []string{
		"clock: fire clock Sleep at +1s",
		"main: wait for the end of the sleep clock ",
		"main: start timer clock 1s",
		"clock: fire clock Timer at +2s",
		"main: receive chan time.Time = 2000-01-01 00:00:02 +0000 UTC",
		"main: reset timer clock = false",
		"main: stop timer clock = true",
		"main: start timer clock 1s",
		"main: sleep clock 1m0s",
		"clock: fire clock AfterFunc at +3s",
		"clock: fire clock Sleep at +1m2s",
		"main: wait for the end of the sleep clock ",
		"main: start timer clock 1h0m0s",
		"clock: fire clock Ticker at +1h1m2s",
		"main: receive chan time.Time = 2000-01-01 01:01:02 +0000 UTC",
		"main: stop ticker clock = true",
		"main: now time = +1h1m2s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s;\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
