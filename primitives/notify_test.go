package primitives_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wakecheck/wakecheck/primitives"
)

// Conservation: each NotifyOne that is not one with a stored permit is taken by one
// task or stored, whoever is dropped.
func TestNotifyModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var n primitives.Notify
		ts := &tasks{rt: rt}
		permit := false
		var waiting line
		var one, all []*task // let go by NotifyOne, by NotifyAll
		give := func() {
			if len(waiting) == 0 {
				permit = true
				return
			}
			one = append(one, waiting.letGo())
		}
		given, taken, merged := 0, 0, 0
		for range rapid.IntRange(0, 40).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"wait", "poll", "poll", "drop", "one", "one", "all", "try"}).Draw(rt, "step") {
			case "wait":
				ts.start("wait", 0, erase(n.Wait()))
			case "poll":
				t := ts.pick()
				switch {
				case t == nil:
				case slices.Contains(one, t):
					taken++
					one = slices.DeleteFunc(one, func(x *task) bool { return x == t })
					ts.poll(t, struct{}{}, true)
				case slices.Contains(all, t):
					ts.poll(t, struct{}{}, true)
				case permit && !slices.Contains(waiting, t):
					permit = false
					taken++
					ts.poll(t, struct{}{}, true)
				default:
					if !slices.Contains(waiting, t) {
						waiting = append(waiting, t)
					}
					ts.poll(t, nil, false)
				}
			case "drop":
				t := ts.pick()
				if t == nil {
					continue
				}
				waiting.leave(t)
				if i := slices.Index(one, t); i >= 0 {
					one = slices.Delete(one, i, i+1)
					if permit {
						merged++
					}
					give()
				}
				ts.drop(t)
			case "one":
				given++
				if permit {
					merged++
				}
				give()
				n.NotifyOne()
			case "all":
				for len(waiting) > 0 {
					all = append(all, waiting.letGo())
				}
				n.NotifyAll()
			case "try":
				if got := n.TryWait(); got != permit {
					rt.Fatalf("TryWait: %v, want %v", got, permit)
				}
				if permit {
					taken++
				}
				permit = false
			}
			ts.checkAll()
		}
		for _, t := range slices.Clone(ts.all) { // all tasks vanish
			waiting.leave(t)
			if i := slices.Index(one, t); i >= 0 {
				one = slices.Delete(one, i, i+1)
				if permit {
					merged++
				}
				give()
			}
			ts.drop(t)
		}
		stored := 0
		if n.TryWait() {
			stored = 1
		}
		if given != taken+merged+stored {
			rt.Errorf("%d notifications given, %d taken, %d merged, %d stored", given, taken, merged, stored)
		}
	})
}

// A notification for all is not passed on: everybody who waited got it.
func TestNotifyAllIsNotStored(t *testing.T) {
	var n primitives.Notify
	p := newProbe(t)
	n.NotifyAll()
	f := n.Wait()
	mustPend(t, f, p)
	n.NotifyAll()
	f.(interface{ Drop() }).Drop()
	if n.TryWait() {
		t.Error("NotifyAll left a permit")
	}
}
