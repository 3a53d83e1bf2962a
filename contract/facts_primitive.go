package contract

import (
	"fmt"
	"slices"
	"testing"
)

func primitivePlug(mk func(testing.TB) Primitive) plug {
	return plug{
		door: PrimitiveDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk(tb)
			return primitiveFacts(tb, &s), s.Close
		},
		same: func(r *run) bool { return samePrimitive(mk(r.tb), mk(r.tb)) },
		play: func(r *run) { (&primitiveRun{run: r, mk: mk}).play() },
	}
}

// primitiveFacts looks at the table of a primitive and says what is wrong with
// it by faults.
func primitiveFacts(tb *plugTB, s *Primitive) facts {
	f := facts{Profile: s.Profile, Known: s.Known, Opaque: s.Opaque, Serial: s.Serial, Lacks: map[string]string{}}
	names := make(map[string]bool)
	for i := range s.Ops {
		o := &s.Ops[i]
		switch {
		case o.Name == "" || names[o.Name]:
			tb.fault(fmt.Sprintf("Primitive.Ops[%d] is named %q; want a name of its own", i, o.Name))
		case o.kinds() != 1:
			tb.fault(fmt.Sprintf("%d of Do, Try, Start and Block of the operation %s are set; want one", o.kinds(), o.Name))
		case o.Undoes != "" && !slices.ContainsFunc(s.Ops, func(other PrimitiveOp) bool { return other.Name == o.Undoes }):
			tb.fault(fmt.Sprintf("%s undoes %s; want the name of an operation", o.Name, o.Undoes))
		}
		names[o.Name] = true
		f.Ops = append(f.Ops, opFact{Name: o.Name, Args: o.Args, Start: o.Start != nil, Block: o.Block != nil})
	}
	if len(s.Ops) == 0 {
		tb.fault("Primitive.Ops is empty; it is required")
	}
	lacks := func(why string, laws ...string) {
		for _, law := range laws {
			if f.Lacks[law] == "" {
				f.Lacks[law] = why
			}
		}
	}
	gives, drops, waits := false, false, false
	for i := range s.Ops {
		gives = gives || s.Ops[i].Start != nil
		waits = waits || s.Ops[i].waits()
		drops = drops || s.Ops[i].waits() && !s.Ops[i].NoCancel
	}
	if !gives {
		lacks("no operation of the primitive gives a future", "F2", "F4", "F7", "F11", "F13", "F14", "F16", "F17")
	}
	if !waits {
		lacks("no operation of the primitive waits", "F1", "F12", "F23", "F24")
	}
	if !drops {
		lacks("no operation of the primitive can be given up", "F11", "F12")
	}
	if s.Model == nil {
		lacks("the primitive has no Model", "F2", "F12", "F21", "F23")
		if !gives {
			lacks("the primitive has no Model", "F1")
		}
	}
	if s.Opaque {
		lacks("the primitive is declared Opaque", "F13", "F14")
	}
	if !s.FIFO {
		lacks("the primitive does not declare FIFO", "F24")
	}
	return f
}

// sameCalls is how often each operation is called to see whether two primitives
// are one.
const sameCalls = 4

// samePrimitive reports that what is done to a shows in b: the operations that
// never wait return something else on b than the same ones did on a before.
func samePrimitive(a, b Primitive) bool {
	first := direct(a)
	same := !slices.Equal(first, direct(b))
	for _, s := range [...]Primitive{a, b} {
		if s.Close != nil {
			s.Close()
		}
	}
	return same
}

// direct calls each operation that never waits and needs nothing before it, and
// returns what they return.
func direct(s Primitive) (results []int) {
	defer func() {
		if recover() != nil {
			results = append(results, -1) // a scenario shows it, and whose fault it is
		}
	}()
	for n := range sameCalls {
		for i := range s.Ops {
			o := &s.Ops[i]
			arg := min(o.Args, 1)
			if o.Fresh {
				arg = n + 1
			}
			switch {
			case o.Undoes != "" || o.Once:
			case o.Do != nil:
				results = append(results, o.Do(arg))
			case o.Try != nil:
				result, ok := o.Try(arg)
				if !ok {
					result = -1
				}
				results = append(results, result)
			}
		}
	}
	return results
}
