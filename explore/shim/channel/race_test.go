package channel_test

import (
	"slices"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

// cell is plain data.
type cell struct{ c engine.Cell }

func (c *cell) read()  { engine.Cur.ReadCell(&c.c) }
func (c *cell) write() { engine.Cur.WriteCell(&c.c) }

// shared is what the threads of these programs share: a channel of some
// capacity, another one, and a plain variable.
type shared struct {
	c, d chan int
	x    *cell
}

func TestHappensBefore(t *testing.T) {
	send := func(s shared) { s.x.write(); channel.Send(s.c, 1) }
	selectSend := func(s shared) { s.x.write(); channel.Select(false, channel.SendCase(s.c, 1), channel.SendCase(s.d, 1)) }
	receive := func(s shared) { channel.Recv(s.c); s.x.read() }
	selectReceive := func(s shared) {
		channel.Select(false, channel.RecvCase(s.c, nil, nil), channel.RecvCase(s.d, nil, nil))
		s.x.read()
	}
	for name, test := range map[string]struct {
		capacity int
		race     bool
		threads  []func(s shared)
	}{
		"a send before its receive, buffered":   {1, false, []func(shared){send, receive}},
		"a send before its receive, unbuffered": {0, false, []func(shared){send, receive}},
		"a send before a select, buffered":      {1, false, []func(shared){send, selectReceive}},
		"a send before a select, unbuffered":    {0, false, []func(shared){send, selectReceive}},
		"a select before a receive, unbuffered": {0, false, []func(shared){selectSend, receive}},
		"a select before a select":              {0, false, []func(shared){selectSend, selectReceive}},
		"a close before a receive": {0, false, []func(shared){
			func(s shared) { s.x.write(); channel.Close(s.c) }, receive, receive}},
		"a close before a receive, buffered": {1, false, []func(shared){
			func(s shared) { s.x.write(); channel.Close(s.c) }, receive, selectReceive}},
		"a receive before the end of a send, unbuffered": {0, false, []func(shared){
			func(s shared) { s.x.write(); channel.Recv(s.c) },
			func(s shared) { channel.Send(s.c, 1); s.x.write() }}},
		"a select before the end of a send, unbuffered": {0, false, []func(shared){
			func(s shared) {
				s.x.write()
				channel.Select(false, channel.RecvCase(s.c, nil, nil), channel.RecvCase(s.d, nil, nil))
			},
			func(s shared) { channel.Send(s.c, 1); s.x.write() }}},
		"not a receive before the end of a send, buffered": {1, true, []func(shared){
			func(s shared) { s.x.write(); channel.Recv(s.c) },
			func(s shared) { channel.Send(s.c, 1); s.x.write() }}},
		"a receive before the end of the send into its place": {1, false, []func(shared){
			func(s shared) { s.x.write(); channel.Recv(s.c) },
			func(s shared) { channel.Send(s.c, 1); channel.Send(s.c, 2); s.x.write() }}},
		"a receive before the end of the select into its place": {1, false, []func(shared){
			func(s shared) { s.x.write(); channel.Recv(s.c) },
			func(s shared) {
				channel.Send(s.c, 1)
				channel.Select(false, channel.SendCase(s.c, 2), channel.RecvCase(s.d, nil, nil))
				s.x.write()
			}}},
		"a select that waited before the receive of its value": {1, false, []func(shared){
			func(s shared) { channel.Recv(s.c); channel.Recv(s.c); s.x.write() },
			func(s shared) {
				channel.Send(s.c, 1)
				s.x.write()
				channel.Select(false, channel.SendCase(s.c, 2), channel.RecvCase(s.d, nil, nil))
			}}},
		"not a send before another value's receive": {2, true, []func(shared){
			func(s shared) { s.x.write(); channel.Send(s.c, 1); channel.Recv(s.d) },
			func(s shared) { channel.Send(s.c, 2); channel.Recv(s.c); s.x.write(); channel.Recv(s.c) }}},
		"not a send before a send": {2, true, []func(shared){send, send}},
		"not what follows a send before its receive": {0, true, []func(shared){
			func(s shared) { channel.Send(s.c, 1); s.x.write() }, receive}},
		"not what follows a select before its receive": {0, true, []func(shared){
			func(s shared) { channel.Select(false, channel.SendCase(s.c, 1)); s.x.write() }, selectReceive}},
		"not what follows a close before a receive": {0, true, []func(shared){
			func(s shared) { channel.Close(s.c); s.x.write() }, receive}},
		"not a length before anything": {1, true, []func(shared){
			send, func(s shared) {
				if channel.Len(s.c) == 1 {
					s.x.read()
				}
			}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := enginetest.Run(t, func(e *engine.Engine) func() string {
				s := shared{make(chan int, test.capacity), make(chan int), &cell{}}
				for _, f := range test.threads {
					e.Go("t", func() { f(s) }, engine.Worker)
				}
				return nil
			}, engine.Source, none)
			if slices.Contains(got, "race") != test.race {
				t.Errorf("%q; want a race: %v", got, test.race)
			}
		})
	}
}
