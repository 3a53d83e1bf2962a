//go:build explore

package verified

import (
	"github.com/wakecheck/wakecheck/explore"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/wakers"
)

var channelMutants = []mutant{
	{"F21", looksForTheEndLast, explore.Assertion, channelCopyEnds},
	{"F21", looksThenTakes, explore.Assertion, channelCopyTakes},
}

// A channelCopy is a channel for one value in short, which may be taken back.
type channelCopy struct {
	mistake string
	full    atomic.Bool
	ended   atomic.Bool // there will be no value after this
	cell    wakers.Cell
}

const (
	looksForTheEndLast = "a receive that finds no value looks if that is the end"
	looksThenTakes     = "looks if there is a value, then takes it"
)

func (c *channelCopy) send() {
	c.full.Store(true)
	c.cell.Wake()
}

func (c *channelCopy) end() {
	c.ended.Store(true)
	c.cell.Wake()
}

// take reports whether there was a value: then whoever asks has it.
func (c *channelCopy) take() bool {
	if c.mistake != looksThenTakes {
		return c.full.CompareAndSwap(true, false)
	}
	if !c.full.Load() {
		return false
	}
	c.full.Store(false)
	return true
}

// Poll answers with the number of values: none is the end.
func (c *channelCopy) Poll(cx *futures.Context) (int, bool) {
	c.cell.Register(cx.Waker())
	ended := c.mistake != looksForTheEndLast && c.ended.Load()
	if c.take() {
		return 1, true
	}
	if c.mistake == looksForTheEndLast {
		ended = c.ended.Load()
	}
	return 0, ended
}

// channelCopyEnds sends a value, and then there is no other.
func channelCopyEnds(x threads, mistake string) {
	c := &channelCopy{mistake: mistake}
	x.Go("sender", func() { c.send(); c.end() })
	x.Assert(blockOnCopy(newParkerCopy(""), c) == 1)
}

// channelCopyTakes takes back a value that is received.
func channelCopyTakes(x threads, mistake string) {
	c := &channelCopy{mistake: mistake}
	var g group
	back := false
	g.run(x, "sender", func() {
		c.send()
		back = c.take()
		c.end()
	})
	got := blockOnCopy(newParkerCopy(""), c)
	g.wait()
	x.Assert(back == (got == 0))
}
