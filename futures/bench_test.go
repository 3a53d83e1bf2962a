package futures_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/wakers"
)

// lent returns a Context with a waker that does nothing.
func lent(b *testing.B) *futures.Context {
	waker := new(wakers.Waker)
	wakers.Noop{}.InitWaker(waker)
	b.Cleanup(waker.Drop)
	return futures.NewContext(waker)
}

// One poll and its wake, against a channel that is filled and emptied.
func BenchmarkPoll(b *testing.B) {
	b.Run("Countdown", func(b *testing.B) {
		var f futures.Future[int] = futures.NewCountdown(math.MaxInt - 1)
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
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

// A fresh event: polled, fired, polled again. The rival is the same with a
// channel that is closed: nothing parks on either side.
func BenchmarkEvent(b *testing.B) {
	b.Run("Event", func(b *testing.B) {
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			var e futures.Event
			f := e.Wait()
			f.Poll(cx)
			e.Fire()
			f.Poll(cx)
		}
	})
	b.Run("rival=channel", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c := make(chan struct{})
			select {
			case <-c:
			default:
			}
			close(c)
			<-c
		}
	})
}

// Eight events, fired by another goroutine, awaited by a parked one.
func BenchmarkJoin8(b *testing.B) {
	b.Run("Join", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var es [8]futures.Event
			fs := make([]futures.Future[struct{}], len(es))
			for i := range es {
				fs[i] = es[i].Wait()
			}
			go func() {
				for i := range es {
					es[i].Fire()
				}
			}()
			block(futures.Join(fs...))
		}
	})
	b.Run("rival=WaitGroup", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var wg sync.WaitGroup
			wg.Add(8)
			go func() {
				for range 8 {
					wg.Done()
				}
			}()
			wg.Wait()
		}
	})
	b.Run("rival=8 channels", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var cs [8]chan struct{}
			for i := range cs {
				cs[i] = make(chan struct{})
			}
			go func() {
				for _, c := range cs {
					close(c)
				}
			}()
			for _, c := range cs {
				<-c
			}
		}
	})
}

// A timer that is given up, as most time limits are.
func BenchmarkAfterDropped(b *testing.B) {
	b.Run("After", func(b *testing.B) {
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			f := futures.After(time.Hour)
			f.Poll(cx)
			futures.Drop(f)
		}
	})
	b.Run("rival=NewTimer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			time.NewTimer(time.Hour).Stop()
		}
	})
}

// A function on its own goroutine and its answer.
func BenchmarkGo(b *testing.B) {
	b.Run("Go", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			block(futures.Go(func(context.Context) (int, error) { return 1, nil }))
		}
	})
	b.Run("rival=goroutine and channel", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithCancel(context.Background())
			c := make(chan int, 1)
			go func(context.Context) { c <- 1 }(ctx)
			<-c
			cancel()
		}
	})
}

// Eight tasks wait for one future: all polled, fired, all polled again. The rival
// lets each of them wait for a channel that a goroutine closes.
func BenchmarkShared8(b *testing.B) {
	b.Run("Shared", func(b *testing.B) {
		cx := lent(b)
		b.ReportAllocs()
		for b.Loop() {
			var e futures.Event
			hs := []*futures.Shared[struct{}]{futures.NewShared(e.Wait())}
			for len(hs) < 8 {
				hs = append(hs, hs[0].Clone())
			}
			for _, h := range hs {
				h.Poll(cx)
			}
			e.Fire()
			for _, h := range hs {
				h.Poll(cx)
			}
		}
	})
	b.Run("rival=goroutines and channel", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c := make(chan struct{})
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { <-c })
			}
			close(c)
			wg.Wait()
		}
	})
}

// One of a thousand children is ready, and another takes its place. The naive
// rival polls all of them to find the one.
func BenchmarkUnordered1000(b *testing.B) {
	const n = 1000
	b.Run("Unordered", func(b *testing.B) {
		cx := lent(b)
		var set futures.Unordered[struct{}]
		defer set.Drop()
		es := make([]*futures.Event, n)
		for i := range es {
			es[i] = new(futures.Event)
			set.Push(es[i].Wait())
		}
		set.PollNext(cx)
		b.ReportAllocs()
		for i := 0; b.Loop(); i = (i + 1) % n {
			es[i].Fire()
			set.PollNext(cx)
			es[i] = new(futures.Event)
			set.Push(es[i].Wait())
			set.PollNext(cx)
		}
	})
	b.Run("rival=poll all", func(b *testing.B) {
		cx := lent(b)
		es, fs := make([]*futures.Event, n), make([]futures.Future[struct{}], n)
		renew := func(i int) {
			es[i] = new(futures.Event)
			fs[i] = es[i].Wait()
		}
		for i := range es {
			renew(i)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i = (i + 1) % n {
			es[i].Fire()
			for k, f := range fs {
				if _, ready := f.Poll(cx); ready {
					renew(k)
				}
			}
		}
		for _, f := range fs {
			futures.Drop(f)
		}
	})
	b.Run("rival=goroutines and channel", func(b *testing.B) {
		es, values := make([]chan struct{}, n), make(chan int)
		renew := func(i int) {
			c := make(chan struct{})
			es[i] = c
			go func() {
				<-c
				values <- i
			}()
		}
		for i := range es {
			renew(i)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i = (i + 1) % n {
			close(es[i])
			renew(<-values)
		}
		for _, c := range es {
			close(c)
			<-values
		}
	})
}
