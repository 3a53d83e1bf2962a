package executor

import (
	"testing"

	"github.com/wakecheck/wakecheck/futures"
)

func TestSpinNeedsNoWake(t *testing.T) {
	f := futures.NewSilent(5)
	if v, polls := Spin(f); v != 5 || polls != 6 || f.Polls() != 6 {
		t.Errorf("got %d after %d polls (the future counts %d), want 5 after 6", v, polls, f.Polls())
	}
}

func TestSpinLetsOthersRun(t *testing.T) {
	var e futures.Event
	go e.Fire()
	Spin(e.Wait())
}

func TestSpinPassesAPanicOn(t *testing.T) {
	p := newProbe(t, func(p *probe, _ *futures.Context) bool {
		if n, _ := p.counts(); n == 3 {
			panic("third poll")
		}
		return false
	})
	panics(t, "third poll", func() { Spin(p) })
	p.expect(3, 1)
}
