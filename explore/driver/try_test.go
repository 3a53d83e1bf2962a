package driver

import (
	"fmt"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/explore/shim/atomic"
	"github.com/wakecheck/wakecheck/explore/shim/channel"
)

type parker struct {
	state  atomic.Int32
	signal chan struct{}
	store  bool
	skip   bool
}

func (p *parker) Park() {
	if p.state.Add(-1) == 0 {
		return
	}
	channel.Recv(p.signal)
	if p.store {
		p.state.Store(0)
	} else {
		p.state.Swap(0)
	}
}
func (p *parker) Unpark() {
	if p.skip && p.state.Load() == 1 {
		return
	}
	if p.state.Swap(1) < 0 {
		channel.Send(p.signal, struct{}{})
	}
}

func TestTry(t *testing.T) {
	for _, c := range []*parker{{}, {store: true}, {skip: true}} {
		r := contract.CheckParker(func(tb testing.TB) contract.ParkerSubject {
			p := &parker{signal: make(chan struct{}, 1), store: c.store, skip: c.skip}
			return contract.ParkerSubject{Park: p.Park, Unpark: p.Unpark}
		})
		fmt.Println(r.Scenarios)
		for _, x := range r.Results {
			fmt.Println(x.Law, x.Verdict, x.Evidence, x.Reason)
			if x.Verdict == contract.Violated {
				fmt.Println(contract.FormatResult(x))
			}
		}
	}
}
