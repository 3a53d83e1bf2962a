package engine

import (
	"strings"
	"testing"
)

// FuzzSchedule: what is accepted means the same when it is written again, and
// what is not is refused with the column.
func FuzzSchedule(f *testing.F) {
	for _, s := range []string{"", "0123", "1120.10", "1{9999}2", ".{70}0", "{3}", "1{0}", "1{", "0.", "0.1{9}", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		path, err := parseSchedule(s)
		if err != nil {
			if !strings.Contains(err.Error(), "column") {
				t.Errorf("%q: %v; want the column named", s, err)
			}
			return
		}
		written := formatSchedule(path)
		again, err := parseSchedule(written)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", s, written, err)
		}
		if len(again) != len(path) {
			t.Fatalf("%q has %d choices, and %d when it is written as %q", s, len(path), len(again), written)
		}
		for i := range path {
			if path[i] != again[i] {
				t.Fatalf("%q: choice %d is %v, and %v when it is written as %q", s, i, path[i], again[i], written)
			}
		}
	})
}
