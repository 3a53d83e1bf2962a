package contract

import "testing"

// WAKECHECK_STRICT is read as strconv.ParseBool reads a bool; empty is false.
func TestStrictIsABool(t *testing.T) {
	for value, want := range map[string]bool{"": false, "false": false, "0": false, "F": false, "1": true, "true": true} {
		t.Setenv("WAKECHECK_STRICT", value)
		if on, err := boolVar("WAKECHECK_STRICT"); on != want || err != nil {
			t.Errorf("%q: %t, %v; want %t", value, on, err, want)
		}
	}
	t.Setenv("WAKECHECK_STRICT", "yes")
	if _, err := boolVar("WAKECHECK_STRICT"); err == nil {
		t.Error("yes: no error")
	}
}
