//go:build explore

package verified

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

// A lifeline tells an executor that parks whether anybody is left who could wake
// it. It is a parker, and a count of its handles; the executor's own is one of
// them, and makes no others. Handles are cloned only from handles that live.
//
// The executor's verdict after a poll that was pending: it is the only handle, and
// then, the token is not there. In this order: a handle that is gone has woken
// before if it ever will, so what the second look sees is final. And whoever drops
// the last other handle unparks the executor, which may have parked while there
// still was one.
type lifeline struct {
	parker wakers.Parker
	refs   atomic.Int32

	mistake string
	wakes   int // made, as a ghost
}

const (
	tokenFirst = "looks for the token, then at the count"
	untold     = "the last to drop tells nobody"
)

func (l *lifeline) wake() {
	l.parker.Unpark()
	l.wakes++
	l.drop()
}

func (l *lifeline) drop() {
	if l.refs.Add(-1) == 1 && l.mistake != untold {
		l.parker.Unpark()
	}
}

// cloneAndWake makes a second handle and ends both.
func (l *lifeline) cloneAndWake() {
	l.refs.Add(1)
	l.drop()
	l.wake()
}

// run polls a future that is always pending. It returns when it is proved that it
// will never be woken again: how many of the wakes the last poll has paid.
func (l *lifeline) run() (paid int) {
	for {
		paid = l.wakes // the poll
		hangs := false
		if l.mistake == tokenFirst {
			if l.parker.ParkTimeout(0) {
				continue
			}
			hangs = l.refs.Load() == 1
		} else if l.refs.Load() == 1 {
			if l.parker.ParkTimeout(0) {
				continue
			}
			hangs = true
		}
		if hangs {
			return paid
		}
		l.parker.Park()
	}
}

// hangs lets each f end a handle, and looks at the verdict: it must come, and no
// wake may be left unpaid.
func hangs(x *explore.X, l *lifeline, fs ...func()) {
	l.refs.Add(int32(1 + len(fs)))
	var g group
	for i, f := range fs {
		g.run(x, fmt.Sprint("handle ", i+1), f)
	}
	paid := l.run()
	g.wait()
	x.Assert(paid == l.wakes)
}

func TestHangByCounts(t *testing.T) {
	var list []scenario
	counts := [][][2]int{ // by handles and those of them that wake: complete and blocked
		{{5, 0}, {19, 0}},
		{{21, 0}, {83, 0}, {538, 0}},
		{{139, 0}, {555, 0}, {3412, 0}, {31104, 0}},
	}
	for n := 1; n <= 3; n++ {
		for woken := range n + 1 {
			count := counts[n-1][woken]
			list = append(list, scenario{fmt.Sprintf("handles: %d, of which wake: %d", n, woken), func(x *explore.X) {
				l := new(lifeline)
				var fs []func()
				for i := range n {
					if i < woken {
						fs = append(fs, l.wake)
					} else {
						fs = append(fs, l.drop)
					}
				}
				hangs(x, l, fs...)
			}, count[0], count[1]})
		}
	}
	prove(t, list)
	prove(t, []scenario{
		{"a handle is cloned", func(x *explore.X) {
			l := new(lifeline)
			hangs(x, l, l.cloneAndWake)
		}, 51, 0},
		{"a handle is cloned while another one wakes", func(x *explore.X) {
			l := new(lifeline)
			hangs(x, l, l.cloneAndWake, l.wake)
		}, 2382, 0},
	})
}

// The two parts of the rule that one is tempted to leave out, or to turn round.
func TestHangByCountsInTheWrongWay(t *testing.T) {
	for _, m := range []struct {
		mistake     string
		fault       explore.Fault
		preemptions int
		steps       int
	}{
		{tokenFirst, explore.Assertion, 1, 7},
		{untold, explore.Deadlock, 1, 8},
	} {
		t.Run(m.mistake, func(t *testing.T) {
			f := fails(t, m.fault, func(x *explore.X) {
				l := &lifeline{mistake: m.mistake}
				hangs(x, l, l.wake)
			})
			if f.Preemptions != m.preemptions || len(f.Steps) != m.steps {
				t.Errorf("%d preemptions and %d steps; want %d and %d\n%v", f.Preemptions, len(f.Steps), m.preemptions, m.steps, f)
			}
		})
	}
}
