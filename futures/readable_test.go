package futures_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
)

// tcp returns the two ends of a TCP connection on this machine.
func tcp(t tb) (near, far net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if far, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if near, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

func pipe(t tb) (near, far net.Conn) {
	near, far = net.Pipe()
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

func TestReadableOnTCP(t *testing.T) {
	near, far := tcp(t)
	r, p, buf := futures.NewReader(near), newProbe(t), make([]byte, 100)

	f := futures.Readable(r)
	mustPend(t, f, p)
	if _, err := far.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	block(f)
	// The second wait finds what the first has read, without a goroutine.
	mustBeReady(t, futures.Readable(r), p)
	if n, err := r.Read(buf); err != nil || string(buf[:n]) != "hello" {
		t.Errorf("read %q, %v", buf[:n], err)
	}

	f = futures.Readable(r)
	mustPend(t, f, p)
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	block(f)
	for range 2 { // the end stays the end
		mustBeReady(t, futures.Readable(r), p)
		if n, err := r.Read(buf); n != 0 || err != io.EOF {
			t.Errorf("read %d bytes, %v, want the end", n, err)
		}
		block(futures.Readable(r))
	}
}

// However often waits are given up, at whatever moment, every byte arrives once
// and in order. TestMain sees to it that no goroutine stays.
func TestReadableLosesNothing(t *testing.T) {
	for name, connect := range map[string]func(tb) (near, far net.Conn){"TCP": tcp, "Pipe": pipe} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				sent := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 300), 0, 5).Draw(rt, "writes")
				giveUp := rapid.SliceOfN(rapid.Bool(), 0, 20).Draw(rt, "give up")
				near, far := connect(rt)
				written := make(chan error, 1)
				go func() {
					var errs error
					for _, b := range sent {
						_, err := far.Write(b)
						errs = errors.Join(errs, err)
					}
					written <- errors.Join(errs, far.Close())
				}()

				var got []byte
				buf := make([]byte, 64)
				r, p := futures.NewReader(near), newProbe(rt)
				for _, giveUp := range giveUp {
					f := futures.Readable(r)
					if giveUp {
						if _, ready := f.Poll(p.cx); !ready {
							futures.Drop(f)
						}
						continue
					}
					block(f)
					n, err := r.Read(buf)
					got = append(got, buf[:n]...)
					if err != nil && err != io.EOF {
						rt.Fatal(err)
					}
				}
				rest, err := io.ReadAll(r)
				if err != nil {
					rt.Fatal(err)
				}
				if err := <-written; err != nil {
					rt.Fatal(err)
				}
				if got = append(got, rest...); !bytes.Equal(got, bytes.Join(sent, nil)) {
					rt.Errorf("sent %x\n got %x", sent, got)
				}
			})
		})
	}
}

func TestReadableDropEndsTheGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a goroutine left would fail the bubble
		near, _ := net.Pipe()
		p := newProbe(t)
		f := futures.Readable(futures.NewReader(near))
		mustPend(t, f, p)
		futures.Drop(f)
	})
}

func TestReadWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pipe(t)
		r, p, buf := futures.NewReader(near), newProbe(t), make([]byte, 10)
		f := futures.Readable(r)
		mustPend(t, f, p)
		go far.Write([]byte("abc"))
		if n, err := r.Read(buf); err != nil || string(buf[:n]) != "abc" {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		synctest.Wait()
		p.want(t, "somebody else read", 1, 0)
		mustPend(t, f, p)
		go far.Write([]byte("d"))
		synctest.Wait()
		mustBeReady(t, f, p)
	})
}

func TestOneReadableAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, _ := pipe(t)
		r, p := futures.NewReader(near), newProbe(t)
		first, second := futures.Readable(r), futures.Readable(r)
		mustPend(t, first, p)
		mustPanic(t, func() { second.Poll(p.cx) })
		futures.Drop(first)
		second = futures.Readable(r)
		mustPend(t, second, p)
		futures.Drop(second)
	})
}

// A deadline that the user sets is an error like others; the one that Drop sets
// is never seen.
func TestReadableAndDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pipe(t)
		r, p, buf := futures.NewReader(near), newProbe(t), make([]byte, 10)
		if err := near.SetReadDeadline(time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		block(futures.Readable(r))
		if took := time.Since(start); took != time.Hour {
			t.Errorf("ready after %v, want 1h", took)
		}
		if _, err := r.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v, want the deadline", err)
		}

		if err := near.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		f := futures.Readable(r)
		mustPend(t, f, p)
		futures.Drop(f)
		go far.Write([]byte("abc"))
		if n, err := r.Read(buf); err != nil || string(buf[:n]) != "abc" {
			t.Errorf("read after Drop: %q, %v", buf[:n], err)
		}
	})
}

// stubborn is a conn that has no deadlines.
type stubborn struct{ net.Conn }

func (stubborn) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }

func TestReadableOfAConnWithoutDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pipe(t)
		r, p, buf := futures.NewReader(stubborn{near}), newProbe(t), make([]byte, 10)
		f := futures.Readable(r)
		mustPend(t, f, p)
		futures.Drop(f) // does not hang; the read goes on
		f = futures.Readable(r)
		mustPend(t, f, p)
		go far.Write([]byte("abc"))
		synctest.Wait()
		p.want(t, "written", 1, 0)
		mustBeReady(t, f, p)
		if n, err := r.Read(buf); err != nil || string(buf[:n]) != "abc" {
			t.Errorf("read %q, %v", buf[:n], err)
		}
	})
}
