//go:build explore

// Package sync is the model of package sync, and of the go statement.
package sync

import (
	"github.com/wakecheck/wakecheck/explore/shim/runtime"
	"github.com/wakecheck/wakecheck/explore/shim/sync"
)

type (
	// Mutex is the model of [sync.Mutex].
	Mutex = sync.Mutex
	// WaitGroup is the model of [sync.WaitGroup].
	WaitGroup = sync.WaitGroup
)

// Go starts a thread that runs f.
func Go(f func()) { runtime.Go(f) }
