package contract

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/anishathalye/porcupine"
)

// An account is what a trace tells of the operations of a primitive, for its
// model: when each began, waited and ended. Times are indices of events.
type account struct {
	model *Model
	ops   []*opAccount
	vague bool // too much happened at once to say who was waiting when
}

// An opAccount is one operation of an account.
type opAccount struct {
	op              *PrimitiveOp
	id, arg, result int
	state           opState
	begin, end      int  // end -1: none
	from            int  // it has not happened before: the latest poll that found it pending began here
	polled          int  // the latest poll
	left, leftEnd   int  // when it was given up; leftEnd 0: it was not
	torn            bool // it panicked when it was given up
	waits           int  // from here on it has certainly waited, -1: not yet
	until           int  // up to here it has certainly waited; -1: as long as it is open
}

// An opState says how far an operation is.
type opState int

const (
	opOpen    opState = iota // it has not ended: it waits, or hangs
	opDone                   // it has happened, with a result
	opRefused                // a try that gave up: nothing has happened
	opGone                   // it was given up
	opUnsure                 // it panicked: it has happened or not
)

// accountOf reads a trace; of returns the table's entry of an operation.
func accountOf(events []Event, model *Model, of func(id int) *PrimitiveOp) *account {
	a := &account{model: model}
	byID := make(map[int]*opAccount)
	settled := -1
	for i, e := range events {
		o := byID[e.Task]
		switch e.Kind {
		case Call, Start, Block:
			o = &opAccount{op: of(e.Task), id: e.Task, arg: e.Arg, begin: i, from: i, end: -1, waits: -1, until: -1}
			if e.Kind == Start {
				o.begin = -1 // it begins with its first poll
			}
			byID[e.Task] = o
			a.ops = append(a.ops, o)
			continue
		case Settle:
			for _, o := range a.ops {
				if o.op.Block != nil && o.state == opOpen && o.waits < 0 {
					o.waits = i
				}
			}
			settled = i
			continue
		}
		if o == nil {
			continue
		}
		if o.end >= 0 {
			switch { // a future whose poll panicked is dropped
			case e.Kind == FutureDrop:
				o.left = i
			case (e.Kind == Return || e.Kind == Panicked) && o.left > 0 && o.leftEnd == 0:
				o.leftEnd, o.torn = i, e.Kind == Panicked
			}
			continue
		}
		switch e.Kind {
		case Poll:
			if o.begin < 0 {
				o.begin, o.from = i, i
			}
			o.until, o.polled = i, i
		case Pending:
			if o.waits < 0 {
				o.waits = i
			}
			o.until, o.from = -1, o.polled
		case Ready:
			o.state, o.result, o.end = opDone, e.Arg, i
		case FutureDrop:
			o.state, o.until, o.left = opGone, i, i
		case Cancel:
			o.left = i
		case Panicked:
			o.state, o.end = opUnsure, i
			if o.left > 0 {
				o.leftEnd, o.torn = i, true
			}
		case Return:
			switch {
			case o.op.Start != nil && o.state != opGone:
				continue
			case o.op.Start != nil: // it was dropped
			case e.Note == noteRefused:
				o.state = opRefused
			case e.Note == noteGivenUp:
				o.state = opGone
			case e.Note == "":
				o.state, o.result = opDone, e.Arg
			}
			o.end = i
			if o.state == opGone {
				o.leftEnd = i
			}
			if o.op.Block != nil {
				o.until = settled
			}
		}
	}
	return a
}

// What the Return of an operation notes.
const (
	noteRefused = "gives up"
	noteGivenUp = "was given up"
	noteCancel  = "cancelled" // of a Cancel, not of the operation
)

// A move is an operation as the checker places it in an order.
type move struct {
	*opAccount
	maybe    bool       // it may also not have happened; its result is not known
	leaves   bool       // it tells that the operation was given up: any result will do
	probe    bool       // holds only where the operation, which waits, cannot go on
	waiting  [][]Waiter // those that wait meanwhile: every set that may be
	crowded  bool       // somebody may be waiting
	from, to int
}

// step returns the states after the move.
func (m *move) step(model *Model, state any) (next []any) {
	if m.maybe {
		next = append(next, state)
	}
	for _, waiting := range m.waiting {
		after, result, ok := model.step(state, Operation{ID: m.id, Op: m.op.Name, Arg: m.arg, Waiting: waiting})
		switch {
		case m.probe:
			if ok {
				return nil
			}
			next = append(next, state)
		case m.state == opRefused:
			if !ok || m.crowded {
				next = append(next, state)
			}
		case ok && (m.maybe || m.leaves || result == m.result):
			if n := len(next); n == 0 || !reflect.DeepEqual(next[n-1], after) {
				next = append(next, after)
			}
		}
	}
	return next
}

// maxPerhaps bounds how many operations may be tried both as waiting and as not
// waiting while another happens. With more of them nothing is judged.
const maxPerhaps = 5

// move makes a move of o, which happens from from to to.
func (a *account) move(o *opAccount, from, to int) *move {
	m := &move{opAccount: o, from: from, to: to, waiting: [][]Waiter{nil}}
	perhaps := 0
	for _, other := range a.ops {
		if other == o || !other.op.waits() || other.begin < 0 || other.begin > to || other.end >= 0 && other.end < from {
			continue
		}
		w := Waiter{ID: other.id, Op: other.op.Name, Arg: other.arg}
		certain := other.waits >= 0 && other.waits <= from && (other.until < 0 || other.until >= to)
		m.crowded = true
		if !certain {
			perhaps++
		}
		if perhaps > maxPerhaps {
			a.vague = true
			break
		}
		for n, waiting := range m.waiting {
			with := append(waiting[:len(waiting):len(waiting)], w)
			if certain {
				m.waiting[n] = with
			} else {
				m.waiting = append(m.waiting, with)
			}
		}
	}
	return m
}

// moves are those of the operations that have ended.
func (a *account) moves() (moves []*move) {
	for _, o := range a.ops {
		switch {
		case o.state == opDone || o.state == opRefused:
			moves = append(moves, a.move(o, o.from, o.end))
		case o.state == opUnsure && o.begin >= 0:
			m := a.move(o, o.from, o.end)
			m.maybe = true
			moves = append(moves, m)
		case o.state == opGone && o.op.MayStand && o.begin >= 0:
			m := a.move(o, o.from, o.end)
			m.maybe = true
			moves = append(moves, m)
		}
		if o.op.Leave != "" && o.leftEnd > 0 {
			left := *o
			left.op = &PrimitiveOp{Name: o.op.Leave}
			m := a.move(o, o.left, o.leftEnd)
			m.opAccount, m.leaves, m.maybe = &left, true, o.torn
			moves = append(moves, m)
		}
	}
	return moves
}

// maxSteps bounds how many steps of the model one question may take. Hardly any
// takes a tenth of it; what many operations at once and no order among them would
// take grows without bound, and then nothing is judged.
const maxSteps = 1 << 12

// ordered reports whether the moves can be put into an order that the model
// allows, or whether that takes too long to say: then the account is vague.
func (a *account) ordered(moves []*move) bool {
	if a.vague || a.inTurn(moves) {
		return true
	}
	steps := 0
	model := porcupine.NondeterministicModel{
		Init: func() []any { return []any{a.model.init} },
		Step: func(state, input, _ any) []any {
			if steps++; steps > maxSteps {
				return nil
			}
			return input.(*move).step(a.model, state)
		},
		Equal: reflect.DeepEqual,
	}
	history := make([]porcupine.Operation, len(moves))
	for i, m := range moves {
		history[i] = porcupine.Operation{Input: m, Call: int64(m.from), Return: int64(m.to)}
	}
	ok := porcupine.CheckOperations(model.ToModel(), history)
	a.vague = a.vague || steps > maxSteps
	return ok || a.vague
}

// inTurn reports whether the model allows the moves in the order in which they
// ended, the first state of several being taken. Mostly it does, and then nothing
// need be searched.
func (a *account) inTurn(moves []*move) bool {
	state := a.model.init
	byEnd := func(m, n *move) int { return cmp.Compare(m.to, n.to) }
	for _, m := range slices.SortedStableFunc(slices.Values(moves), byEnd) {
		next := m.step(a.model, state)
		if len(next) == 0 {
			return false
		}
		state = next[0]
	}
	return true
}

// owed returns the numbers of the operations that wait although the model says
// that they can be completed, whatever the order of those that have ended; ok
// is false if there is no such order.
//
// Who is served first is the primitive's choice, within what it declares. If
// it serves in order, the oldest of a name is asked for; if not, one that
// cannot go on may keep back the others of its name, so that all must be able to.
func (a *account) owed(now int, fifo bool) (owed []int, ok bool) {
	ended := a.moves()
	var open []*opAccount
	for _, o := range a.ops {
		if o.state == opOpen && o.begin >= 0 && o.op.waits() {
			open = append(open, o)
		}
	}
	enabled := make(map[*opAccount]bool)
	if a.ordered(ended) {
		for _, o := range open {
			probe := a.move(o, now, now)
			probe.probe = true
			enabled[o] = !a.ordered(append(ended[:len(ended):len(ended)], probe))
		}
	} else {
		with := func(but *opAccount) bool {
			moves := ended[:len(ended):len(ended)]
			for _, o := range open {
				if o != but {
					m := a.move(o, o.from, now)
					m.maybe = true
					moves = append(moves, m)
				}
			}
			return a.ordered(moves)
		}
		if !with(nil) {
			return nil, false
		}
		for _, o := range open {
			enabled[o] = !with(o) // it has happened already
		}
	}
	if a.vague {
		return nil, true
	}
	names := make(map[string][]*opAccount)
	for _, o := range open {
		names[o.op.Name] = append(names[o.op.Name], o)
	}
	for _, o := range open {
		first := names[o.op.Name]
		if fifo {
			first = oldest(first)
		}
		all := slices.Contains(first, o)
		for _, other := range first {
			all = all && enabled[other]
		}
		if all {
			owed = append(owed, o.id)
		}
	}
	return owed, true
}

// oldest returns those that nobody else was waiting before: more than one if
// they began to wait at the same time.
func oldest(ops []*opAccount) (first []*opAccount) {
	for _, o := range ops {
		if !slices.ContainsFunc(ops, func(other *opAccount) bool { return other.waits >= 0 && other.waits < o.begin }) {
			first = append(first, o)
		}
	}
	return first
}
