package explore

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/engine"
)

type flagT struct {
	ref engine.Ref
	v   int
}

func (c *flagT) obj() *engine.Object { o, _ := engine.Cur.Object(&c.ref, "flag"); return o }
func (c *flagT) load() int {
	engine.Cur.Load(c.obj())
	if engine.Cur.Recording() {
		engine.Cur.Note("= %d", c.v)
	}
	return c.v
}
func (c *flagT) store(v int) {
	engine.Cur.Store(c.obj(), 0)
	c.v = v
	if engine.Cur.Recording() {
		engine.Cur.Note("= %d", c.v)
	}
}

type token struct{ ref engine.Ref }

func (c *token) obj() *engine.Object { o, _ := engine.Cur.Object(&c.ref, "token"); return o }
func (c *token) park()               { o := c.obj(); engine.Cur.Enter(o, "park", engine.Gate); o.SetOpen(0) }
func (c *token) unpark() {
	o := c.obj()
	engine.Cur.Write(o, "unpark")
	o.SetOpen(engine.Gate)
}

func TestPrint(t *testing.T) {
	for _, f := range []func(x *X){
		func(x *X) { // park_bug
			var fl, parked flagT
			var tok token
			x.Go("waiter", func() {
				for fl.load() == 0 {
					parked.store(1)
					tok.park()
					parked.store(0)
				}
			})
			x.Go("waker", func() {
				fl.store(1)
				if parked.load() == 1 {
					tok.unpark()
				}
			})
		},
		func(x *X) {
			var fl flagT
			var v Var[int]
			x.Go("a", func() { v.Set(1); fl.store(1) })
			x.Go("b", func() {
				if fl.load() == 1 {
					v.Get()
				}
			})
			x.Go("c", func() { v.Get() })
		},
		func(x *X) {
			var fl flagT
			x.Go("a", func() { fl.store(fl.load() + 1) })
			x.Go("b", func() { fl.store(fl.load() + 1) })
			x.Go("c", func() { fl.load(); x.Assert(fl.load() < 2) })
		},
		func(x *X) {
			var fl flagT
			x.Go("a", func() {
				for fl.load() == 0 {
				}
			})
			x.Go("b", func() { fl.store(1) })
		},
		func(x *X) {
			var fl flagT
			x.Go("a", func() { fl.store(1) })
			x.Go("b", func() {
				if fl.load() == 1 {
					panic("boom")
				}
			})
		},
		func(x *X) {
			var fl flagT
			x.Go("a", func() { fl.store(1) })
			x.Go("b", func() { fl.load() })
		},
	} {
		r, err := Check(f)
		fmt.Println(r, err)
		if r.Failure != nil {
			s := r.Failure.String()
			if len(s) > 3000 {
				s = s[:3000]
			}
			fmt.Println(s)
		}
		fmt.Println("-------")
	}
}
