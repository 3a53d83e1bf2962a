//go:build !explore

// Package clock is what the packages of this module use of package time. Built
// with the tag explore it is its model instead, in which time is virtual and
// passes as one event among others.
package clock

import "time"

type (
	// Ticker is [time.Ticker].
	Ticker = time.Ticker
	// Timer is [time.Timer].
	Timer = time.Timer
)

// Now is [time.Now].
func Now() time.Time { return time.Now() }

// Sleep is [time.Sleep].
func Sleep(d time.Duration) { time.Sleep(d) }

// NewTicker is [time.NewTicker].
func NewTicker(d time.Duration) *Ticker { return time.NewTicker(d) }

// NewTimer is [time.NewTimer].
func NewTimer(d time.Duration) *Timer { return time.NewTimer(d) }

// AfterFunc is [time.AfterFunc].
func AfterFunc(d time.Duration, f func()) *Timer { return time.AfterFunc(d, f) }
