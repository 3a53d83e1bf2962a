//go:build explore

// Package channel has the model of Go's channel operations.
package channel

import "github.com/wakecheck/wakecheck/explore/shim/channel"

// Send is the model of c <- v.
func Send[T any](c chan<- T, v T) { channel.Send(c, v) }

// Recv is the model of <-c.
func Recv[T any](c <-chan T) T { return channel.Recv(c) }

// Close is the model of close(c).
func Close[T any](c chan<- T) { channel.Close(c) }

// First is the model of a select with two receives.
func First[T, U any](a <-chan T, b <-chan U) bool {
	return channel.Select(false, channel.RecvCase(a, nil, nil), channel.RecvCase(b, nil, nil)) == 0
}

// FirstOfThree is the model of a select with three receives.
func FirstOfThree[T, U, V any](a <-chan T, b <-chan U, c <-chan V) int {
	return channel.Select(false, channel.RecvCase(a, nil, nil), channel.RecvCase(b, nil, nil), channel.RecvCase(c, nil, nil))
}

// TrySend is the model of a select with a send and a default.
func TrySend[T any](c chan<- T, v T) bool {
	return channel.Select(true, channel.SendCase(c, v)) == 0
}

// TryRecv is the model of a select with a receive and a default.
func TryRecv[T any](c <-chan T) (v T, received bool) {
	received = channel.Select(true, channel.RecvCase(c, &v, nil)) == 0
	return v, received
}

// SendOr is the model of a select with a send and a receive.
func SendOr[T, U any](c chan<- T, v T, other <-chan U) bool {
	return channel.Select(false, channel.SendCase(c, v), channel.RecvCase(other, nil, nil)) == 0
}

// RecvOr is the model of a select with two receives, with the value of the first.
func RecvOr[T, U any](c <-chan T, other <-chan U) (v T, received bool) {
	received = channel.Select(false, channel.RecvCase(c, &v, nil), channel.RecvCase(other, nil, nil)) == 0
	return v, received
}
