package channel

import (
	"unsafe"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// table holds the models of the channels that the current execution has used.
// Only the running thread uses it. The channels in it are kept alive, so no
// other one can get the address of one of them; what it held is used again in
// the next execution.
var table = struct {
	epoch      uint64
	models     map[unsafe.Pointer]any // *model[T], by the channel
	used       []interface{ giveBack() }
	pools      map[any]any // *pool[T], by (*T)(nil)
	selections arena[selection]
}{
	models: map[unsafe.Pointer]any{},
	pools:  map[any]any{},
}

// modelOf is the model of c in this execution.
func modelOf[T any](e *engine.Engine, c chan T) *model[T] {
	begin(e)
	key := *(*unsafe.Pointer)(unsafe.Pointer(&c))
	if m, ok := table.models[key]; ok {
		return m.(*model[T])
	}
	p, ok := table.pools[(*T)(nil)].(*pool[T])
	if !ok {
		p = newPool[T]()
		table.pools[(*T)(nil)] = p
	}
	m := p.get()
	m.begin(e, c)
	table.models[key] = m
	table.used = append(table.used, m)
	return m
}

// begin clears the table if a new execution has begun. It comes before each use.
func begin(e *engine.Engine) {
	if table.epoch == e.Epoch() {
		return
	}
	table.epoch = e.Epoch()
	clear(table.models)
	for _, m := range table.used {
		m.giveBack()
	}
	clear(table.used)
	table.used = table.used[:0]
	table.selections.reset()
}

// arena hands out things that are all given back at the end of an execution, if
// not before.
type arena[T any] struct{ all, free []*T }

func (a *arena[T]) get() *T {
	if n := len(a.free); n > 0 {
		x := a.free[n-1]
		a.free = a.free[:n-1]
		return x
	}
	x := new(T)
	a.all = append(a.all, x)
	return x
}

func (a *arena[T]) put(x *T) { a.free = append(a.free, x) }

func (a *arena[T]) reset() { a.free = append(a.free[:0], a.all...) }

// pool holds the models of channels of T that no execution uses.
type pool[T any] struct {
	label string
	free  []*model[T]
}
