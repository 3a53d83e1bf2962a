package wakers

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEachCallReachesTheRawWakerOnce(t *testing.T) {
	var p probe
	var w, clone Waker
	p.fill(&w)
	p.want(t, 0, 0, 0, 0)
	clone.CloneFrom(&w)
	p.want(t, 1, 0, 0, 0)
	clone.WakeByRef()
	clone.WakeByRef()
	p.want(t, 1, 0, 2, 0)
	clone.Wake()
	p.want(t, 1, 1, 2, 0)
	w.Drop()
	p.want(t, 1, 1, 2, 1)
}

func TestMoveToCallsNothing(t *testing.T) {
	var p probe
	var w, dst Waker
	p.fill(&w)
	w.MoveTo(&dst)
	p.want(t, 0, 0, 0, 0)
	if w.Filled() || !dst.Filled() {
		t.Errorf("after MoveTo: source filled %v, destination filled %v; want false, true", w.Filled(), dst.Filled())
	}
	dst.Wake()
	p.want(t, 0, 1, 0, 0)
}

func TestEmptiedWakerCanBeFilledAgain(t *testing.T) {
	var p probe
	var w, src Waker
	p.fill(&src)
	for _, end := range []func(){w.Wake, w.Drop, func() { var dst Waker; w.MoveTo(&dst) }} {
		w.CloneFrom(&src)
		end()
		if w.Filled() {
			t.Error("filled after its handle ended")
		}
	}
	p.want(t, 3, 1, 0, 1)
}

// How each use of an empty Waker and each overwriting of a filled one is answered.
func TestMisusePanicsWithASentence(t *testing.T) {
	var p probe
	newFilled := func() *Waker { w := new(Waker); p.fill(w); return w }
	empties := []struct {
		says string
		mk   func() *Waker
	}{
		{"never filled", func() *Waker { return new(Waker) }},
		{"was woken", func() *Waker { w := newFilled(); w.Wake(); return w }},
		{"was dropped", func() *Waker { w := newFilled(); w.Drop(); return w }},
		{"was moved away", func() *Waker { w := newFilled(); w.MoveTo(new(Waker)); return w }},
		{"was woken", func() *Waker { w := newFilled(); w.Drop(); p.fill(w); w.Wake(); return w }},
	}
	uses := []struct {
		call string
		do   func(w *Waker)
	}{
		{"Wake of", (*Waker).Wake},
		{"WakeByRef of", (*Waker).WakeByRef},
		{"Drop of", (*Waker).Drop},
		{"MoveTo of", func(w *Waker) { w.MoveTo(new(Waker)) }},
		{"CloneFrom of", func(w *Waker) { new(Waker).CloneFrom(w) }},
		{"WillWake of", func(w *Waker) { w.WillWake(newFilled()) }},
		{"WillWake of", func(w *Waker) { newFilled().WillWake(w) }},
		{"Cell.Register of", func(w *Waker) { new(Cell).Register(w) }},
	}
	for _, e := range empties {
		for _, u := range uses {
			before := p
			w := e.mk()
			made := p
			wantPanic(t, func() { u.do(w) }, u.call, e.says)
			wantPanic(t, func() { u.do(w) }, u.call, e.says) // the first panic does not change the answer
			if p.clones != made.clones || p.wakes != made.wakes || p.wakesByRef != made.wakesByRef || p.drops != made.drops {
				t.Errorf("%s a Waker that %s reached the RawWaker: %+v, before %+v", u.call, e.says, p, before)
			}
		}
	}
	wantPanic(t, func() { p.fill(newFilled()) }, "Init onto", "filled")
	wantPanic(t, func() { newFilled().MoveTo(newFilled()) }, "MoveTo onto", "filled")
	wantPanic(t, func() { new(Cell).Take(newFilled()) }, "Cell.Take onto", "filled")
	wantPanic(t, func() { new(Waker).Init(nil) }, "Init", "nil")
}

// A MoveTo that is refused changes neither side.
func TestRefusedMoveToKeepsBothHandles(t *testing.T) {
	var p, q probe
	var w, dst Waker
	p.fill(&w)
	q.fill(&dst)
	wantPanic(t, func() { w.MoveTo(&dst) }, "MoveTo onto")
	w.Drop()
	dst.Wake()
	p.want(t, 0, 0, 0, 1)
	q.want(t, 0, 1, 0, 0)
}

func TestCloneFromOntoFilled(t *testing.T) {
	t.Run("same", func(t *testing.T) {
		var p probe
		var w, src Waker
		p.fill(&w)
		src.CloneFrom(&w)
		w.CloneFrom(&src)
		w.CloneFrom(&w)
		p.want(t, 1, 0, 0, 0)
	})
	t.Run("other", func(t *testing.T) {
		var p, q probe
		var w, src Waker
		p.fill(&w)
		q.fill(&src)
		w.CloneFrom(&src)
		p.want(t, 0, 0, 0, 1)
		q.want(t, 1, 0, 0, 0)
		w.Wake()
		q.want(t, 1, 1, 0, 0)
	})
	t.Run("clone panics", func(t *testing.T) {
		var p probe
		q := probe{onClone: func() { panic("no clone") }}
		var w, src Waker
		p.fill(&w)
		q.fill(&src)
		wantPanic(t, func() { w.CloneFrom(&src) }, "no clone")
		p.want(t, 0, 0, 0, 0)
		w.Wake()
		p.want(t, 0, 1, 0, 0)
	})
	t.Run("drop panics", func(t *testing.T) {
		p := probe{onDrop: func() { panic("no drop") }}
		var q probe
		var w, src Waker
		p.fill(&w)
		q.fill(&src)
		wantPanic(t, func() { w.CloneFrom(&src) }, "no drop")
		p.want(t, 0, 0, 0, 1)
		w.Wake()
		q.want(t, 1, 1, 0, 0)
	})
	t.Run("clone fills the same Waker", func(t *testing.T) {
		var p, q probe
		var w, src Waker
		q.onClone = func() { p.fill(&w) }
		q.fill(&src)
		w.CloneFrom(&src)
		p.want(t, 0, 0, 0, 1)
		w.Wake()
		q.want(t, 1, 1, 0, 0)
	})
}

func TestCloneThatReturnsNilPanics(t *testing.T) {
	var w Waker
	w.Init(nilClone{})
	wantPanic(t, func() { new(Waker).CloneFrom(&w) }, "returned nil")
	wantPanic(t, func() { new(Cell).Register(&w) }, "returned nil")
}

// A waker's code that comes back to the handle it was called through finds it
// emptied, or filled if the call does not end it, and so it is after a panic.
func TestForeignCodeFindsTheHandleConsistent(t *testing.T) {
	for _, c := range []struct {
		name   string
		end    func(w *Waker)
		filled bool
	}{
		{"Wake", (*Waker).Wake, false},
		{"Drop", (*Waker).Drop, false},
		{"WakeByRef", (*Waker).WakeByRef, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w Waker
			called := 0
			hook := func() {
				called++
				if w.Filled() != c.filled {
					t.Errorf("inside %s: filled %v, want %v", c.name, w.Filled(), c.filled)
				}
				panic("from the waker")
			}
			p := probe{onWake: hook, onDrop: hook}
			p.fill(&w)
			wantPanic(t, func() { c.end(&w) }, "from the waker")
			if called != 1 || w.Filled() != c.filled {
				t.Errorf("after %s: %d calls, filled %v; want 1, %v", c.name, called, w.Filled(), c.filled)
			}
		})
	}
}

func TestWillWake(t *testing.T) {
	var counting Counting
	var p, q probe
	table2 := probeVTable
	x, y := new(int), new(int)
	for _, c := range []struct {
		name string
		a, b RawWaker
		want bool
	}{
		{"one VTable waker", probeVTable.Raw(&p), probeVTable.Raw(&p), true},
		{"its clone", probeVTable.Raw(&p), probeVTable.Raw(&p).Clone(), true},
		{"other data", probeVTable.Raw(&p), probeVTable.Raw(&q), false},
		{"other table", probeVTable.Raw(&p), table2.Raw(&p), false},
		{"other data type", probeVTable.Raw(&p), counting.Raw(), false},
		{"VTable and not", probeVTable.Raw(&p), pointing{p: x}, false},
		{"not and VTable", pointing{p: x}, probeVTable.Raw(&p), false},
		{"equal values", pointing{p: x}, pointing{p: x}, true},
		{"unequal values", pointing{p: x}, pointing{p: y}, false},
		{"a type that cannot be compared", uncomparable{s: []int{}}, uncomparable{s: []int{}}, false},
		{"a field that cannot be compared", holding{v: []int{}}, holding{v: []int{}}, false},
		{"a field that can", holding{v: 1}, holding{v: 1}, true},
	} {
		var a, b Waker
		a.Init(c.a)
		b.Init(c.b)
		if got := a.WillWake(&b); got != c.want {
			t.Errorf("%s: WillWake is %v, want %v", c.name, got, c.want)
		}
	}
}

// nothing is a RawWaker that does nothing, to build others of.
type nothing struct{}

func (nothing) Clone() RawWaker { return nothing{} }
func (nothing) Wake()           {}
func (nothing) WakeByRef()      {}
func (nothing) Drop()           {}

type nilClone struct{ nothing }

func (nilClone) Clone() RawWaker { return nil }

type pointing struct {
	nothing
	p *int
}

type uncomparable struct {
	nothing
	s []int
}

type holding struct {
	nothing
	v any
}

// go vet must report each line of testdata/copies that says "copy", and no other.
func TestVetReportsCopies(t *testing.T) {
	src, err := os.ReadFile("testdata/copies/copies.go")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for i, line := range strings.Split(string(src), "\n") {
		if strings.HasSuffix(line, "// copy") {
			want = append(want, strconv.Itoa(i+1))
		}
	}
	out, _ := exec.Command("go", "vet", "-copylocks", "./testdata/copies").CombinedOutput()
	for _, m := range regexp.MustCompile(`copies\.go:(\d+):\d+: assignment copies lock value`).FindAllSubmatch(out, -1) {
		got = append(got, string(m[1]))
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("go vet reports copies in lines %v, want %v; it said:\n%s", got, want, out)
	}
}
