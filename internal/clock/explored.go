//go:build explore

// Package clock is the model of package time.
package clock

import "github.com/wakecheck/wakecheck/explore/shim/time"

type (
	// Ticker is the model of [time.Ticker].
	Ticker = time.Ticker
	// Timer is the model of [time.Timer].
	Timer = time.Timer
)

// Now is the virtual time.
func Now() time.Time { return time.Now() }

// Sleep is the model of [time.Sleep].
func Sleep(d time.Duration) { time.Sleep(d) }

// NewTicker is the model of [time.NewTicker].
func NewTicker(d time.Duration) *Ticker { return time.NewTicker(d) }

// NewTimer is the model of [time.NewTimer].
func NewTimer(d time.Duration) *Timer { return time.NewTimer(d) }

// AfterFunc is the model of [time.AfterFunc].
func AfterFunc(d time.Duration, f func()) *Timer { return time.AfterFunc(d, f) }
