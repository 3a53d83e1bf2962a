package primitives_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// The value that was sent is received, taken back or still there, and never two of
// these.
func TestOneshotModel(t *testing.T) { // F1, F2, F4, F11, F21, F23
	rapid.Check(t, func(rt *rapid.T) {
		s, r := primitives.NewOneshot[int]()
		ts := &tasks{rt: rt}
		var sent, full, gone bool
		received, takenBack := 0, 0
		ts.start("receive", 7, erase[futures.Result[int]](r))
		receiver := ts.all[0]
		wake := func(t *task) {
			if t.waits {
				t.waits, t.woken = false, true
			}
		}
		leave := func() {
			gone = true
			for _, t := range ts.all {
				if t != receiver {
					wake(t)
				}
			}
		}
		answer := func() (int, error) {
			if !full {
				return 0, primitives.ErrClosed
			}
			full = false
			received++
			return 7, nil
		}
		for range rapid.IntRange(0, 20).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"poll", "poll", "poll", "drop", "gone", "try", "send", "close", "take back"}).Draw(rt, "step") {
			case "gone":
				ts.start("gone", 0, erase(s.Gone()))
			case "poll":
				t := ts.pick()
				switch {
				case t == nil:
				case t != receiver:
					if gone {
						ts.poll(t, struct{}{}, true)
					} else {
						ts.poll(t, nil, false)
					}
				case sent:
					v, err := answer()
					leave()
					ts.poll(t, futures.Result[int]{Value: v, Err: err}, true)
				default:
					ts.poll(t, nil, false)
				}
			case "drop":
				if t := ts.pick(); t != nil {
					if t == receiver {
						leave()
					}
					ts.drop(t)
				}
			case "try":
				if gone {
					continue
				}
				wantV, wantErr := 0, primitives.ErrEmpty
				if sent {
					wantV, wantErr = answer()
					leave()
				}
				if v, err := r.TryReceive(); v != wantV || err != wantErr {
					rt.Fatalf("TryReceive: %d, %v, want %d, %v", v, err, wantV, wantErr)
				}
				if gone {
					receiver.waits = false
					ts.end(receiver)
				}
			case "send":
				var want error
				if sent || gone {
					want = primitives.ErrClosed
				} else {
					sent, full = true, true
					wake(receiver)
				}
				if err := s.Send(7); err != want {
					rt.Fatalf("Send: %v, want %v", err, want)
				}
			case "close":
				if sent = true; !gone {
					wake(receiver)
				}
				s.Close()
			case "take back":
				want := full
				full = false
				v, ok := s.TakeBack()
				if ok != want || ok && v != 7 {
					rt.Fatalf("TakeBack: %d, %v, want %v", v, ok, want)
				}
				if ok {
					takenBack++
				}
			}
			ts.checkAll()
		}
		if received+takenBack > 1 {
			rt.Errorf("received %d times and taken back %d times", received, takenBack)
		}
		for len(ts.all) > 0 {
			if ts.all[0] == receiver {
				leave()
			}
			ts.drop(ts.all[0])
		}
		if _, ok := s.TakeBack(); ok != full {
			rt.Errorf("TakeBack at the end: %v, want %v", ok, full)
		}
	})
}

// The waker of one who waits for the receiver's end panics in the poll that answers:
// the value is there for the next poll.
func TestOneshotKeepsTheValueOfAPanickedPoll(t *testing.T) { // F14, F21
	s, r := primitives.NewOneshot[int]()
	p := newProbe(t)
	s.Gone().Poll((&odd{onWake: func() { panic("wake") }}).context())
	s.Send(7)
	mustPanic(t, func() { r.Poll(p.cx) })
	if got := mustBeReady(t, r, p); got.Value != 7 || got.Err != nil {
		t.Errorf("received %+v, want 7", got)
	}
}
