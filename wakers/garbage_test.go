//go:build !explore

package wakers

import (
	"testing"
	"testing/synctest"
	"time"
)

// It is about the real timer, and not about the model that the tag puts in its
// place.
func TestParkTimeoutMakesNoGarbage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Parker
		p.ParkTimeout(time.Second)
		if n := testing.AllocsPerRun(100, func() { p.ParkTimeout(time.Second) }); n != 0 {
			t.Errorf("ParkTimeout allocates %v times, want 0", n)
		}
	})
}
