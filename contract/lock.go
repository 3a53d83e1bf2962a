package contract

// A visibleLock is a mutex that testing/synctest can see through: a driver holds
// one while it calls the subject, which may wait for ever.
type visibleLock chan struct{}

func newVisibleLock() visibleLock { return make(visibleLock, 1) }

func (l visibleLock) lock()   { l <- struct{}{} }
func (l visibleLock) unlock() { <-l }

func (l visibleLock) tryLock() bool {
	select {
	case l <- struct{}{}:
		return true
	default:
		return false
	}
}
