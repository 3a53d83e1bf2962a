package contract

import (
	"context"
	"slices"
	"testing"
)

// permits is the model of a semaphore of two permits.
var permits = NewModel(2, func(free int, o Operation) (int, int, bool) {
	if o.Op == "release" {
		return free + o.Arg, 0, true
	}
	return free - o.Arg, 0, o.Arg <= free
})

func TestOwedOfATrace(t *testing.T) {
	block := func(context.Context, int) (int, error) { return 0, nil }
	ops := map[string]*PrimitiveOp{
		"acquire": {Name: "acquire", Block: block},
		"release": {Name: "release", Do: func(int) int { return 0 }},
		"try":     {Name: "try", Try: func(int) (int, bool) { return 0, false }},
	}
	begin := func(k Kind, task int, name string, arg int) Event {
		return Event{Kind: k, Task: task, Note: name, Arg: arg}
	}
	end := func(task int) Event { return Event{Kind: Return, Task: task} }
	refused := func(task int) Event { return Event{Kind: Return, Task: task, Note: noteRefused} }
	settle := Event{Kind: Settle}
	crowd := []Event{begin(Block, 1, "acquire", 1<<20)} // which nothing explains
	for n := range 14 {
		crowd = append(crowd, begin(Call, 2+n, "release", 1<<n))
	}
	for n := range 15 {
		crowd = append(crowd, end(1+n))
	}
	for _, c := range []struct {
		name   string
		events []Event
		fifo   bool
		owed   []int
		ok     bool
	}{
		{name: "nobody waits", ok: true, events: []Event{begin(Block, 1, "acquire", 2), end(1), settle}},
		{name: "it cannot go on", ok: true, events: []Event{
			begin(Block, 1, "acquire", 2), end(1), settle, begin(Block, 2, "acquire", 1), settle}},
		{name: "it can", ok: true, owed: []int{2}, events: []Event{
			begin(Block, 1, "acquire", 2), end(1), settle, begin(Block, 2, "acquire", 1), settle,
			begin(Call, 3, "release", 2), end(3), settle}},
		{name: "given twice", events: []Event{
			begin(Block, 1, "acquire", 2), end(1), settle, begin(Block, 2, "acquire", 1), end(2), settle}},
		{name: "one at a time, whatever the order", ok: true, owed: []int{4}, events: []Event{
			begin(Block, 1, "acquire", 2), end(1), settle, begin(Call, 2, "release", 2), begin(Block, 3, "acquire", 1), end(3), end(2), settle,
			begin(Block, 4, "acquire", 1), settle}},
		{name: "behind one that cannot go on", ok: true, fifo: true, events: []Event{
			begin(Block, 1, "acquire", 1), end(1), settle, begin(Block, 2, "acquire", 2), settle, begin(Block, 3, "acquire", 1), settle}},
		{name: "a try that gives up though it need not", events: []Event{begin(Call, 1, "try", 1), refused(1), settle}},
		{name: "a try that gives up while another waits", ok: true, events: []Event{
			begin(Block, 1, "acquire", 1), end(1), settle, begin(Block, 2, "acquire", 2), settle, begin(Call, 3, "try", 1), refused(3), settle}},
		{name: "few at once, and no order explains them", events: append(crowd[:4:4], end(1), end(2), end(3), end(4))},
		{name: "too many at once to say", ok: true, events: crowd},
	} {
		t.Run(c.name, func(t *testing.T) {
			names := map[int]string{}
			for _, e := range c.events {
				if e.Kind == Call || e.Kind == Block {
					names[e.Task] = e.Note
				}
			}
			a := accountOf(c.events, permits, func(id int) *PrimitiveOp { return ops[names[id]] })
			owed, ok := a.owed(len(c.events), c.fifo)
			if ok != c.ok || !slices.Equal(owed, c.owed) {
				t.Errorf("owed %v, explained %v; want %v, %v", owed, ok, c.owed, c.ok)
			}
		})
	}
}
