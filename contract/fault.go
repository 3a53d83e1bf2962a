package contract

import (
	"fmt"
	"slices"
)

// A Fault is something that the wakers of a scenario do beside waking, at the
// call number Call of one of their functions, counted over all wakers, or at
// each call if it is 0: they panic, or they call back into the subject.
type Fault struct {
	Slot  Do   `json:"slot"` // DoClone, DoWake (of both kinds) or DoDrop
	Call  int  `json:"call,omitempty"`
	Panic bool `json:"panic,omitempty"`
	Op    *Op  `json:"op,omitempty"` // what is done to the subject from inside the function, if it does not panic
}

// faultSlots are the functions of a waker that a fault can strike.
var faultSlots = []Do{DoClone, DoWake, DoDrop}

// maxWakerFaults bounds the faults of a scenario.
const maxWakerFaults = 8

// String says what the fault does.
func (f Fault) String() string {
	when := fmt.Sprintf("call %d of %s", f.Call, f.Slot)
	if f.Call == 0 {
		when = "each call of " + string(f.Slot)
	}
	if f.Panic || f.Op == nil {
		return "wakers: " + when + " panics"
	}
	return "wakers: " + when + " calls back: " + f.Op.String()
}

// panics reports whether a waker of the scenario panics.
func (s *Scenario) panics() bool {
	return slices.ContainsFunc(s.Faults, func(f Fault) bool { return f.Panic })
}

// wakerPanic is what a waker panics with.
type wakerPanic struct{}

func (wakerPanic) String() string { return wakerPanics }

const wakerPanics = "the waker panics, as the scenario asks"

// validate checks the fault at a place.
func (v *validation) fault(f Fault, place string) {
	if !slices.Contains(faultSlots, f.Slot) {
		v.fail(place+".slot", "one of "+list(faultSlots), string(f.Slot))
	}
	v.within(f.Call, 0, maxRepeat, place+".call")
	switch {
	case f.Panic && f.Op != nil:
		v.fail(place, "a panic or an operation", "both")
	case !f.Panic && f.Op == nil:
		v.fail(place, "a panic or an operation", "neither")
	case f.Op != nil:
		v.op(*f.Op, place+".op", outsideDo[v.Door], false)
	}
}

// fault reads a fault.
func (d *scenarioReader) fault(place string) (f Fault) {
	d.object(place, "a fault", faultFields, 1, func(field, place string) {
		switch field {
		case "slot":
			f.Slot = Do(d.text("the name of a waker's function"))
		case "call":
			f.Call = d.number()
		case "panic":
			f.Panic = d.boolean()
		case "op":
			op := d.op(place)
			f.Op = &op
		}
	})
	return f
}

var faultFields = []string{"slot", "call", "panic", "op"}

// withoutFaults returns sc with one fault less, for each of them, and with each
// fault made simpler.
func withoutFaults(sc Scenario) (out []Scenario) {
	for n, f := range sc.Faults {
		less := sc
		less.Faults = slices.Delete(slices.Clone(sc.Faults), n, n+1)
		if len(less.Faults) == 0 {
			less.Faults = nil
		}
		out = append(out, less)
		replace := func(f Fault) {
			simple := sc
			simple.Faults = slices.Clone(sc.Faults)
			simple.Faults[n] = f
			out = append(out, simple)
		}
		if f.Call > 1 {
			with := f
			with.Call--
			replace(with)
		}
		if f.Op != nil {
			for _, op := range simpler(*f.Op) {
				with := f
				with.Op = &op
				replace(with)
			}
		}
	}
	return out
}

// picks reports whether the Task of such an operation is which of the
// operations that wait it is done to, counted round.
func (do Do) picks() bool { return do == DoPoll || do == DoDrop }
