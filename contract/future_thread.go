package contract

// goInside notes that this thread of the Stage is in a call of the future, until the
// function that it returns is called.
func (f *futureRun) goInside(thread int) (leave func()) {
	if f.stage == nil {
		return func() {}
	}
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	self := f.stage.Self()
	outer, nested := f.inside[self]
	f.inside[self] = thread
	return func() {
		f.stateMu.Lock()
		defer f.stateMu.Unlock()
		if delete(f.inside, self); nested {
			f.inside[self] = outer
		}
	}
}

const panicsName = "contract.(*futureRun).panics"

// thread returns the thread of a call on a handle: that of the poll if it is
// made inside the future's Poll, that of the driver inside its Drop, or one of
// the future's own. Only for a wake it matters enough to look for the Poll on
// the stack. On a Stage it is known.
func (f *futureRun) thread(k Kind) int {
	if f.stage != nil {
		f.stateMu.Lock()
		defer f.stateMu.Unlock()
		if thread, in := f.inside[f.stage.Self()]; in {
			return thread
		}
		return -1
	}
	polling, dropping := f.polling.Load(), f.dropping.Load()
	if !polling && !dropping || (k == Wake || k == WakeByRef) && !onStack(panicsName) {
		return -1
	}
	if dropping {
		return 0
	}
	f.stateMu.Lock()
	defer f.stateMu.Unlock()
	return f.onThread
}
