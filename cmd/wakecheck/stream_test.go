package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/report"
)

// recorded reads a recorded stream of go test -json over one package.
func recorded(t *testing.T, name string, tests ...string) *report.Check {
	t.Helper()
	stream, err := os.ReadFile("testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return streamed(t, "example.test/"+name, stream, false, tests...)
}

func streamed(t *testing.T, pkg string, stream []byte, interrupted bool, tests ...string) *report.Check {
	t.Helper()
	found := &report.Check{Version: report.Version}
	tgt := target{pkg: pkg}
	for _, name := range tests {
		tgt.tests = append(tgt.tests, doorTest{name: name})
	}
	s := newStream(found, []target{tgt}, false, newProgress(new(bytes.Buffer), 1))
	if err := s.read(bytes.NewReader(stream)); err != nil {
		t.Fatal(err)
	}
	s.finish(interrupted, "")
	conclude(found)
	return found
}

// kinds lists the kinds of problems.
func kinds(problems []report.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Kind)
	}
	return strings.Join(all, ", ")
}

// TestRecordedStreams holds what each way in which go test can end comes to. The
// streams were recorded from go test; their verdicts were written by hand.
func TestRecordedStreams(t *testing.T) {
	for _, c := range []struct {
		name     string
		tests    []string
		exit     int
		complete bool
		problems string
		notes    string
		says     string // part of the first problem or note, and of its output
		output   string
	}{
		{"kept", []string{"TestNoop", "TestParking", "TestQueue"}, 0, true, "", "", "", ""},
		{"violated", []string{"TestNoop", "TestBroken"}, 1, true, "", "", "", ""},
		{"plug", []string{"TestTwice"}, 1, true, "", "", "", ""},
		{"knownkept", []string{"TestHealed"}, 1, true, "", "", "", ""},
		{"strict", []string{"TestSlow"}, 1, true, "", "", "", ""},
		{"unknown", []string{"TestSlow"}, 3, true, "", "", "", ""},
		{"noverdict", []string{"TestNoop"}, 2, true, "no verdict", "", "TestOther/sub of package example.test/noverdict failed without a verdict", "a plain failure"},
		{"leak", []string{"TestNoop"}, 2, true, "no verdict", "", "failed though none of its tests did", "goleak: a goroutine is left"},
		{"skipped", []string{"TestNoop", "TestLater", "TestEmpty", "TestGone"}, 0, true, "", "no verdict, no verdict, no verdict", "TestLater of package example.test/skipped gave no verdict: it was skipped", "needs Linux"},
		{"killed", []string{"TestNoop", "TestCut", "TestNever"}, 2, false, "died", "", "ended half way, in TestCut/F2_LatestWaker", "signal: killed"},
		{"panics", []string{"TestNoop", "TestBoom", "TestNever"}, 2, false, "died", "", "ended half way, in TestBoom", "panic: boom"},
		{"compile", []string{"TestA"}, 2, false, "build", "", "example.test/compile does not build", "a_test.go:3:27: declared and not used: x"},
		{"setup", []string{"TestA"}, 2, false, "build", "", "example.test/setup does not build", "no required module provides package nope.example/x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := recorded(t, c.name, c.tests...)
			if found.Exit != c.exit || found.Complete != c.complete || kinds(found.Problems) != c.problems || kinds(found.Notes) != c.notes {
				t.Errorf("exit %d, complete %v, problems %q, notes %q; want %d, %v, %q, %q",
					found.Exit, found.Complete, kinds(found.Problems), kinds(found.Notes), c.exit, c.complete, c.problems, c.notes)
			}
			if all := append(found.Problems, found.Notes...); len(all) > 0 {
				if !strings.Contains(all[0].Says, c.says) || !strings.Contains(all[0].Output, c.output) {
					t.Errorf("it says %q with output\n%s\nwant %q and %q", all[0].Says, all[0].Output, c.says, c.output)
				}
			}
			for _, sub := range found.Subjects {
				if cut := c.name == "killed" && sub.Name == "TestCut"; sub.Complete == cut {
					t.Errorf("%s: complete %v, want %v", sub.Name, sub.Complete, !cut)
				}
			}
			var b bytes.Buffer
			if err := (report.Text{}).Check(&b, found); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name+".txt", b.String())
		})
	}
}

// TestStreamCutAnywhere cuts a stream after each byte, as a kill does. What came
// before is kept, and the run is never called complete or kept.
func TestStreamCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile("testdata/kept.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(whole, []byte(`{"Action":"pass"`))
	for n := 0; n <= end; n += 13 {
		found := streamed(t, "example.test/kept", whole[:n], false, "TestNoop", "TestParking", "TestQueue")
		if found.Exit != 2 || found.Complete || kinds(found.Problems) != "died" {
			t.Fatalf("cut at %d: exit %d, complete %v, problems %q", n, found.Exit, found.Complete, kinds(found.Problems))
		}
	}
	if found := streamed(t, "example.test/kept", whole[:end], true, "TestNoop", "TestParking", "TestQueue"); len(found.Subjects) != 3 {
		t.Errorf("%d subjects were gathered before the cut, want 3", len(found.Subjects))
	}
}

func TestStreamGarbage(t *testing.T) {
	attr := `{"Action":"attr","Package":"p","Test":"T","Key":"wakecheck","Value":"%s"}` + "\n"
	for _, c := range []struct{ stream, says, output string }{
		{"{not json}\n", "A line of go test -json cannot be read", "{not json}"},
		{strings.Replace(attr, "%s", "nonsense", 1), "T of package p gave a verdict that cannot be read", "invalid character"},
		{strings.Replace(attr, "%s", "{}", 1), "T of package p gave a verdict that cannot be read", "want a subject and a law"},
	} {
		s := newStream(&report.Check{}, nil, false, newProgress(new(bytes.Buffer), 1))
		if err := s.read(strings.NewReader(c.stream)); err != nil {
			t.Fatal(err)
		}
		if got := s.found.Problems; len(got) != 1 || !strings.Contains(got[0].Says, c.says) || !strings.Contains(got[0].Output, c.output) {
			t.Errorf("%q: problems %+v, want one that says %q with %q", c.stream, got, c.says, c.output)
		}
	}
}

// TestStreamPassesOnWhatIsNoJSON: the go command speaks between the lines, and
// cannot steer the terminal.
func TestStreamPassesOnWhatIsNoJSON(t *testing.T) {
	var out bytes.Buffer
	s := newStream(&report.Check{}, nil, false, newProgress(&out, 1))
	if err := s.read(strings.NewReader("go: downloading \x1b[2Jx\n")); err != nil {
		t.Fatal(err)
	}
	if want := "go: downloading \\x1b[2Jx\n"; out.String() != want {
		t.Errorf("it wrote %q, want %q", out.String(), want)
	}
}

func FuzzStream(f *testing.F) {
	for _, name := range []string{"kept", "violated", "killed", "compile"} {
		stream, err := os.ReadFile("testdata/" + name + ".jsonl")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		found := &report.Check{Version: report.Version}
		s := newStream(found, []target{{pkg: "p", tests: []doorTest{{name: "TestA"}}}}, false, newProgress(new(bytes.Buffer), 1))
		_ = s.read(bytes.NewReader(stream)) // whatever it finds, it must not panic
		s.finish(false, "")
		conclude(found)
		if err := (report.Text{}).Check(new(bytes.Buffer), found); err != nil {
			t.Fatal(err)
		}
	})
}

// TestStreamSameDoorTwice: a test that calls one door twice has two subjects.
func TestStreamSameDoorTwice(t *testing.T) {
	var stream strings.Builder
	for _, sub := range []string{"W2_X", "W4_X", "W2_X#01", "W4_X#01"} {
		fmt.Fprintf(&stream, `{"Action":"attr","Package":"p","Test":"TestA/%s","Key":"wakecheck","Value":"{\"subject\":\"TestA\",\"door\":\"waker\",\"law\":\"%s\",\"verdict\":\"kept\",\"evidence\":\"observed\"}"}`+"\n", sub, sub[:2])
	}
	stream.WriteString(`{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n")
	found := streamed(t, "p", []byte(stream.String()), false, "TestA")
	var got []string
	for _, sub := range found.Subjects {
		got = append(got, fmt.Sprint(sub.Name, " ", len(sub.Verdicts), " ", sub.Complete))
	}
	if want := "TestA 2 true, TestA#01 2 true"; strings.Join(got, ", ") != want {
		t.Errorf("subjects %q, want %q", got, want)
	}
}
