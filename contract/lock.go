package contract

// A visibleLock is a mutex that testing/synctest, or the Stage, can see through: a
// driver holds one while it calls the subject, which may wait for ever.
type visibleLock chan struct{}

// newLock makes a lock for the goroutines of the run.
func (r *run) newLock() StageLock {
	if r.stage != nil {
		return r.stage.Lock()
	}
	return make(visibleLock, 1)
}

func (l visibleLock) Lock()   { l <- struct{}{} }
func (l visibleLock) Unlock() { <-l }

func (l visibleLock) TryLock() bool {
	select {
	case l <- struct{}{}:
		return true
	default:
		return false
	}
}
