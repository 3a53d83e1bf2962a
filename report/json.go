package report

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode"
)

// WriteJSON writes v as one indented JSON document. Characters that could steer
// a terminal are escaped, so that the document may be shown on one; a program
// that parses it gets them as they were.
func WriteJSON(w io.Writer, v any) error {
	doc, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report as JSON: %w", err)
	}
	escaped := make([]byte, 0, len(doc)+1)
	for _, r := range string(doc) {
		// Outside strings JSON is plain ASCII, inside encoding/json has
		// escaped everything below a space.
		if r > unicode.MaxASCII && steers(r) && r <= 0xffff || r == 0x7f {
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		} else {
			escaped = append(escaped, string(r)...)
		}
	}
	_, err = w.Write(append(escaped, '\n'))
	return err
}
