package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// replayVersion is the version of the form of replay files.
const replayVersion = 1

// A replayFile holds what -contract.replay runs again.
type replayFile struct {
	Version  int             `json:"version"`
	Test     string          `json:"test"`
	Call     int             `json:"call"` // which of the doors that the test calls, from 1
	Law      string          `json:"law"`
	Reason   string          `json:"reason"`
	Seed     uint64          `json:"seed"`
	Schedule string          `json:"schedule,omitempty"` // of an explored run
	Scenario json.RawMessage `json:"scenario"`
}

// writeReplay writes the file that shows res again, and returns its path.
func writeReplay(r Report, pkg string, res Result) (string, error) {
	dir, err := outDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	var sc bytes.Buffer
	if err := WriteScenario(&sc, *res.Scenario); err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(replayFile{
		Version: replayVersion, Test: r.Subject, Call: r.Call, Law: res.Law, Reason: res.Reason, Seed: r.Seed, Schedule: res.Schedule, Scenario: sc.Bytes(),
	}, "", "  ")
	if err != nil {
		return "", err
	}
	door := pkg + "." + r.Subject
	if r.Call > 1 {
		door = fmt.Sprintf("%s#%d", door, r.Call)
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-#", r) {
			return r
		}
		return '_'
	}, door+"."+res.Law+".json")
	path := filepath.Join(dir, name)
	return path, os.WriteFile(path, append(text, '\n'), 0o666)
}

// readReplay reads a file that writeReplay wrote.
func readReplay(path string) (replayFile, Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return replayFile{}, Scenario{}, err
	}
	var f replayFile
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return replayFile{}, Scenario{}, fmt.Errorf("%s:%s: want a file that -contract.replay takes: %w", path, place(text, d, err), err)
	}
	if f.Version != replayVersion {
		return replayFile{}, Scenario{}, fmt.Errorf("%s: want version %d, got %d", path, replayVersion, f.Version)
	}
	sc, err := ReadScenario(bytes.NewReader(f.Scenario))
	if err != nil {
		return replayFile{}, Scenario{}, fmt.Errorf("%s: %w", path, err)
	}
	return f, sc, nil
}

// place is the line and column at which d, which reads text, found err.
func place(text []byte, d *json.Decoder, err error) string {
	at := d.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		at = int64(len(text))
	}
	before := text[:min(int(at), len(text))]
	return fmt.Sprintf("%d:%d", 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'))
}

// replay runs the scenario of -contract.replay in this process, so that
// breakpoints work: a raced one until it shows its violation, at most
// racedTries times. It returns false if the file is of another door, and skips t
// unless the test, or one of its subtests, may yet call that one.
func replay(t *testing.T, call int, p plug, o options) (Report, bool) {
	t.Helper()
	f, sc, err := readReplay(*replayFlag)
	switch {
	case err != nil:
		t.Fatalf("-contract.replay: %v", err)
	case strings.HasPrefix(f.Test, t.Name()+"/") || f.Test == t.Name() && call < f.Call:
		return Report{}, false
	case f.Test != t.Name() || call != f.Call:
		t.Skipf("-contract.replay: the file is of %s, door %d", f.Test, f.Call)
	case sc.Door != p.door:
		t.Fatalf("-contract.replay: %s is a scenario of the door %s; this is the door %s", *replayFlag, sc.Door, p.door)
	}
	return replayCampaign(p, t.Name(), o, f, sc), true
}

func replayCampaign(p plug, name string, o options, f replayFile, sc Scenario) Report {
	o.seed = f.Seed
	c := newCampaign(p, name, o, nil)
	defer c.bubbles.close()
	if !c.inspect() {
		return c.report()
	}
	if f.Schedule != "" {
		if explorer == nil {
			c.unknown = "the file shows an explored run; import explore/driver and build the subject on the shims to run it again"
			return c.report()
		}
		c.count = 1
		c.explore(sc, func(uint64) []Plan { return []Plan{{Schedule: f.Schedule}} }, c.judgePlayed)
		return c.report()
	}
	tries := 1
	if sc.Raced {
		tries = racedTries
	}
	for n := 0; n < tries && c.found[f.Law] == nil && len(c.faults) == 0; n++ {
		c.try(sc)
		c.count++
		if rewrites[f.Law].of != nil {
			c.compare(f.Law, sc)
		}
	}
	if f.Law != plugFault && !slices.Contains(o.laws, f.Law) && len(o.laws) > 0 {
		c.fault(fmt.Sprintf("the file shows law %s, which -contract.laws leaves out", f.Law))
	}
	return c.report()
}
