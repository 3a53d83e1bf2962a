package wakers

// Parking makes wakers that unpark a goroutine: the waker of an executor that
// parks its thread between polls. The goroutine that polls calls Park, and it
// continues when one of the wakers is woken, or at once if one was woken since
// the last Park. The zero value is ready to use. See Parker for who may call what.
//
// The garbage collector owns it, so its handles are not counted.
type Parking struct{ Parker }

var parkingVTable = VTable[Parker]{
	Clone:     func(p *Parker) *Parker { return p },
	Wake:      (*Parker).Unpark,
	WakeByRef: (*Parker).Unpark,
	Drop:      func(*Parker) {},
}

// ParkingVTable returns a copy of the table that Parking uses, to read or to
// vary.
func ParkingVTable() VTable[Parker] { return parkingVTable }

// Raw returns a RawWaker that unparks p.
func (p *Parking) Raw() RawWaker { return parkingVTable.Raw(&p.Parker) }

// InitWaker fills w with Raw.
func (p *Parking) InitWaker(w *Waker) { w.Init(p.Raw()) }
