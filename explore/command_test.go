package explore_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	realatomic "sync/atomic"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

var play = flag.Bool("explore.victims", false, "run the tests that fail, for those that look at them")

// TestVictim fails, if it is asked to, in a process of its own.
func TestVictim(t *testing.T) {
	if !*play {
		t.Skip("run by other tests, in a process of its own")
	}
	t.Run("lost wakeup", func(t *testing.T) { explore.Test(t, parkBug) })
	t.Run("it's the second", func(t *testing.T) {
		explore.Test(t, func(x *explore.X) {})
		explore.Test(t, parkBug)
	})
	t.Run("kept", func(t *testing.T) { explore.Test(t, func(x *explore.X) {}) })
	t.Run("without shims", func(t *testing.T) {
		explore.Test(t, func(x *explore.X) {
			var n realatomic.Int32
			for range 2 {
				x.Go("adder", func() { n.Add(1) })
			}
		})
	})
	t.Run("fatal", func(t *testing.T) { explore.Test(t, fatal(t)) })
	reflected := reflect.MakeFunc(reflect.TypeFor[func(*testing.T)](), func(args []reflect.Value) []reflect.Value {
		explore.Test(args[0].Interface().(*testing.T), parkBug)
		return nil
	})
	t.Run("reflected", reflected.Interface().(func(*testing.T))) // as a fuzz target is called
	t.Run("error", func(t *testing.T) { explore.Test(t, erring(t)) })
	t.Run("failed before", func(t *testing.T) {
		t.Error("for another reason")
		explore.Test(t, func(x *explore.X) { x.Go("a", func() { new(atomic.Int32).Add(1) }) })
	})
	t.Run("go statement", func(t *testing.T) {
		explore.Test(t, func(x *explore.X) {
			x.Go("a", func() { new(atomic.Int32).Add(1) })
			go new(atomic.Int32).Add(1)
		})
	})
	t.Run("map order", func(t *testing.T) { explore.Test(t, mapOrder) })
	t.Run("after fatal", func(t *testing.T) {
		r, err := explore.Check(parkBug)
		fmt.Println("the explorer goes on:", r.Failure.Fault, err)
	})
	t.Run("wrong config", func(t *testing.T) { explore.Config{Steps: -1}.Test(t, parkBug) })
	meanwhile := make(chan error)
	t.Run("blocked", func(t *testing.T) {
		engine.Patience = 100 * time.Millisecond
		explore.Test(t, func(x *explore.X) {
			go func() {
				_, err := explore.Check(parkBug)
				meanwhile <- err
			}()
			blocked(x)
		})
	})
	t.Run("after blocked", func(t *testing.T) {
		fmt.Println("who has waited:", <-meanwhile)
		fmt.Println("shims go on:", new(atomic.Int32).Add(1))
		explore.Test(t, parkBug)
	})
}

// victim runs a part of TestVictim in a process of its own, and wants it to fail.
func victim(t *testing.T, name string, args ...string) (output string) {
	t.Helper()
	run := "^TestVictim$/^" + strings.ReplaceAll(name, " ", "_") + "$"
	return execute(t, false, append([]string{"-test.run=" + run}, args...)...)
}

// execute runs this test binary.
func execute(t *testing.T, pass bool, args ...string) (output string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, append([]string{"-explore.victims"}, args...)...)
	text, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	if (err == nil) != pass {
		t.Fatalf("%v: pass = %v, want %v; it wrote\n%s", args, err == nil, pass, text)
	}
	return regexp.MustCompile(`\d+\.\d+s`).ReplaceAllString(atHome(string(text)), "…s")
}

// What go test shows of a failure, and what it shows when the line that the
// report ends with is run.
func TestReplay(t *testing.T) {
	for _, name := range []string{"lost wakeup", "it's the second", "fatal", "error"} {
		t.Run(name, func(t *testing.T) {
			first := victim(t, name)
			// The tag that this is built with, if any, belongs to the command.
			golden(t, "test "+strings.ReplaceAll(name, "'", ""), strings.ReplaceAll(first, "go test -tags=explore ", "go test "))
			line := regexp.MustCompile(`run it again: go test (?:-tags=\S+ )?(\S+) -run '(\S+)' (-explore.replay=\S+)`).FindStringSubmatch(first)
			if line == nil {
				t.Fatalf("no command in\n%s", first)
			}
			if want := "github.com/wakecheck/wakecheck/explore"; line[1] != want {
				t.Errorf("the command tests %s, want %s", line[1], want)
			}
			again := execute(t, false, "-test.run="+line[2], line[3])
			if a, b := told(first), told(again); len(a) < 3 || !slices.Equal(a, b) {
				t.Errorf("the first run shows\n%q\nthe second\n%q", a, b)
			}
		})
	}
}

// told is the headline and the steps of the report in what go test shows, but
// for the mark of the deciding step, which a replay does not look for.
func told(output string) (lines []string) {
	line := regexp.MustCompile(`command_test.go:\d+: (deadlock|thread|failed)|^[ >]+\d+  `)
	for s := range strings.Lines(output) {
		if line.MatchString(s) {
			lines = append(lines, strings.TrimLeft(s, " >"))
		}
	}
	return lines
}

func TestReplayRefuses(t *testing.T) {
	for _, c := range []struct{ name, schedule, want string }{
		{"lost wakeup", "12!1", `-explore.replay=12!1: schedule, column 3: want a thread (0-9, a-z, A-Z, -, _), a dot or a number in braces, got '!'`},
		{"lost wakeup", "{3}", "-explore.replay={3}: schedule, column 1: a number in braces must follow the thread whose steps it counts"},
		{"lost wakeup", "12{0}", `-explore.replay=12{0}: schedule, column 3: want a number from 1 to 32767 in braces, got "{0}"`},
		{"lost wakeup", "12{", `schedule, column 3: want a number from 1 to 32767 in braces, got "{"`},
		{"lost wakeup", "12.", "want the outcome of a toss after the dot at its end, column 3"},
		{"lost wakeup", "1.1", "choice 2 of the schedule is outcome 1 of a toss, but the next to come is a step, of waiter, waker"},
		{"lost wakeup", "13", "choice 2 of the schedule is a step of thread 3, but those that can take one are waiter, waker"},
		{"lost wakeup", "2211", "choice 4 of the schedule is a step of thread 1, but the execution has come to its end"},
		{"kept", "1", "choice 1 of the schedule is a step of thread 1, but the execution has come to its end"},
	} {
		out := victim(t, c.name, "-explore.replay="+c.schedule)
		if !strings.Contains(out, c.want) {
			t.Errorf("%s with -explore.replay=%s: want the text\n%s\nin\n%s", c.name, c.schedule, c.want, out)
		}
	}
}

// A schedule that does not fail passes, and one of another exploration of the
// test, or of a test that does not explore, is not run.
func TestReplayPasses(t *testing.T) {
	run := "-test.run=^TestVictim$/^lost_wakeup$"
	for _, c := range []struct{ schedule, want string }{
		{"22", "the schedule 22 does not fail"},
		{"2:1221", ""},
	} {
		out := execute(t, true, run, "-test.v", "-explore.replay="+c.schedule)
		if !strings.Contains(out, c.want) || c.want == "" && strings.Contains(out, "schedule") {
			t.Errorf("-explore.replay=%s: want %q in\n%s", c.schedule, c.want, out)
		}
	}
}

// t.Fatal in a body fails the test; what comes after goes on exploring, and goleak
// finds nothing.
func TestGoesOnAfterFatal(t *testing.T) {
	out := execute(t, false, "-test.run=^TestVictim$/fatal$")
	if !strings.Contains(out, "the explorer goes on: deadlock <nil>") || strings.Contains(out, "goleak") {
		t.Errorf("got\n%s", out)
	}
}

func TestWrongConfig(t *testing.T) {
	out := victim(t, "wrong config")
	if want := "Config has Executions 0, Steps -1, Preemptions 0, Spurious 0, Ticks 0, want none of them negative"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}

// The package is that of the function that package reflect calls.
func TestCommandOfAReflectedCall(t *testing.T) {
	out := victim(t, "reflected")
	if want := "wakecheck/explore -run '^TestVictim$/^reflected$'"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}

// A test that has failed before says what the exploration has shown all the same.
func TestFailedBefore(t *testing.T) {
	out := victim(t, "failed before")
	if want := "proved: no schedule fails (1 execution"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}

// A goroutine that comes only when all has been explored is noticed.
func TestGoStatementThatComesLate(t *testing.T) {
	if enginetest.RaceDetector {
		t.Skip("the race detector finds what such a goroutine does before the explorer does")
	}
	out := victim(t, "go statement")
	if want := "panic: explore: a goroutine that is no thread of the exploration"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}

// What is not deterministic is not promised to come again.
func TestNoCommandForNondeterminism(t *testing.T) {
	out := victim(t, "map order")
	if !strings.Contains(out, "not deterministic") || strings.Contains(out, "run it again") {
		t.Errorf("got\n%s", out)
	}
}

// A body that has forgotten the shims proves nothing, and does not pass for it.
func TestWithoutShims(t *testing.T) {
	out := victim(t, "without shims")
	if want := "no thread took a step on a shim, so nothing was explored"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}

// A body that waits for what the explorer does not know of is found, and named,
// instead of blocking for ever; nothing more can be explored then.
func TestBlockedOutsideTheShims(t *testing.T) {
	out := execute(t, false, "-test.run=^TestVictim$/blocked$")
	for _, want := range []string{
		"no step has been taken for 100ms: a thread of the body blocks in something that is not built on the shims",
		"sync.(*WaitGroup).Wait",
		"explore_test.blocked.func1",
		"shims go on: 1",
		"who has waited: explore: an earlier exploration of this process is stuck",
		"an earlier exploration of this process is stuck in the code under test",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

// A test may explore twice, and the second time knows nothing of the first.
func TestTwice(t *testing.T) {
	for range 2 {
		explore.Test(t, func(x *explore.X) {
			var n atomic.Int32
			x.Go("a", func() { n.Add(1) })
			x.Go("b", func() { x.Assert(n.Load() < 2) })
		})
	}
}
