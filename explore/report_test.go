package explore_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/wakecheck/wakecheck/explore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a golden file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s\ngo test ./explore -update writes it anew; look at the difference", file, got, want)
	}
}

// atHome is a text without where this package lies on this machine.
func atHome(s string) string {
	return regexp.MustCompile(`\S*/explore/(\w+_test\.go)`).ReplaceAllString(s, "…/$1")
}

// Every way to fail is found, and told as in testdata.
func TestReports(t *testing.T) {
	for _, p := range failing {
		t.Run(p.name, func(t *testing.T) {
			r, err := explore.Check(p.body)
			if err != nil {
				t.Fatal(err)
			}
			if r.Failure == nil {
				t.Fatalf("no failure: %v", r)
			}
			text := r.Failure.String()
			golden(t, p.name, atHome(text)+"\n")
			for line := range strings.Lines(text) {
				if utf8.RuneCountInString(line) > 97 && !strings.Contains(line, ".go:") {
					t.Errorf("a line is wider than 96 characters:\n%s", line)
				}
			}
		})
	}
}
