package time

import (
	"time"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Now returns the virtual time.
func Now() Time {
	e := engine.Cur
	if e == nil {
		return time.Now()
	}
	begin(e)
	e.Read(clock.nowObj, "now")
	if e.Recording() {
		e.Note("= +%s", clock.now)
	}
	return beginning.Add(clock.now)
}

// Since returns how much time has passed since t.
func Since(t Time) Duration {
	if engine.Cur == nil {
		return time.Since(t)
	}
	return Now().Sub(t)
}

// Until returns how much time is left until t.
func Until(t Time) Duration {
	if engine.Cur == nil {
		return time.Until(t)
	}
	return t.Sub(Now())
}

// Sleep blocks until d has passed. If d is not positive it returns at once.
func Sleep(d Duration) {
	e := engine.Cur
	switch {
	case e == nil:
		time.Sleep(d)
		return
	case d <= 0:
		e.Yield("sleep")
		return
	}
	begin(e)
	e.Write(clock.o, "sleep")
	if e.Recording() {
		e.Note("%s", d)
	}
	var t *timer
	if n := len(clock.awake); n > 0 {
		t = clock.awake[n-1]
		clock.awake = clock.awake[:n-1]
	} else {
		t = &timer{}
		clock.sleeps = append(clock.sleeps, t)
	}
	t.sleeper = e.Self()
	t.start(e, d, 0)
	e.Await(clock.o, "wait for the end of the sleep")
	clock.awake = append(clock.awake, t)
}
