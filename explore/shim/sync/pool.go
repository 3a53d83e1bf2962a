package sync

import (
	"sync"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

// Pool is a set of values to use again. The zero value is empty. It must not be
// copied after its first use.
//
// Go's may lose values and hands them out in any order. While an exploration
// runs it loses none, and hands out the one that was put last: so whoever goes on
// using a value that he has put, meets who got it.
type Pool struct {
	// New makes a value when Get finds none. It may be nil. It must not change
	// while Get is called.
	New func() any

	real sync.Pool
	ref  engine.Ref
	free []pooled
}

type pooled struct {
	value any
	ref   engine.Ref // what happened before it was put
}

func (p *Pool) object(e *engine.Engine) *engine.Object {
	o, fresh := e.Object(&p.ref, "Pool")
	if fresh {
		clear(p.free)
		p.free = p.free[:0]
	}
	return o
}

// Put adds v to the pool, unless it is nil.
func (p *Pool) Put(v any) {
	e := engine.Cur
	if e == nil {
		p.real.Put(v)
		return
	}
	if v == nil {
		return
	}
	e.Write(p.object(e), "put")
	p.free = append(p.free, pooled{value: v})
	o, _ := e.Object(&p.free[len(p.free)-1].ref, "")
	e.ReleaseTo(o)
}

// Get takes a value out of the pool, or makes one by New, or returns nil if
// there is no New. The Put of a value happens before the Get that returns it.
func (p *Pool) Get() any {
	e := engine.Cur
	if e == nil {
		if v := p.real.Get(); v != nil || p.New == nil {
			return v
		}
		return p.New()
	}
	e.Write(p.object(e), "get")
	if last := len(p.free) - 1; last >= 0 {
		v := p.free[last].value
		o, _ := e.Object(&p.free[last].ref, "")
		e.Acquire(o)
		p.free[last] = pooled{}
		p.free = p.free[:last]
		return v
	}
	if p.New == nil {
		return nil
	}
	return p.New()
}
