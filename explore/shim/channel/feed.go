package channel

import "github.com/wakecheck/wakecheck/explore/internal/engine"

// Feed lets another shim send over a buffered channel, empty it, or close a
// channel, as a part of an operation of its own, such as the firing of a timer.
// That operation must touch Object, and what it is said to change besides. It is
// for shims only.
type Feed[T any] struct{ m *model[T] }

// FeedOf returns the feed of c, which is not nil.
func FeedOf[T any](e *engine.Engine, c chan T) Feed[T] { return Feed[T]{modelOf(e, c)} }

// Object is that of the channel.
func (f Feed[T]) Object() *engine.Object { return f.m.o }

// Others are the objects that an Offer would change besides.
func (f Feed[T]) Others() []*engine.Object { return f.m.receivers.first().others() }

// Unbuffered makes Len and Cap say that the channel has no buffer, as Go's do of
// that of a timer.
func (f Feed[T]) Unbuffered() { f.m.unbuffered = true }

// Offer sends v if there is room in the buffer.
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

// Waiting adds to os the objects that a Close would change besides.
func (f Feed[T]) Waiting(os []*engine.Object) []*engine.Object { return f.m.others(os) }

// Close closes the channel, which must not be closed.
func (f Feed[T]) Close(e *engine.Engine) { f.m.shut(e) }
