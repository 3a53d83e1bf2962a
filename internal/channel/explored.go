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
