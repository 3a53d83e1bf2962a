package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// scenarioSize is the most bytes that a scenario as JSON may have; the largest
// valid one has fewer.
const scenarioSize = 16 << 20

// WriteScenario writes s as indented JSON, for people to read and for
// [ReadScenario]. It returns an error of w, or one that names the place in s
// that is not valid, as ops[3].task; then nothing is written.
func WriteScenario(w io.Writer, s Scenario) error {
	if err := s.validate(); err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	if s.Ops == nil {
		s.Ops = []Op{} // null is refused by ReadScenario
	}
	text, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// ReadScenario reads a scenario as [WriteScenario] writes it: one JSON object
// with the fields that the tags of [Scenario] name, of which version, door and
// subjects must be there. It reads r to its end.
//
// It is strict: whatever is unknown, given twice, malformed or cut off is an
// error, and so is a scenario that is not valid: another version, an operation
// that the door does not know, a task that does not exist, more than 16
// scripts, 32 turns or 64 operations in one place, and so on. Errors read
// "scenario:LINE:COLUMN: expected …, got …", with the place in the scenario, as
// ops[3].task, if it is not valid, and columns counted in bytes from 1; those of
// r are wrapped.
func ReadScenario(r io.Reader) (Scenario, error) {
	src, err := io.ReadAll(io.LimitReader(r, scenarioSize+1))
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	d := scenarioReader{strictJSON{doc: "scenario", end: "scenario", src: src, line: 1}, make(map[string]int)}
	if len(src) > scenarioSize {
		d.failAt(scenarioSize, "expected at most %d bytes, got more", scenarioSize)
	}
	s := d.scenario()
	d.finish()
	if d.err != nil {
		return Scenario{}, d.err
	}
	var invalid *invalidError
	if errors.As(s.validate(), &invalid) {
		d.failAt(d.offset(invalid.place), "%v", invalid)
		return Scenario{}, d.err
	}
	return s, nil
}

// A scenarioReader notes where in the JSON each place of the scenario is.
type scenarioReader struct {
	strictJSON
	places map[string]int
}

// at notes that the value of a place begins here.
func (d *scenarioReader) at(place string) {
	d.next()
	d.places[place] = d.pos
}

// offset returns where a place is, or the place around it if it was left out.
func (d *scenarioReader) offset(place string) int {
	for {
		pos, ok := d.places[place]
		if ok || place == "" {
			return pos
		}
		place = place[:max(strings.LastIndexAny(place, ".["), 0)]
	}
}

// The fields of a scenario; of its own the first three must be there, of an
// operation the first.
var (
	scenarioFields = []string{"version", "door", "subjects", "raced", "scripts", "ops", "faults"}
	scriptFields   = []string{"turns", "drop", "by"}
	turnFields     = []string{"ops"}
	opFields       = []string{"do", "thread", "task", "handle", "with", "n", "for", "name"}
)

// object reads the object at a place, whose fields value reads.
func (d *scenarioReader) object(place, what string, names []string, required int, value func(field, place string)) {
	d.at(place)
	d.open('{', what)
	if place != "" {
		place += "."
	}
	var seen uint
	for d.more('}') {
		if field := d.field(names, &seen); field != "" {
			d.at(place + field)
			value(field, place+field)
		}
	}
	d.require(names, required, seen)
}

// array reads the array at a place, of at most most elements, which value reads.
func (d *scenarioReader) array(place string, most int, what string, value func(place string)) {
	d.open('[', "a list of "+what)
	for i := 0; d.more(']'); i++ {
		if i == most {
			d.next()
			d.failAt(d.pos, "%s: expected at most %d %s, got more", place, most, what)
			return
		}
		value(fmt.Sprintf("%s[%d]", place, i))
	}
}

func (d *scenarioReader) scenario() (s Scenario) {
	d.object("", "a scenario", scenarioFields, 3, func(field, place string) {
		switch field {
		case "version":
			s.Version = d.number()
		case "door":
			s.Door = Door(d.text("the name of a door"))
		case "subjects":
			s.Subjects = d.number()
		case "raced":
			s.Raced = d.boolean()
		case "scripts":
			d.array(place, maxScripts, "scripts", func(place string) { s.Scripts = append(s.Scripts, d.script(place)) })
		case "ops":
			s.Ops = d.ops(place)
		case "faults":
			d.array(place, maxWakerFaults, "faults", func(place string) { s.Faults = append(s.Faults, d.fault(place)) })
		}
	})
	return s
}

func (d *scenarioReader) script(place string) (s Script) {
	d.object(place, "a script", scriptFields, 0, func(field, place string) {
		switch field {
		case "turns":
			d.array(place, maxTurns, "turns", func(place string) { s.Turns = append(s.Turns, d.turn(place)) })
		case "drop":
			s.Drop = d.ops(place)
		case "by":
			s.By = d.text("a string")
		}
	})
	return s
}

func (d *scenarioReader) turn(place string) (t Turn) {
	d.object(place, "a turn", turnFields, 0, func(_, place string) { t.Ops = d.ops(place) })
	return t
}

func (d *scenarioReader) ops(place string) (ops []Op) {
	d.array(place, maxOps, "operations", func(place string) { ops = append(ops, d.op(place)) })
	return ops
}

func (d *scenarioReader) op(place string) (op Op) {
	d.object(place, "an operation", opFields, 1, func(field, _ string) {
		switch field {
		case "do":
			op.Do = Do(d.text("the name of an operation"))
		case "thread":
			op.Thread = d.number()
		case "task":
			op.Task = d.number()
		case "handle":
			op.Handle = d.number()
		case "with":
			op.With = d.number()
		case "n":
			op.N = d.number()
		case "for":
			op.For = time.Duration(d.integer(math.MinInt64, math.MaxInt64))
		case "name":
			op.Name = d.text("the name of an operation of the subject")
		}
	})
	return op
}

func (d *scenarioReader) number() int { return int(d.integer(math.MinInt, math.MaxInt)) }
