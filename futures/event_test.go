package futures_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

// Random polls by changing wakers, drops and one Fire, against the plain
// sentence: the latest waker of each pending wait is kept and woken once.
func TestEventAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const nobody = -1
		var e futures.Event
		probes := []*probe{newProbe(rt), newProbe(rt), newProbe(rt)}
		wakes := make([]int, len(probes))
		waits := make([]futures.Future[struct{}], rapid.IntRange(1, 6).Draw(rt, "waits"))
		latest := make([]int, len(waits)) // which probe each wait keeps
		over := make([]bool, len(waits))  // ready or dropped
		for i := range waits {
			waits[i], latest[i] = e.Wait(), nobody
		}
		steps := map[string]func(*rapid.T){
			"poll": func(rt *rapid.T) {
				i := rapid.IntRange(0, len(waits)-1).Draw(rt, "wait")
				p := rapid.IntRange(0, len(probes)-1).Draw(rt, "waker")
				if over[i] {
					rt.Skip("over")
				}
				if _, ready := waits[i].Poll(probes[p].cx); ready != e.Fired() {
					rt.Fatalf("ready: %v, fired: %v", ready, e.Fired())
				}
				if over[i] = e.Fired(); !over[i] {
					latest[i] = p
				}
			},
			"drop": func(rt *rapid.T) {
				i := rapid.IntRange(0, len(waits)-1).Draw(rt, "wait")
				if over[i] {
					rt.Skip("over")
				}
				futures.Drop(waits[i])
				over[i], latest[i] = true, nobody
			},
			"": func(rt *rapid.T) {
				kept := make([]int, len(probes))
				for _, p := range latest {
					if p != nobody {
						kept[p]++
					}
				}
				for i, p := range probes {
					if p.Wakes() != wakes[i] || p.kept() != kept[i] {
						rt.Fatalf("waker %d: %d wakes and %d kept, want %d and %d", i, p.Wakes(), p.kept(), wakes[i], kept[i])
					}
				}
			},
		}
		rt.Repeat(steps)
		e.Fire()
		for i, p := range latest {
			if p != nobody {
				wakes[p]++
				latest[i] = nobody
			}
		}
		rt.Repeat(steps)
		for i, f := range waits {
			if !over[i] {
				futures.Drop(f)
			}
		}
	})
}

func TestEventWakesAllThoughOneWakerPanics(t *testing.T) { // F14
	var e futures.Event
	before, after := newProbe(t), newProbe(t)
	mustPend(t, e.Wait(), before)
	e.Wait().Poll((&odd{onWake: func() { panic("wake") }}).context())
	mustPend(t, e.Wait(), after)
	if v := mustPanic(t, e.Fire); v != "wake" {
		t.Errorf("Fire panicked with %v, want the panic of the waker", v)
	}
	before.want(t, "listed before", 1, 0)
	after.want(t, "listed after", 1, 0)
}

func TestEventWokenTasksSeeWhatWasDoneBefore(t *testing.T) { // F22, F23
	const tasks = 8
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			var e futures.Event
			var wg sync.WaitGroup
			payload := 0 // plain: the race detector checks the order
			for range tasks {
				wg.Go(func() {
					block(e.Wait())
					if payload != 1 {
						t.Error("woken before the event happened")
					}
				})
			}
			payload = 1
			e.Fire()
			wg.Wait() // a lost wake is a deadlock of the bubble
		})
	}
}
