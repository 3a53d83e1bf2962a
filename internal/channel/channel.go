//go:build !explore

// Package channel has Go's channel operations as functions, as the packages of
// this module use them. Built with the tag explore they are those of the model
// instead, so that every schedule of that code can be tried.
package channel

// Send is c <- v.
func Send[T any](c chan<- T, v T) { c <- v }

// Recv is <-c.
func Recv[T any](c <-chan T) T { return <-c }

// Close is close(c).
func Close[T any](c chan<- T) { close(c) }

// First receives from a or from b, whichever can be received from first, and
// reports whether it was a.
func First[T, U any](a <-chan T, b <-chan U) bool {
	select {
	case <-a:
		return true
	case <-b:
		return false
	}
}

// FirstOfThree receives from a, b or c, whichever can be received from first, and
// returns 0, 1 or 2 to say which it was.
func FirstOfThree[T, U, V any](a <-chan T, b <-chan U, c <-chan V) int {
	select {
	case <-a:
		return 0
	case <-b:
		return 1
	case <-c:
		return 2
	}
}

// TrySend sends v if that can be done at once, and reports whether it did.
func TrySend[T any](c chan<- T, v T) bool {
	select {
	case c <- v:
		return true
	default:
		return false
	}
}

// TryRecv receives if that can be done at once, and reports whether it did.
func TryRecv[T any](c <-chan T) (v T, received bool) {
	select {
	case v = <-c:
		return v, true
	default:
		return v, false
	}
}

// SendOr sends v, or receives from other, whichever can be done first, and reports
// whether it has sent.
func SendOr[T, U any](c chan<- T, v T, other <-chan U) bool {
	select {
	case c <- v:
		return true
	case <-other:
		return false
	}
}

// RecvOr is [First] with the value of the first channel.
func RecvOr[T, U any](c <-chan T, other <-chan U) (v T, received bool) {
	select {
	case v = <-c:
		return v, true
	case <-other:
		return v, false
	}
}
