//go:build !explore

// Package atomic is package sync/atomic, as the packages of this module use it.
// Built with the tag explore it is its model instead, so that every schedule of
// that code can be tried. An ordinary build has only other names for the same
// types.
package atomic

import "sync/atomic"

type (
	// Bool is [atomic.Bool].
	Bool = atomic.Bool
	// Int32 is [atomic.Int32].
	Int32 = atomic.Int32
	// Int64 is [atomic.Int64].
	Int64 = atomic.Int64
	// Uint32 is [atomic.Uint32].
	Uint32 = atomic.Uint32
	// Pointer is [atomic.Pointer].
	Pointer[T any] = atomic.Pointer[T]
)
