//go:build !explore

// Package sync is package sync, and the go statement, as the packages of this
// module use them. Built with the tag explore it is their model instead, so that
// every schedule of that code can be tried. An ordinary build has only other
// names for the same types.
package sync

import "sync"

type (
	// Cond is [sync.Cond].
	Cond = sync.Cond
	// Locker is [sync.Locker].
	Locker = sync.Locker
	// Map is [sync.Map].
	Map = sync.Map
	// Mutex is [sync.Mutex].
	Mutex = sync.Mutex
	// Once is [sync.Once].
	Once = sync.Once
	// WaitGroup is [sync.WaitGroup].
	WaitGroup = sync.WaitGroup
)

// NewCond is [sync.NewCond].
func NewCond(l Locker) *Cond { return sync.NewCond(l) }

// Go starts a goroutine that runs f.
func Go(f func()) { go f() }
