package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/contract"
)

func TestTourLearns(t *testing.T) {
	l, err := learn(time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(l.Noop); n != 4 || !l.Noop[3].Ready || l.Noop[2].Ready || l.Noop[3].Value != 3 {
		t.Errorf("Countdown(3) by hand: %+v", l.Noop)
	}
	if n := len(l.Counted); n != 6 || l.Counted[5].Wakes != 5 || !l.Counted[5].Ready || l.Counted[0].Wakes != 1 {
		t.Errorf("Countdown(5) counted: %+v", l.Counted)
	}
	if len(l.Parked) != 6 || !strings.HasSuffix(l.Parked[5], ": ready") {
		t.Errorf("the parked thread: %q", l.Parked)
	}
	if l.Silent.Ready || l.Silent.Wakes != 0 || l.Silent.Live != 0 {
		t.Errorf("the silent future: %+v", l.Silent)
	}
	if law := l.Silent.Law; law.Law != "F1" || law.Verdict != contract.Violated || law.Evidence != contract.NoHandle || law.Blame != "future" {
		t.Errorf("the silent future violates F1 with no handle left and is to blame, but package contract says %+v", law)
	}
	if l.Spin.Polls < 1 || l.BlockOn.Polls < 1 || l.BlockOn.Polls > 2 {
		t.Errorf("Spin polled %d times, BlockOn %d; want at least 1, and 1 or 2", l.Spin.Polls, l.BlockOn.Polls)
	}
}

func TestTourTells(t *testing.T) {
	l, err := learn(0)
	if err != nil {
		t.Fatal(err)
	}
	l.Wait = patient
	l.Spin = patience{Polls: 1687177, CPU: 205680 * time.Microsecond, CPUSeen: true, Took: 200 * time.Millisecond}
	l.BlockOn = patience{Polls: 2, Took: 200 * time.Millisecond}
	var b strings.Builder
	if err := l.tell(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "blame: future") {
		t.Errorf("the tour does not say who is to blame:\n%s", b.String())
	}
	l.Silent.Law = contract.Result{} // its text is not ours
	b.Reset()
	if err := l.tell(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "tour.txt", b.String())
}

func TestTourJSON(t *testing.T) {
	tr := newTrial(t)
	tr.want(t, 0, []string{"tour", "-json"})
	var l lesson
	if err := json.Unmarshal(tr.out.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if l.Version != 1 || l.BlockOn.Polls == 0 {
		t.Errorf("the document is %s", tr.out.String())
	}
}
