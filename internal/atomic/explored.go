//go:build explore

// Package atomic is the model of package sync/atomic.
package atomic

import "github.com/wakecheck/wakecheck/explore/shim/atomic"

type (
	// Bool is the model of [atomic.Bool].
	Bool = atomic.Bool
	// Int32 is the model of [atomic.Int32].
	Int32 = atomic.Int32
	// Int64 is the model of [atomic.Int64].
	Int64 = atomic.Int64
	// Uint32 is the model of [atomic.Uint32].
	Uint32 = atomic.Uint32
	// Pointer is the model of [atomic.Pointer].
	Pointer[T any] = atomic.Pointer[T]
)
