package futures

import (
	"bufio"
	"errors"
	"net"
	"os"
	"time"

	"github.com/wakecheck/wakecheck/wakers"
)

// A Reader reads from a net.Conn, and a task can wait until there is something
// to read: see Readable. Go offers no way to ask a net.Conn whether a read
// would block, so the wait is a read into a buffer, on a goroutine; the Reader
// owns the buffer, and therefore nothing is lost when a wait is given up.
//
// A Reader has one user at a time, which need not always be the same goroutine.
// While it is in use, nobody else reads from the conn or sets its read deadline.
type Reader struct {
	conn net.Conn
	buf  *bufio.Reader
	err  error     // what ended the last peek, until Read hands it out
	peek *peek     // in flight: buf and err are its goroutine's until it is done
	wait *readable // the one that is pending
}

// A peek is a goroutine that waits until the buffer has a byte or the conn an
// error.
type peek struct {
	done chan struct{} // closed when buf and err are the owner's again
	cell wakers.Cell   // woken after that
}

// NewReader returns a Reader of conn. To end it, close conn.
func NewReader(conn net.Conn) *Reader {
	return &Reader{conn: conn, buf: bufio.NewReader(conn)}
}

// Read reads like the Read of a bufio.Reader: what was buffered first, then
// from the conn, and then it may block. After a Readable was ready it does not:
// it returns data, or the error that ended the wait, such as io.EOF. While a
// Readable is pending it may block too; that one's task is woken in vain.
func (r *Reader) Read(b []byte) (n int, err error) {
	if p := r.peek; p != nil {
		<-p.done
		r.peek = nil
		p.cell.Wake() // a Readable still pending has to start anew
	}
	if r.buf.Buffered() == 0 && r.err != nil {
		err, r.err = r.err, nil
		return 0, err
	}
	return r.buf.Read(b)
}

// Readable returns a future that is ready when r.Read will not block, because
// there are data, or the end, or an error. Only one Readable of a Reader may be
// pending at a time; a second one panics when it is polled.
//
// A poll that finds nothing buffered starts a goroutine that reads. Drop ends
// it: it sets a read deadline in the past, waits the moment until the read has
// returned, and clears the deadline. What was read up to then stays in r. If the
// conn refuses the deadline, the goroutine stays until the read ends, and the
// next Readable or Read of r takes over from there.
func Readable(r *Reader) Future[struct{}] { return &readable{r: r} }

type readable struct {
	r     *Reader
	stage stage
}

func (f *readable) Poll(cx *Context) (_ struct{}, ready bool) {
	f.stage.mustBePending("Readable")
	r := f.r
	if r.wait != nil && r.wait != f {
		panic("futures: Readable polled while another Readable of the same Reader is pending: wait with one task, or drop the other first")
	}
	if r.peek == nil && r.buf.Buffered() == 0 && r.err == nil {
		r.peek = &peek{done: make(chan struct{})}
		go r.run(r.peek)
	}
	if p := r.peek; p != nil {
		r.wait = f
		p.cell.Register(cx.Waker())
		select {
		case <-p.done:
			p.cell.Clear()
			r.peek = nil
		default:
			return struct{}{}, false
		}
	}
	f.stage = stageReady
	r.wait = nil
	return struct{}{}, true
}

func (r *Reader) run(p *peek) {
	_, r.err = r.buf.Peek(1)
	close(p.done)
	p.cell.Wake()
}

func (f *readable) Drop() {
	f.stage = stageDropped
	r := f.r
	if r.wait != f {
		return
	}
	r.wait = nil
	if p := r.peek; p != nil {
		defer r.stop(p) // last: by then nobody is woken when the read returns
		p.cell.Clear()
	}
}

// stop makes the read of p return and waits for it. It does not wait for the
// wake that may follow, which runs somebody else's code.
func (r *Reader) stop(p *peek) {
	if r.conn.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	<-p.done
	r.peek = nil
	if errors.Is(r.err, os.ErrDeadlineExceeded) {
		r.err = nil
	}
	// An error here means the conn is closed: the next read says so.
	_ = r.conn.SetReadDeadline(time.Time{})
}
