package contract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"pgregory.net/rapid"
)

// damage makes a few changes to text.
func damage(t *rapid.T, text []byte) []byte {
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		if len(text) == 0 {
			break
		}
		i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		switch rapid.SampledFrom([]string{"change", "remove", "double", "cut", "insert"}).Draw(t, "how") {
		case "change":
			text[i] = rapid.Byte().Draw(t, "byte")
		case "remove":
			text = append(text[:i:i], text[i+1:]...)
		case "double":
			text = append(text[:i:i], text[i/2:]...)
		case "cut":
			text = text[:i]
		case "insert":
			piece := rapid.SampledFrom([]string{"{", "}", "[", "]", `"`, ",", ":", "\n", "0", "-", "null", "\\", "\xff"}).Draw(t, "piece")
			text = append(text[:i:i], append([]byte(piece), text[i:]...)...)
		}
	}
	return text
}

// checkPosition fails unless err begins with a line and a column that text has.
func checkPosition(t *rapid.T, doc string, text []byte, err error) {
	var line, column int
	if _, scanned := fmt.Sscanf(err.Error(), doc+":%d:%d: ", &line, &column); scanned != nil {
		t.Fatalf("no position in %q: %v", err, scanned)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if line < 1 || line > len(lines) || column < 1 || column > len(lines[line-1])+1 {
		t.Fatalf("%q points outside of the text %q", err, text)
	}
	if !strings.Contains(err.Error(), ": expected ") || !strings.Contains(err.Error(), ", got ") {
		t.Fatalf("%q does not say what was expected and what came", err)
	}
}

// jsonTrace reads a trace with encoding/json.
func jsonTrace(r io.Reader) (int, error) {
	in := bufio.NewScanner(r)
	in.Scan() // the header
	var events []Event
	for in.Scan() {
		var e Event
		dec := json.NewDecoder(bytes.NewReader(in.Bytes()))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&e); err != nil {
			return 0, err
		}
		events = append(events, e)
	}
	return len(events), in.Err()
}
