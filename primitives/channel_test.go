package primitives_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/primitives"
)

// A channelModel is a channel as a sequential program: the buffer, who waits at each
// end, and who of them was let go and has yet to poll.
type channelModel struct {
	capacity                  int
	buffer                    []int
	senders, receivers        line
	room, values              []*task // let go: room and a value are set aside for them
	dismissed                 []*task // let go with ErrClosed
	sendClosed, receiveClosed bool
}

func (m *channelModel) closed() bool   { return m.sendClosed || m.receiveClosed }
func (m *channelModel) hasRoom() bool  { return len(m.buffer)+len(m.room) < m.capacity }
func (m *channelModel) hasValue() bool { return len(m.buffer) > len(m.values) }
func (m *channelModel) ended() bool    { return m.closed() && len(m.buffer) == 0 }

func (m *channelModel) settle() {
	for len(m.receivers) > 0 && m.hasValue() {
		m.values = append(m.values, m.receivers.letGo())
	}
	for len(m.receivers) > 0 && m.ended() {
		m.dismissed = append(m.dismissed, m.receivers.letGo())
	}
	for len(m.senders) > 0 && m.closed() {
		m.dismissed = append(m.dismissed, m.senders.letGo())
	}
	for len(m.senders) > 0 && m.hasRoom() {
		m.room = append(m.room, m.senders.letGo())
	}
}

func (m *channelModel) put(v int) {
	m.buffer = append(m.buffer, v)
	m.settle()
}

func (m *channelModel) take() int {
	v := m.buffer[0]
	m.buffer = m.buffer[1:]
	m.settle()
	return v
}

// remove takes t out of whatever it is in, and reports whether something had been set
// aside for it.
func (m *channelModel) remove(t *task) (setAside bool) {
	m.senders.leave(t)
	m.receivers.leave(t)
	for _, list := range []*[]*task{&m.room, &m.values} {
		if i := slices.Index(*list, t); i >= 0 {
			*list = slices.Delete(*list, i, i+1)
			setAside = true
		}
	}
	return setAside
}

// Conservation: what was sent and not received is in the buffer, in order, whoever
// was dropped.
func TestChannelModel(t *testing.T) { // F12, F21, F23, F24
	rapid.Check(t, func(rt *rapid.T) {
		m := &channelModel{capacity: rapid.IntRange(1, 3).Draw(rt, "capacity")}
		c := primitives.NewChannel[int](m.capacity)
		ts := &tasks{rt: rt}
		last := 0
		ok := func(v int) any { return futures.Result[int]{Value: v} }
		closed := any(futures.Result[int]{Err: primitives.ErrClosed})
		pollSend := func(t *task) {
			switch aside := m.remove(t); {
			case m.closed():
				ts.poll(t, primitives.ErrClosed, true)
			case aside, !t.waits && m.hasRoom():
				m.put(t.number)
				ts.poll(t, nil, true)
			default:
				m.senders = append(m.senders, t)
				ts.poll(t, nil, false)
			}
		}
		pollReceive := func(t *task) {
			switch aside := m.remove(t); {
			case len(m.buffer) > 0 && (aside || m.hasValue()):
				ts.poll(t, ok(m.take()), true)
			case slices.Contains(m.dismissed, t), m.ended():
				ts.poll(t, closed, true)
			default:
				m.receivers = append(m.receivers, t)
				ts.poll(t, nil, false)
			}
		}
		drop := func(t *task) {
			m.remove(t)
			m.settle()
			ts.drop(t)
		}
		steps := []string{"send", "receive", "poll", "poll", "poll", "poll", "drop", "try send", "try receive", "close"}
		for range rapid.IntRange(0, 60).Draw(rt, "steps") {
			switch rapid.SampledFrom(steps).Draw(rt, "step") {
			case "send":
				last++
				ts.start("send", last, erase(c.Send(last)))
			case "receive":
				ts.start("receive", 0, erase(c.Receive()))
			case "poll":
				t := ts.pick()
				switch {
				case t == nil:
				case slices.Contains(m.senders, t), slices.Contains(m.receivers, t):
					ts.poll(t, nil, false) // it keeps its place
				case t.name == "send":
					pollSend(t)
				default:
					pollReceive(t)
				}
			case "drop":
				if t := ts.pick(); t != nil {
					drop(t)
				}
			case "try send":
				last++
				var want error
				switch {
				case m.closed():
					want = primitives.ErrClosed
				case !m.hasRoom():
					want = primitives.ErrFull
				default:
					m.put(last)
				}
				if err := c.TrySend(last); err != want {
					rt.Fatalf("TrySend: %v, want %v", err, want)
				}
			case "try receive":
				var want error
				wantV := 0
				switch {
				case m.hasValue():
					wantV = m.take()
				case m.ended():
					want = primitives.ErrClosed
				default:
					want = primitives.ErrEmpty
				}
				if v, err := c.TryReceive(); err != want || v != wantV {
					rt.Fatalf("TryReceive: %d, %v, want %d, %v", v, err, wantV, want)
				}
			case "close":
				switch rapid.IntRange(0, 9).Draw(rt, "which end") {
				case 0:
					m.sendClosed = true
					m.settle()
					c.CloseSend()
				case 1:
					m.receiveClosed = true
					want := m.buffer
					m.buffer = nil
					m.settle()
					if left := c.CloseReceive(); !slices.Equal(left, want) {
						rt.Fatalf("CloseReceive: %v, want %v", left, want)
					}
				}
			}
			if c.Len() != len(m.buffer) {
				rt.Fatalf("Len is %d, want %d", c.Len(), len(m.buffer))
			}
			ts.checkAll()
		}
		for _, t := range slices.Clone(ts.all) {
			drop(t)
		}
		if left := c.CloseReceive(); !slices.Equal(left, m.buffer) {
			rt.Errorf("left when all tasks are gone: %v, want %v", left, m.buffer)
		}
	})
}

// The waker of a sender panics while a receiver takes the value that makes room: the
// value is not lost with the receiver's poll.
func TestChannelKeepsTheValueOfAPanickedReceive(t *testing.T) { // F14, F21
	for _, next := range []string{"poll again", "drop", "TryReceive"} {
		t.Run(next, func(t *testing.T) {
			c, p := primitives.NewChannel[int](2), newProbe(t)
			c.TrySend(1)
			c.TrySend(2)
			sender := c.Send(3)
			sender.Poll((&odd{onWake: func() { panic("wake") }}).context())
			r := c.Receive()
			var got futures.Result[int]
			if next == "TryReceive" {
				mustPanic(t, func() { c.TryReceive() })
				mustPend(t, sender, p) // the room is gone again
				got.Value, got.Err = c.TryReceive()
				futures.Drop(r)
			} else {
				mustPanic(t, func() { r.Poll(p.cx) })
				if next == "drop" {
					futures.Drop(r)
					r = c.Receive()
				}
				later := c.Send(4)
				mustPend(t, later, newProbe(t))
				defer futures.Drop(later)
				sending := newProbe(t)
				mustPend(t, sender, sending)
				defer func() { sending.want(t, "the sender, before a later one", 1, 0) }()
				got = mustBeReady(t, r, p)
			}
			if got.Value != 1 || got.Err != nil {
				t.Errorf("received %+v, want 1", got)
			}
			if err := mustBeReady(t, sender, p); err != nil {
				t.Errorf("the sender answered %v", err)
			}
			if left := c.CloseReceive(); !slices.Equal(left, []int{2, 3}) {
				t.Errorf("left: %v, want 2 and 3", left)
			}
		})
	}
}

// The waker of a receiver panics that learns, from the receive of the last value, that
// no more will come. But that value is back.
func TestChannelPutsTheLastValueBack(t *testing.T) { // F14, F21
	c, p := primitives.NewChannel[int](1), newProbe(t)
	first, second := c.Receive(), c.Receive()
	mustPend(t, first, p)
	second.Poll((&odd{onWake: func() { panic("wake") }}).context())
	c.TrySend(1)
	c.CloseSend()
	mustPanic(t, func() { first.Poll(p.cx) })
	if got := mustBeReady(t, second, p); got.Value != 1 || got.Err != nil {
		t.Errorf("the other receiver answered %+v, want 1", got)
	}
	if got := mustBeReady(t, first, p); got.Err != primitives.ErrClosed {
		t.Errorf("the receiver that panicked answered %+v, want ErrClosed", got)
	}
}

// The waker of a receiver panics in the poll of the send that wakes it: it has sent.
func TestChannelSendThatPanickedHasSent(t *testing.T) { // F14, F21
	c, p := primitives.NewChannel[int](1), newProbe(t)
	r, s := c.Receive(), c.Send(1)
	r.Poll((&odd{onWake: func() { panic("wake") }}).context())
	mustPanic(t, func() { s.Poll(p.cx) })
	if err := mustBeReady(t, s, p); err != nil {
		t.Errorf("the send answered %v", err)
	}
	if got := mustBeReady(t, r, p); got.Value != 1 {
		t.Errorf("received %+v, want 1", got)
	}
	if _, err := c.TryReceive(); !errors.Is(err, primitives.ErrEmpty) {
		t.Errorf("the channel: %v, want ErrEmpty", err)
	}
}

// Values sit across the end of the buffer, and it grows.
func TestChannelOrder(t *testing.T) { // F24
	c := primitives.NewChannel[int](100)
	sent, received := 0, 0
	for n := range 100 {
		for range n {
			if c.TrySend(sent) == nil {
				sent++
			}
		}
		for range n / 2 {
			if v, err := c.TryReceive(); err != nil || v != received {
				t.Fatalf("received %d, %v, want %d", v, err, received)
			}
			received++
		}
	}
	for i, v := range c.CloseReceive() {
		if v != received+i {
			t.Fatalf("left at %d: %d, want %d", i, v, received+i)
		}
	}
}
