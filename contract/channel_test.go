package contract_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/futures"
	"github.com/wakecheck/wakecheck/internal/sync"
	"github.com/wakecheck/wakecheck/wakers"
)

// A mailbox is a good channel with room for one value and no order among those
// that wait: whoever comes first after a change is served. Each wake is a hint,
// and one that its waiter does not need is passed on. A mutant edits one part.
type mailbox struct {
	take func() int  // locked: takes the value that is there
	pass func(*side) // a waiter that was woken is given up: whom to wake in its place

	mu              sync.Mutex
	full            bool
	value           int
	sends, receives side
}

// A side is those that wait at one end of a mailbox.
type side struct{ waiting []*letter }

// wakeOne wakes the oldest that was not woken yet.
func (m *mailbox) wakeOne(s *side) {
	m.mu.Lock()
	for _, l := range s.waiting {
		if !l.woken {
			l.woken = true
			m.mu.Unlock()
			l.cell.Wake()
			return
		}
	}
	m.mu.Unlock()
}

func newMailbox(edit func(*mailbox)) *mailbox {
	m := new(mailbox)
	m.take = func() int { m.full = false; return m.value }
	m.pass = m.wakeOne
	edit(m)
	return m
}

// A letter is the future of a send, if value is not 0, or of a receive.
type letter struct {
	m       *mailbox
	value   int
	cell    wakers.Cell
	waiting bool
	woken   bool
}

func (l *letter) sides() (own, other *side) {
	if l.value != 0 {
		return &l.m.sends, &l.m.receives
	}
	return &l.m.receives, &l.m.sends
}

// try does what l is for, if it can be done; locked.
func (l *letter) try() (answer int, ok bool) {
	m := l.m
	if m.full == (l.value != 0) {
		return 0, false
	}
	if l.value != 0 {
		m.full, m.value = true, l.value
		return 0, true
	}
	return m.take(), true
}

func (l *letter) Poll(cx *futures.Context) (int, bool) {
	own, other := l.sides()
	l.cell.Register(cx.Waker())
	l.m.mu.Lock()
	answer, ok := l.try()
	if !ok {
		if !l.waiting {
			l.waiting = true
			own.waiting = append(own.waiting, l)
		}
		l.woken = false
		l.m.mu.Unlock()
		return 0, false
	}
	own.remove(l)
	l.m.mu.Unlock()
	l.cell.Clear()
	l.m.wakeOne(other)
	return answer, true
}

func (l *letter) Drop() {
	own, _ := l.sides()
	l.m.mu.Lock()
	own.remove(l)
	woken := l.woken
	l.m.mu.Unlock()
	l.cell.Clear()
	if woken {
		l.m.pass(own)
	}
}

func (s *side) remove(l *letter) {
	for i, other := range s.waiting {
		if other == l {
			s.waiting = append(s.waiting[:i:i], s.waiting[i+1:]...)
			return
		}
	}
}

func (m *mailbox) future(v int) futures.Future[int] { return &letter{m: m, value: v} }

func (m *mailbox) attempt(v int) (int, bool) {
	l := &letter{m: m, value: v}
	_, other := l.sides()
	m.mu.Lock()
	answer, ok := l.try()
	m.mu.Unlock()
	if ok {
		m.wakeOne(other)
	}
	return answer, ok
}

func (m *mailbox) subject() contract.Primitive {
	return contract.Primitive{
		Claims: contract.Claims{Profile: "rust"},
		Model:  contract.NewModel([]int(nil), queueOf(1)),
		Ops: []contract.PrimitiveOp{
			{Name: "send", Fresh: true, Start: m.future},
			{Name: "receive", Start: m.future},
			{Name: "try-send", Fresh: true, Try: m.attempt},
			{Name: "try-receive", Try: m.attempt},
		},
	}
}

func goodMailbox(testing.TB) contract.Primitive {
	return newMailbox(func(*mailbox) {}).subject()
}

func mailboxMutants() []mutant {
	row := func(name string, edit func(*mailbox), notices ...string) mutant {
		mk := func(testing.TB) contract.Primitive { return newMailbox(edit).subject() }
		return mutant{contract.PrimitiveDoor, name, func() contract.Report { return contract.CheckPrimitive(mk) }, notices}
	}
	return []mutant{
		row("delivers a value twice", func(m *mailbox) {
			last := 0
			take := m.take
			m.take = func() int {
				v := take()
				if v > 1 {
					v = last
				}
				last = v
				return v
			}
		}, "F21"),
		row("loses a value", func(m *mailbox) {
			take := m.take
			m.take = func() int { take(); return 0 }
		}, "F21"),
		row("a wake is lost with its waiter", func(m *mailbox) {
			m.pass = func(*side) {}
		}, "F1", "F12"),
	}
}
