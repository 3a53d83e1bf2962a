package channel

import (
	"iter"
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Send is c <- v. It blocks until v has been received or put into the buffer,
// for ever if c is nil, and panics if c is closed.
func Send[C ~chan T | ~chan<- T, T any](c C, v T) {
	e := engine.Cur
	if e == nil {
		c <- v
		return
	}
	if c == nil {
		e.Await(nil, "send to a nil channel")
	}
	modelOf(e, both[T](c)).send(e, v)
}

// Recv is <-c. It blocks until there is a value, for ever if c is nil; from a
// closed channel it is the zero value.
func Recv[C ~chan T | ~<-chan T, T any](c C) T {
	v, _ := Recv2(c)
	return v
}

// Recv2 is v, ok := <-c: ok is false if v is zero because c is closed.
func Recv2[C ~chan T | ~<-chan T, T any](c C) (v T, ok bool) {
	e := engine.Cur
	if e == nil {
		v, ok = <-c
		return v, ok
	}
	if c == nil {
		e.Await(nil, "receive from a nil channel")
	}
	return modelOf(e, both[T](c)).receive(e)
}

// Close is close(c). It panics if c is nil or closed.
func Close[C ~chan T | ~chan<- T, T any](c C) {
	e := engine.Cur
	if e == nil || c == nil {
		close(c)
		return
	}
	modelOf(e, both[T](c)).close(e)
}

// Range is what for v := range c goes over: the values until c is closed. Each
// step of it blocks as Recv does.
func Range[C ~chan T | ~<-chan T, T any](c C) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			if v, ok := Recv2(c); !ok || !yield(v) {
				return
			}
		}
	}
}

// Len is len(c), the number of values in the buffer. For a send-only channel
// use LenSend.
func Len[C ~chan T | ~<-chan T, T any](c C) int {
	return length(both[T](c))
}

// LenSend is len(c) of a send-only channel.
func LenSend[C ~chan<- T, T any](c C) int {
	return length(both[T](c))
}

// Cap is cap(c). For a send-only channel use CapSend. It is no scheduling point,
// since the capacity never changes.
func Cap[C ~chan T | ~<-chan T, T any](c C) int { return capacity(both[T](c)) }

// CapSend is cap(c) of a send-only channel.
func CapSend[C ~chan<- T, T any](c C) int { return capacity(both[T](c)) }

func capacity[T any](c chan T) int {
	if e := engine.Cur; e != nil && c != nil && modelOf(e, c).unbuffered {
		return 0
	}
	return cap(c)
}

func length[T any](c chan T) int {
	e := engine.Cur
	if e == nil || c == nil {
		return len(c)
	}
	m := modelOf(e, c)
	if cap(c) == 0 || m.unbuffered {
		return 0 // always
	}
	e.Read(m.o, "len")
	n := len(c)
	if e.Recording() {
		e.Note("= %d", n)
	}
	return n
}

// both makes a channel of both directions of one of any channel type: they are
// represented alike, and a model must close and read the channels that its
// users can only send to.
func both[T, C any](c C) chan T {
	return *(*chan T)(unsafe.Pointer(&c))
}
