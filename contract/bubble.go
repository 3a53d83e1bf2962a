package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An ending says how a run in a bubble ended.
type ending struct {
	deadlock string // what synctest said: all blocked, or goroutines are left
	panicked any    // a panic of the body, with stack
	goexit   bool
	lost     string // if not empty: the run did not settle, and what its goroutines were doing
	why      string // lost: what may be the reason
	stuck    bool   // lost, and every goroutine of the run was waiting
	raced    bool   // the race detector reported a data race
}

// A bubbler runs one body after the other, each in a testing/synctest bubble of
// its own. All bubbles have the same root goroutine, by whose number the
// stacks of a bubble can be found from outside.
type bubbler struct {
	bodies chan func(testing.TB)
	ended  chan ending
	root   string // the number of the root
	timer  *time.Timer
	door   Door // what is run, for advice
	opaque bool // the subject is declared to park where testing/synctest cannot see it
}

// lookAfter is when a run that has not ended is looked at. Time only chooses
// when to look, never what is said.
const lookAfter = 200 * time.Millisecond

// looks is how often a run that makes no visible progress is looked at before
// it is given up as lost.
const looks = 50

func newBubbler() *bubbler {
	b := &bubbler{timer: time.NewTimer(time.Hour)}
	b.start()
	return b
}

func (b *bubbler) start() {
	b.bodies, b.ended = make(chan func(testing.TB)), make(chan ending, 1)
	root := make(chan string)
	go serve(b.bodies, b.ended, root)
	b.root = <-root
}

func serve(bodies chan func(testing.TB), ended chan ending, root chan string) {
	root <- goroutineID()
	inside := false
	defer func() {
		if inside { // synctest.Test ends its caller if the race detector has failed the test
			ended <- ending{raced: true}
		}
	}()
	for body := range bodies {
		inside = true
		e := bubble(body)
		inside = false
		ended <- e
	}
}

// close ends the root goroutine.
func (b *bubbler) close() { close(b.bodies); b.timer.Stop() }

// run runs body in a bubble. It returns when the bubble has ended, or when its
// goroutines can be shown never to end; look is called each time that the run
// is looked at, and returns how far the run is.
func (b *bubbler) run(body func(testing.TB), look func() int) ending {
	b.bodies <- body
	b.timer.Reset(lookAfter)
	before, far := "", 0
	for n := 1; ; n++ {
		select {
		case e := <-b.ended:
			if e.raced {
				b.start()
			}
			return e
		case <-b.timer.C:
		}
		if now := look(); now > far {
			n, far = 1, now
		}
		b.timer.Reset(lookAfter)
		all, why, dump := b.waiting()
		stuck := all && dump == before
		before = dump
		if !stuck && n < looks {
			continue
		}
		select {
		case e := <-b.ended: // it ended while it was looked at
			return e
		default:
		}
		close(b.bodies)
		b.start()
		if dump == "" {
			dump = "nothing but waiting for what the check itself does"
		}
		return ending{lost: dump, why: why, stuck: stuck}
	}
}

// waiting reports whether every goroutine of the running bubble waits, in one
// instant, for another one of it. It returns what they do, those first that run, then
// those that wait where testing/synctest cannot see it, and why the run may not settle.
func (b *bubbler) waiting() (all bool, why, dump string) {
	gs := goroutines()
	bubble := ""
	for _, g := range gs {
		if g.id == b.root {
			bubble = g.bubble
		}
	}
	var running, unseen, others []string
	outward, locked, asleep := false, false, false
	for _, g := range gs {
		if g.bubble != bubble || g.id == b.root || strings.Contains(g.stack, "testing/synctest.testingSynctestTest") {
			continue
		}
		asleep = asleep || g.state == "sleep"
		locked = locked || g.waitsForLock()
		switch {
		case g.harness():
		case g.waits() && !g.inside:
			outward = outward || !g.waitsForLock()
			unseen = append(unseen, g.stack)
		case g.waits():
			others = append(others, g.stack)
		default:
			running = append(running, g.stack)
		}
	}
	why = "a goroutine runs on and on"
	if b.door == ExecutorDoor {
		why += "; declare Busy if the executor polls without wakes"
	}
	switch {
	case outward && !b.opaque:
		why = "it waits for something outside its bubble, or parks through linkname" + ifOpaque(b.door, ": then declare Opaque")
	case locked && asleep:
		why = "virtual time stands still while a goroutine waits for a lock" + ifOpaque(b.door, ": declare Opaque")
	}
	all = bubble != "" && othersWait(gs, b.root, map[string]bool{goroutineID(): true}) && (!outward || b.opaque)
	return all, why, strings.Join(slices.Concat(running, unseen, others), "\n\n")
}

// bubble runs body in a fresh bubble on this goroutine.
func bubble(body func(testing.TB)) (e ending) {
	returned := false
	defer func() {
		if p := recover(); p != nil {
			e.deadlock = fmt.Sprint(p) // only synctest itself panics here
		}
	}()
	synctest.Test(new(testing.T), func(t *testing.T) {
		ended := make(chan struct{})
		go func() { // a goroutine of its own may end by Goexit: the test's must not
			defer close(ended)
			defer func() {
				if p := recover(); p != nil {
					e.panicked = p
				} else if !returned {
					e.goexit = true
				}
			}()
			body(t)
			returned = true
		}()
		<-ended
	})
	return e
}
