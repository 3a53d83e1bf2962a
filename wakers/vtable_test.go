package wakers

import "testing"

func TestRawOfAnIncompleteTablePanics(t *testing.T) {
	for _, break_ := range []func(*VTable[probe]){
		func(vt *VTable[probe]) { vt.Clone = nil },
		func(vt *VTable[probe]) { vt.Wake = nil },
		func(vt *VTable[probe]) { vt.WakeByRef = nil },
		func(vt *VTable[probe]) { vt.Drop = nil },
	} {
		vt := probeVTable
		break_(&vt)
		wantPanic(t, func() { vt.Raw(new(probe)) }, "nil function")
	}
}

// Clone may return other data: the clone is then a handle of that.
func TestCloneWithOtherData(t *testing.T) {
	var p, q probe
	vt := probeVTable
	vt.Clone = func(*probe) *probe { return &q }
	raw := vt.Raw(&p)
	clone := raw.Clone()
	clone.Wake()
	raw.Drop()
	p.want(t, 0, 0, 0, 1)
	q.want(t, 0, 1, 0, 0)
}

func TestCloningDoesNotAllocate(t *testing.T) {
	var c Counting
	var p Parking
	for name, raw := range map[string]RawWaker{"Noop": Noop{}.Raw(), "Counting": c.Raw(), "Parking": p.Raw()} {
		var w, clone Waker
		w.Init(raw)
		if n := testing.AllocsPerRun(100, func() {
			clone.CloneFrom(&w)
			clone.WakeByRef()
			clone.Wake()
			clone.CloneFrom(&w)
			clone.Drop()
		}); n != 0 {
			t.Errorf("%s: cloning, waking and dropping allocates %v times, want 0", name, n)
		}
	}
}

// The copies of the tables may be varied without changing the originals.
func TestTablesAreCopies(t *testing.T) {
	vt := NoopVTable()
	vt.Clone = nil
	ct := CountingVTable()
	ct.Clone = nil
	pt := ParkingVTable()
	pt.Clone = nil
	if NoopVTable().Clone == nil || CountingVTable().Clone == nil || ParkingVTable().Clone == nil {
		t.Error("a change to a table that was returned changed the original")
	}
}
