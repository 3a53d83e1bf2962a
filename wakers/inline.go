package wakers

// What the compiler knows of the costs of functions it has from the packages that
// are imported here, and not from those behind them: without this import it takes
// the atomics of internal/atomic for calls, and inlines less.
import _ "sync/atomic"
