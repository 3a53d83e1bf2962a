//go:build explore

// Package sync is the model of package sync, and of the go statement.
package sync

import (
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

type (
	// Cond is the model of [sync.Cond].
	Cond = sync.Cond
	// Locker is [sync.Locker].
	Locker = sync.Locker
	// Map is the model of [sync.Map].
	Map = sync.Map
	// Mutex is the model of [sync.Mutex].
	Mutex = sync.Mutex
	// Once is the model of [sync.Once].
	Once = sync.Once
	// WaitGroup is the model of [sync.WaitGroup].
	WaitGroup = sync.WaitGroup
)

// NewCond is the model of [sync.NewCond].
func NewCond(l Locker) *Cond { return sync.NewCond(l) }

// Go starts a thread that runs f.
func Go(f func()) { runtime.Go(f) }
