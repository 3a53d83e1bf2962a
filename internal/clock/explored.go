//go:build explore

// Package clock is the model of package time.
package clock

import "github.com/wakecheck/wakecheck/explore/shim/time"

// Timer is the model of [time.Timer].
type Timer = time.Timer

// Now is the virtual time.
func Now() time.Time { return time.Now() }

// NewTimer is the model of [time.NewTimer].
func NewTimer(d time.Duration) *Timer { return time.NewTimer(d) }

// AfterFunc is the model of [time.AfterFunc].
func AfterFunc(d time.Duration, f func()) *Timer { return time.AfterFunc(d, f) }
