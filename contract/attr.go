package contract

import (
	"encoding/json"
	"fmt"
	"strings"
)

// attrKey is the key under which each law's subtest reports its verdict with
// testing.T.Attr, for programs that read go test -json.
const attrKey = "wakecheck"

// An Attr is the verdict on one law as go test -json carries it: the value of
// the attribute "wakecheck" of the law's subtest, one line of JSON under 1 KB.
type Attr struct {
	Subject   string   `json:"subject"` // the test that called the door
	Door      Door     `json:"door"`
	Law       string   `json:"law"` // ID, or "Plug"
	Verdict   Verdict  `json:"verdict"`
	Evidence  Evidence `json:"evidence"`
	Blame     string   `json:"blame,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Scenarios int      `json:"scenarios"`
	Seed      uint64   `json:"seed"`
	File      string   `json:"file,omitempty"` // what -contract.replay takes
}

// ParseAttr reads the value of an attribute "wakecheck".
func ParseAttr(value string) (Attr, error) {
	var a Attr
	if err := json.Unmarshal([]byte(value), &a); err != nil {
		return Attr{}, fmt.Errorf("attribute %s: want one JSON object as the contract package writes it: %w", attrKey, err)
	}
	if a.Subject == "" || a.Law == "" {
		return Attr{}, fmt.Errorf("attribute %s: want a subject and a law, got %s", attrKey, value)
	}
	return a, nil
}

// attrReason is the most bytes of a reason that an attribute carries: go test
// drops attributes above 4 KB without a word.
const attrReason = 400

func (a Attr) value() string {
	if len(a.Reason) > attrReason {
		a.Reason = strings.ToValidUTF8(a.Reason[:attrReason], "") + "…"
	}
	line, err := json.Marshal(a)
	if err != nil {
		panic("wakecheck: an Attr cannot be written: " + err.Error()) // strings and numbers only
	}
	return string(line)
}
