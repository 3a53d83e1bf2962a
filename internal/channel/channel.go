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
