// Package channel is Go's channel operations, for code whose schedules are
// explored. They work on ordinary channels of any type, so a channel that comes
// from elsewhere, as that of a context, can be used too:
//
//	c := make(chan int, 1)
//	channel.Send(c, 1)             // c <- 1
//	v := channel.Recv(c)           // v := <-c
//	v, ok := channel.Recv2(c)      // v, ok := <-c
//	for v := range channel.Range(c) // for v := range c
//	channel.Close(c)               // close(c)
//
//	switch channel.Select(false, channel.RecvCase(c, &v, &ok), channel.SendCase(d, x)) {
//	case 0: // v, ok := <-c
//	case 1: // d <- x
//	}
//
// In an execution that is explored each is a scheduling point, and blocks the
// logical thread where Go's blocks the goroutine; otherwise each is Go's.
//
// # The model
//
// The values of a buffered channel are kept in the channel itself; a plain send
// waits for room and a plain receive for a value. Which of several waiting
// threads goes first is a choice, since none of them can know that it came
// before another one. On an unbuffered channel, and in a select, a thread that
// finds nobody to meet queues, and the first in the queue is served first, as in
// Go. Of the cases of a select that can go on each is tried.
//
// One order that Go keeps is not kept: a select that waits to receive from a
// buffered channel, or to send to it, is served before plain operations that wait
// for the same, also if they came first. Only a check that lets the program come to
// rest between its steps, as those of explore/driver do, could know that they did.
//
// A channel is its own in each execution if it is made there. One that was made
// before is taken as it is: if it is closed, or holds values, it is ready. What
// goroutines outside of the exploration do to a channel meanwhile is not seen.
//
// Happens-before is that of https://go.dev/ref/mem: a send before the receive
// of its value, a close before a receive that finds the channel closed, and the
// k-th receive before the end of send k+cap.
package channel
