package channel

import "github.com/wakecheck/wakecheck/explore/internal/engine"

// Feed lets another shim send over a buffered channel, or empty it, as a part of
// an operation of its own, as the firing of a timer is. That operation must
// touch Object, and, if it is to Offer, Others. It is for shims only.
type Feed[T any] struct{ m *model[T] }

// FeedOf returns the feed of c, which must have a buffer.
func FeedOf[T any](e *engine.Engine, c chan T) Feed[T] { return Feed[T]{modelOf(e, c)} }

// Object is that of the channel.
func (f Feed[T]) Object() *engine.Object { return f.m.o }

// Others are the objects that an Offer now would change besides.
func (f Feed[T]) Others() []*engine.Object { return f.m.receivers.first().others() }

// Offer sends v if there is room.
func (f Feed[T]) Offer(e *engine.Engine, v T) {
	if ready, _ := f.m.readyToSend(); ready {
		f.m.put(e, v)
	}
}

// Drain takes back what nobody has received. It reports whether there was
// something.
func (f Feed[T]) Drain(e *engine.Engine) bool {
	was := len(f.m.c) > 0
	for len(f.m.c) > 0 {
		f.m.take(e)
	}
	return was
}
