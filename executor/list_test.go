package executor

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A liveList against a slice; removing twice is allowed.
func TestLiveList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l liveList
		var tasks [5]task
		var want []*task
		for _, op := range rapid.SliceOf(rapid.IntRange(0, 2*len(tasks))).Draw(t, "ops") {
			switch {
			case op == 0:
				var first *task
				if len(want) > 0 {
					first, want = want[0], want[1:]
				}
				if got := l.take(); got != first {
					t.Fatalf("take: got %p, want %p", got, first)
				}
			case op <= len(tasks):
				tk := &tasks[op-1]
				l.remove(tk)
				want = slices.DeleteFunc(want, func(w *task) bool { return w == tk })
			default:
				tk := &tasks[op-len(tasks)-1]
				if !l.has(tk) {
					l.insert(tk)
					want = append(want, tk)
				}
			}
			if l.empty() != (len(want) == 0) {
				t.Fatalf("empty: got %t with %d tasks", l.empty(), len(want))
			}
			for i := range tasks {
				if l.has(&tasks[i]) != slices.Contains(want, &tasks[i]) {
					t.Fatalf("has: wrong for task %d", i)
				}
			}
		}
	})
}
