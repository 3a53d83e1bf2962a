package sync_test

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

func TestPool(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var p sync.Pool
		if got := p.Get(); got != nil {
			t.Error("an empty pool had", got)
		}
		p.Put(nil)
		p.Put("a")
		if got := p.Get(); got != "a" && got != nil { // Go's may have lost it
			t.Error(got)
		}
		p.New = func() any { return "new" }
		if got := p.Get(); got != "new" {
			t.Error(got)
		}
	})
}

// Who goes on using what he has put meets who got it.
func TestUseAfterPut(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		p := sync.Pool{New: func() any { return new([]string) }}
		var got [2]string
		for i := range got {
			e.Go("user", func() {
				buf := p.Get().(*[]string)
				*buf = append(*buf, fmt.Sprint(i))
				p.Put(buf)
				e.Yield("use after put")
				got[i] = fmt.Sprint(*buf)
			}, engine.Worker)
		}
		return func() string { return fmt.Sprint(got[0] == "[0]" && got[1] == "[1]") }
	}, none, 6, "true", "false")
}

var globalPool sync.Pool

func TestPoolBeginsEmpty(t *testing.T) {
	enginetest.Check(t, func(e *engine.Engine) func() string {
		var got any
		e.Go("putter", func() { globalPool.Put("left over") }, engine.Worker)
		e.Go("getter", func() { got = globalPool.Get() }, engine.Worker)
		return func() string { return fmt.Sprint(got) }
	}, none, 2, "<nil>", "left over")
}

func TestPutHappensBeforeGet(t *testing.T) {
	var p sync.Pool
	var data, other cell
	races(t, false, func() { data.write(); p.Put(1) }, func() {
		if p.Get() != nil {
			data.read()
		}
	})
	races(t, true, func() { data.write(); p.Put(1) }, func() {
		if p.Get() == nil {
			data.read()
		}
	})
	// Another's value says nothing about what came before the one before it.
	races(t, true, func() { other.write(); p.Put("other") }, func() { p.Put("mine") }, func() {
		if p.Get() == "mine" {
			other.read()
		}
	})
}
