package primitives

import (
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// NewOneshot returns the two ends of a channel for one value. Its receiver is itself
// the future of the value.
//
// The value stays between the ends until a poll of the receiver answers with it. If
// that never happens, since the receiver was dropped, the sender can take it back.
//
// Source: tokio::sync::oneshot.
func NewOneshot[T any]() (*OneshotSender[T], *OneshotReceiver[T]) {
	r := &OneshotReceiver[T]{of: new(oneshot[T])}
	r.of.receiver = &r.waiter
	return &OneshotSender[T]{r.of}, r
}

// A oneshot is what the two ends share.
type oneshot[T any] struct {
	receiver *waiter

	mu      sync.Mutex
	full    bool // value is there
	value   T
	sent    bool // or closed by the sender: nothing more will be sent
	gone    bool // nobody will receive any more
	waiters queue
}

// A OneshotSender sends one value. Its methods may be called from any goroutine.
type OneshotSender[T any] struct{ of *oneshot[T] }

// Send sends v and wakes the receiver. It returns ErrClosed if the receiver is gone,
// or if Send or Close has been called before; v was not sent then.
func (s *OneshotSender[T]) Send(v T) error {
	o := s.of
	o.mu.Lock()
	if o.sent || o.gone {
		o.mu.Unlock()
		return ErrClosed
	}
	o.sent, o.full, o.value = true, true, v
	o.mu.Unlock()
	o.receiver.cell.Wake()
	return nil
}

// Close gives up sending: the receiver is answered with ErrClosed. After Send it does
// nothing.
func (s *OneshotSender[T]) Close() {
	o := s.of
	o.mu.Lock()
	o.sent = true
	o.mu.Unlock()
	o.receiver.cell.Wake()
}

// TakeBack takes back the value that was sent, if it has not been received, and
// reports whether it did. A receiver that still waits is answered with ErrClosed.
func (s *OneshotSender[T]) TakeBack() (v T, ok bool) {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	return s.of.take()
}

// Gone returns a future that is ready when there is no reason any more to send: the
// receiver was dropped, or it has been answered.
func (s *OneshotSender[T]) Gone() futures.Future[struct{}] {
	return &receiverGone[T]{of: s.of}
}

// take takes the value, if there is one; mu is held.
func (o *oneshot[T]) take() (v T, ok bool) {
	ok, o.full = o.full, false
	v, o.value = o.value, v
	return v, ok
}

// leave notes that nobody will receive any more; mu is held.
func (o *oneshot[T]) leave(woken *queue) {
	o.gone = true
	o.waiters.releaseAll(dismissed, woken)
}

// A OneshotReceiver is the future of the value, for one task. It is ready with the
// value, or with ErrClosed if the sender gave up. To drop it tells the sender.
type OneshotReceiver[T any] struct {
	waiter
	of *oneshot[T]
}

// Poll answers with the value once it was sent.
func (r *OneshotReceiver[T]) Poll(cx *futures.Context) (_ futures.Result[T], ready bool) {
	if !r.await(cx, r.look) {
		return futures.Result[T]{}, false
	}
	result := r.finish()
	r.state = answered
	return result, true
}

// TryReceive receives the value if it was sent. Otherwise it returns ErrEmpty, or
// ErrClosed if none will come. Unless it is ErrEmpty, r is at its end, as if a poll
// had answered. It belongs to the goroutine that polls.
func (r *OneshotReceiver[T]) TryReceive() (v T, err error) {
	if !r.look(false) {
		return v, ErrEmpty
	}
	r.cell.Clear()
	result := r.finish()
	r.state = answered
	return result.Value, result.Err
}

func (r *OneshotReceiver[T]) look(bool) bool {
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	r.mustBeLive("Oneshot")
	return r.of.sent
}

// finish takes the value and tells the sender. If a waker of the sender's side panics,
// the value is put back for the next poll.
func (r *OneshotReceiver[T]) finish() (result futures.Result[T]) {
	var woken queue
	o := r.of
	o.mu.Lock()
	v, ok := o.take()
	o.leave(&woken)
	o.mu.Unlock()
	if !ok {
		result.Err = ErrClosed
	}
	returned := false
	defer func() {
		if !returned && ok {
			o.mu.Lock()
			o.full, o.value = true, v
			o.mu.Unlock()
		}
	}()
	woken.wake()
	returned = true
	result.Value = v
	return result
}

// Drop tells the sender that nobody will receive.
func (r *OneshotReceiver[T]) Drop() {
	defer r.cell.Clear()
	var woken queue
	o := r.of
	o.mu.Lock()
	r.state = dropped
	o.leave(&woken)
	o.mu.Unlock()
	woken.wake()
}

// A receiverGone waits for the receiver's end.
type receiverGone[T any] struct {
	waiter
	of *oneshot[T]
}

func (w *receiverGone[T]) Poll(cx *futures.Context) (_ struct{}, ready bool) {
	if !w.await(cx, w.look) {
		return struct{}{}, false
	}
	w.state = answered
	return struct{}{}, true
}

func (w *receiverGone[T]) look(enqueue bool) bool {
	o := w.of
	o.mu.Lock()
	defer o.mu.Unlock()
	w.mustBeLive("OneshotSender.Gone")
	switch {
	case w.state == idle && o.gone:
		w.state = dismissed
	case w.state == idle && enqueue:
		o.waiters.push(&w.waiter)
	}
	return w.state == dismissed
}

func (w *receiverGone[T]) Drop() {
	defer w.cell.Clear()
	o := w.of
	o.mu.Lock()
	defer o.mu.Unlock()
	if w.state == queued {
		o.waiters.remove(&w.waiter)
	}
	w.state = dropped
}
