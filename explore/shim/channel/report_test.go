package channel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// A report tells the values, and the lines of the code under test.
func TestReport(t *testing.T) {
	r, err := engine.Explore(engine.Program{
		Algorithm: engine.Replay,
		Prefix:    "1222222",
		Record:    true,
		Until:     func(engine.End) bool { return true },
		Body: func(e *engine.Engine) {
			c, d, f := make(chan int), make(chan string, 2), make(chan bool)
			e.Go("waits", func() { channel.Recv(c) }, engine.Worker)
			e.Go("acts", func() {
				channel.Send(c, 7)
				channel.Send(d, "x")
				channel.Len(d)
				channel.Select(true, channel.RecvCase(f, nil, nil))
				channel.Select(false, channel.RecvCase(f, nil, nil), channel.SendCase(d, "y"))
				channel.Close(f)
				channel.Recv(f)
				channel.Select(false, channel.RecvCase(f, nil, nil))
				var v string
				channel.Select(false, channel.RecvCase(d, &v, nil))
			}, engine.Worker)
		},
	})
	if err != nil || r.Failure != nil {
		t.Fatal(err, r.Failure)
	}
	var got []string
	for _, s := range r.Records {
		object, _, _ := strings.Cut(s.Object, "#")
		got = append(got, fmt.Sprintf("%s: %s %s %s", s.Thread, s.Kind, object, s.Note))
		if !strings.HasSuffix(s.File, "report_test.go") || s.Line == 0 {
			t.Errorf("%s: at %s:%d; want a line of this file", got[len(got)-1], s.File, s.Line)
		}
	}
	want := []string{
		"waits: receive chan int ",
		"acts: send chan int 7",
		"acts: send chan string x",
		"acts: len chan string = 1",
		"acts: select chan bool default",
		"acts: select chan bool case 1: y",
		"acts: close chan bool ",
		"acts: receive chan bool = closed",
		"acts: select chan bool case 0 = closed",
		"acts: select chan string case 0 = x",
		"waits: wait to receive chan int = 7",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q;\nwant %q", got, want)
	}
}
