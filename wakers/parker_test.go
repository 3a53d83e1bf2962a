package wakers

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A parked goroutine that nobody unparks is a deadlock of the bubble, which
// synctest reports: so these tests need no limit of real time.

// wantToken fails t unless p has the token, or has it not. It takes it.
func wantToken(t *testing.T, p *Parker, want bool) {
	t.Helper()
	if got := p.ParkTimeout(0); got != want {
		t.Errorf("token there: %v, want %v", got, want)
	}
}

func TestParkerStartsWithoutToken(t *testing.T) {
	var p Parker
	wantToken(t, &p, false)
	if p.timer != nil || p.signal != nil {
		t.Error("a ParkTimeout(0) got ready to wait")
	}
}

func TestUnparkBeforePark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		p.Unpark()
		p.Park()
		wantToken(t, &p, false) // Park took it
	})
}

func TestManyUnparksAreOneToken(t *testing.T) {
	var p Parker
	for range 3 {
		p.Unpark()
	}
	wantToken(t, &p, true)
	wantToken(t, &p, false)
}

func TestParkWaitsForUnpark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		var returned atomic.Int32
		go func() {
			for range 3 {
				p.Park()
				returned.Add(1)
			}
		}()
		for i := range int32(3) {
			synctest.Wait() // needs the parked goroutine durably blocked
			if got := returned.Load(); got != i {
				t.Fatalf("%d parks returned after %d unparks", got, i)
			}
			p.Unpark()
		}
		synctest.Wait()
		if got := returned.Load(); got != 3 {
			t.Errorf("%d parks returned after 3 unparks", got)
		}
		wantToken(t, &p, false)
	})
}

func TestParkTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		park := func(d, wantWait time.Duration, want bool) {
			t.Helper()
			start := time.Now()
			if got := p.ParkTimeout(d); got != want {
				t.Errorf("ParkTimeout(%v) = %v, want %v", d, got, want)
			}
			if wait := time.Since(start); wait != wantWait {
				t.Errorf("ParkTimeout(%v) waited %v, want %v", d, wait, wantWait)
			}
		}
		unparkIn := func(d time.Duration) {
			go func() {
				time.Sleep(d)
				p.Unpark()
			}()
		}
		park(0, 0, false)
		park(-1, 0, false)
		park(time.Hour, time.Hour, false)
		park(time.Minute, time.Minute, false) // the timer is used again
		unparkIn(time.Second)
		park(time.Minute, time.Second, true)
		if p.timer.Stop() {
			t.Error("the timer was left running: nobody could prove a deadlock before it fires")
		}
		park(time.Hour, time.Hour, false) // what is left of that timer's minute is gone
		p.Unpark()
		park(time.Hour, 0, true)
		p.Unpark()
		park(-1, 0, true)
		unparkIn(time.Hour)
		park(time.Minute, time.Minute, false)
		time.Sleep(time.Hour)
		park(time.Minute, 0, true) // the late token is there for the next park
	})
}

// When an Unpark and the timeout fall together, the token is either reported or
// still there, and never both.
func TestTimeoutAndUnparkExclude(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		for range 1000 {
			unparked := make(chan struct{})
			go func() {
				time.Sleep(time.Second)
				p.Unpark()
				close(unparked)
			}()
			took := p.ParkTimeout(time.Second)
			<-unparked
			if left := p.ParkTimeout(0); took == left {
				t.Fatalf("ParkTimeout took the token: %v, and it was there afterwards: %v", took, left)
			}
		}
	})
}

// The window of that race, held open: the timeout strikes while Unpark has set
// the token and not yet sent its signal.
func TestTimeoutWithinUnpark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		took := make(chan bool, 1)
		go func() { took <- p.ParkTimeout(time.Second) }()
		synctest.Wait()
		p.state.Swap(notified) // the first half of Unpark
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(took) != 0 {
			t.Error("ParkTimeout returned before the signal of the Unpark that it lost to")
		}
		p.signal <- struct{}{} // the second half
		if !<-took {
			t.Error("ParkTimeout did not report the token that came before it gave up")
		}
		wantToken(t, &p, false)
		if p.ParkTimeout(time.Second) { // nor is a signal left
			t.Error("a second park returned for the same Unpark")
		}
	})
}

// Park sees what was done before each Unpark, also before one that found the
// token already there. The race detector judges; virtual time orders the
// goroutines and, other than channels, tells it nothing.
func TestParkSeesWhatEveryUnparkerDid(t *testing.T) {
	t.Run("token there", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var p Parker
			var data [3]int
			for i := range data {
				go func() {
					time.Sleep(time.Duration(i+1) * time.Second)
					data[i] = 1
					p.Unpark()
				}()
			}
			time.Sleep(time.Hour)
			p.Park()
			if data != [3]int{1, 1, 1} {
				t.Errorf("Park saw %v", data)
			}
		})
	})
	t.Run("parked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var p Parker
			var data [3]int
			unpark := func(i int, unpark func()) {
				go func() {
					time.Sleep(time.Duration(i+1) * time.Second)
					data[i] = 1
					unpark()
				}()
			}
			// The first Unpark, with a long time before it sends its signal, in
			// which two more come.
			unpark(0, func() {
				if p.state.Swap(notified) != parked {
					t.Error("not parked")
				}
				time.Sleep(time.Hour)
				p.signal <- struct{}{}
			})
			unpark(1, p.Unpark)
			unpark(2, p.Unpark)
			p.Park()
			if data != [3]int{1, 1, 1} {
				t.Errorf("Park saw %v", data)
			}
			wantToken(t, &p, false)
		})
	})
}

// Many goroutines publish and unpark; one parks until it has seen all. A lost
// unpark is a deadlock.
func TestNoUnparkIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const unparkers, rounds = 4, 2000
		var p Parker
		var sum atomic.Int64
		var turn [unparkers]Parker
		for i := range unparkers {
			go func() {
				for range rounds {
					turn[i].Park()
					sum.Add(1)
					p.Unpark()
				}
			}()
		}
		for round := range int64(rounds) {
			for i := range turn {
				turn[i].Unpark()
			}
			for n := 0; sum.Load() < (round+1)*unparkers; n++ {
				if n > unparkers+1 { // its own unparks, and a token left by the last round
					t.Fatalf("round %d: park returned %d times for %d unparks", round, n, unparkers)
				}
				if round%2 == 0 {
					p.Park()
				} else if !p.ParkTimeout(time.Hour) {
					t.Fatalf("round %d: an hour passed, and %d of %d unparks were seen", round, sum.Load(), (round+1)*unparkers)
				}
			}
		}
	})
}

// Unpark does not wait for the goroutine that has declared itself parked and is
// not yet waiting.
func TestUnparkDoesNotBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		if p.prepare() { // the first half of Park
			t.Fatal("a new Parker has the token")
		}
		p.Unpark()
		p.Unpark()
		<-p.signal // the second half
		p.takeSignalled()
		wantToken(t, &p, false)
	})
}

func TestSecondParkerPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		var wg sync.WaitGroup
		wg.Go(p.Park)
		synctest.Wait()
		wantPanic(t, p.Park, "two goroutines")
		wantPanic(t, func() { p.ParkTimeout(time.Hour) }, "two goroutines")
		p.Unpark() // still serves the first
		wg.Wait()
		wantToken(t, &p, false)
	})
}

// A Parker first used outside a bubble, where the token was always there, has no
// channel yet that would be of no use inside one.
func TestTokenNeedsNoChannel(t *testing.T) {
	var p Parker
	if n := testing.AllocsPerRun(100, func() { p.Unpark(); p.Park() }); n != 0 {
		t.Errorf("unpark and park allocate %v times, want 0", n)
	}
	if p.signal != nil {
		t.Error("a channel was made although the token was there")
	}
}

func TestParking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parking
		var w, clone Waker
		p.InitWaker(&w)
		clone.CloneFrom(&w)
		if !w.WillWake(&clone) {
			t.Error("a clone does not WillWake its source")
		}
		wantToken(t, &p.Parker, false)
		w.WakeByRef()
		wantToken(t, &p.Parker, true)
		w.Drop()
		wantToken(t, &p.Parker, false) // Drop does not wake
		go func() {
			time.Sleep(time.Second)
			clone.Wake()
		}()
		p.Park()
		wantToken(t, &p.Parker, false)
	})
}

func TestNoop(t *testing.T) {
	var w, v, clone Waker
	Noop{}.InitWaker(&w)
	Noop{}.InitWaker(&v)
	clone.CloneFrom(&w)
	if !w.WillWake(&v) || !w.WillWake(&clone) {
		t.Error("all Noop wakers are one, and WillWake says they are not")
	}
	w.WakeByRef()
	w.Wake()
	v.Drop()
	clone.Drop()
}
