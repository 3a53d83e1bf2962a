package engine_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
)

// With nobody to wait for, to settle is no choice.
func TestSettleAlone(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var x, y atomic.Int32
		outcome := []byte("00")
		e.Settle()
		e.Settle()
		e.Go("x", func() { x.Store(1); outcome[0] += byte(y.Load()) }, engine.Worker)
		e.Go("y", func() { y.Store(1); outcome[1] += byte(x.Load()) }, engine.Worker)
		return func() string { return string(outcome) }
	}, engine.Limits{}, 3, "01", "10", "11")
}
