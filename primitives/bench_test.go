package primitives_test

import (
	"sync"
	"testing"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
	"github.com/wakecheck/wakecheck/wakers"
)

// lent returns a Context with a waker that does nothing.
func lent(b *testing.B) *futures.Context {
	waker := new(wakers.Waker)
	wakers.Noop{}.InitWaker(waker)
	b.Cleanup(waker.Drop)
	return futures.NewContext(waker)
}

// Nobody else wants it: lock and unlock.
func BenchmarkMutexFree(b *testing.B) {
	b.Run("Mutex Lock", func(b *testing.B) {
		var m primitives.Mutex
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			m.Lock().Poll(cx)
			m.Unlock()
		}
	})
	b.Run("Mutex TryLock", func(b *testing.B) {
		var m primitives.Mutex
		b.ReportAllocs()
		for b.Loop() {
			m.TryLock()
			m.Unlock()
		}
	})
	b.Run("rival=sync.Mutex", func(b *testing.B) {
		var m sync.Mutex
		held := 0
		b.ReportAllocs()
		for b.Loop() {
			m.Lock()
			held++
			m.Unlock()
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		m := make(chan struct{}, 1)
		b.ReportAllocs()
		for b.Loop() {
			m <- struct{}{}
			<-m
		}
	})
}

// Two tasks in turn: one holds the lock, the other waits, is handed it, and so on.
// Nobody parks. There is no such thing for a sync.Mutex without two goroutines.
func BenchmarkMutexHandedOver(b *testing.B) {
	b.Run("Mutex", func(b *testing.B) {
		var m primitives.Mutex
		m.TryLock()
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			f := m.Lock()
			f.Poll(cx)
			m.Unlock()
			f.Poll(cx)
		}
	})
	b.Run("rival=two goroutines and channels", func(b *testing.B) {
		there, back := make(chan struct{}), make(chan struct{})
		go func() {
			for range there {
				back <- struct{}{}
			}
			close(back)
		}()
		b.ReportAllocs()
		for b.Loop() {
			there <- struct{}{}
			<-back
		}
		close(there)
		<-back
	})
}

// Three permits of eight, acquired and released. The rival takes a token for each.
func BenchmarkSemaphore(b *testing.B) {
	b.Run("Semaphore", func(b *testing.B) {
		s := primitives.NewSemaphore(8)
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			s.Acquire(3).Poll(cx)
			s.Release(3)
		}
	})
	b.Run("rival=channel of tokens", func(b *testing.B) {
		s := make(chan struct{}, 8)
		b.ReportAllocs()
		for b.Loop() {
			for range 3 {
				s <- struct{}{}
			}
			for range 3 {
				<-s
			}
		}
	})
}

// A notification, and then the task that takes it.
func BenchmarkNotify(b *testing.B) {
	b.Run("Notify", func(b *testing.B) {
		var n primitives.Notify
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			n.NotifyOne()
			n.Wait().Poll(cx)
		}
	})
	b.Run("Notify, waited for", func(b *testing.B) {
		var n primitives.Notify
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			f := n.Wait()
			f.Poll(cx)
			n.NotifyOne()
			f.Poll(cx)
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		c := make(chan struct{}, 1)
		b.ReportAllocs()
		for b.Loop() {
			c <- struct{}{}
			<-c
		}
	})
}

// One value through the buffer.
func BenchmarkChannel(b *testing.B) {
	b.Run("Channel", func(b *testing.B) {
		c := primitives.NewChannel[int](8)
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			c.Send(1).Poll(cx)
			c.Receive().Poll(cx)
		}
	})
	b.Run("Channel, try", func(b *testing.B) {
		c := primitives.NewChannel[int](8)
		b.ReportAllocs()
		for b.Loop() {
			c.TrySend(1)
			c.TryReceive()
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		c := make(chan int, 8)
		b.ReportAllocs()
		for b.Loop() {
			c <- 1
			<-c
		}
	})
}

// A goroutine sends, another receives; both park.
func BenchmarkChannelGoroutines(b *testing.B) {
	b.Run("Channel", func(b *testing.B) {
		c := primitives.NewChannel[int](8)
		go func() {
			for range b.N {
				block(c.Send(1))
			}
			c.CloseSend()
		}()
		b.ReportAllocs()
		for block(c.Receive()).Err == nil {
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		c := make(chan int, 8)
		go func() {
			for range b.N {
				c <- 1
			}
			close(c)
		}()
		b.ReportAllocs()
		for range c {
		}
	})
}

// A channel for one value, made, used and forgotten.
func BenchmarkOneshot(b *testing.B) {
	b.Run("Oneshot", func(b *testing.B) {
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			s, r := primitives.NewOneshot[int]()
			r.Poll(cx)
			s.Send(1)
			r.Poll(cx)
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c := make(chan int, 1)
			select {
			case <-c:
			default:
			}
			c <- 1
			<-c
		}
	})
}
