package engine

// Ref ties a shim's object to the execution that runs now. The zero value is
// ready. It may be copied only with the object that holds it.
type Ref struct {
	epoch uint64
	obj   *Object
}

// Open bits say which gates of an Object let a thread through now. A mutex or
// a token has one gate; a buffered channel has one for each direction.
type Open uint8

// The gates of an Object.
const (
	Gate    Open = 1 << iota // a mutex that is free, a token that is there, a value to receive
	GateOut                  // room to send
)

// Class says which operations on the same Object commute.
type Class uint8

// The classes. An operation of class Write commutes with none on its Object;
// Read commutes with Read, and Join with Join.
const (
	Write Class = iota
	Read
	Join
)

// Object is what threads share, as the engine sees it: an identity for one
// execution, the gates, and what a reduction remembers of the operations on it.
// Only the running thread may use it.
type Object struct {
	id    int32
	open  Open
	value uint64 // what an atomic holds, to foresee whether a CompareAndSwap fails
	label string // the type's name, for reports
	early bool   // touched before a second thread began: its id is the same in every execution

	// The operations on it so far, as a reduction needs them: those of the
	// current run of one commuting class, and those of the run before.
	run, before []int32
	runClass    Class
	lastTouch   int32

	sync clock // what a thread that acquires it has seen
}

// Object returns the object of r in this execution, and whether this is its
// first touch, upon which the caller sets Open and SetValue as they stand. The
// label says what it is, such as "Mutex".
func (e *Engine) Object(r *Ref, label string) (o *Object, fresh bool) {
	if r.epoch == e.epoch {
		return r.obj, false
	}
	o = e.newObject(label)
	r.epoch, r.obj = e.epoch, o
	return o, true
}

// Epoch numbers the executions of the process, from 1: a shim that keeps what
// belongs to one execution can tell that another one has begun.
func (e *Engine) Epoch() uint64 { return e.epoch }

func (e *Engine) newObject(label string) *Object {
	if e.nobjects == len(e.objects) {
		e.objects = append(e.objects, &Object{id: int32(e.nobjects)})
	}
	o := e.objects[e.nobjects]
	e.nobjects++
	o.open, o.value, o.label = 0, 0, label
	o.run, o.before, o.runClass, o.lastTouch = o.run[:0], o.before[:0], Write, -1
	o.sync = o.sync[:0]
	o.early = e.solo()
	return o
}

// Open returns the gates of o that are open.
func (o *Object) Open() Open { return o.open }

// SetOpen sets the gates of o. It belongs to the effect of an operation on o.
func (o *Object) SetOpen(g Open) { o.open = g }

// SetValue tells the engine what the atomic o holds now.
func (o *Object) SetValue(v uint64) { o.value = v }
