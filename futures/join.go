package futures

import (
	"fmt"
	"slices"
)

// Join returns a future that waits for all of fs and is ready with their
// values, in the order of fs. Without futures it is ready at once with an
// empty slice. It panics if one of fs is nil.
//
// Each poll polls every future that was not ready yet, once, in order, and
// lends it the parent's own waker. So whatever a child does with its waker
// reaches the task that polls now, at no cost for a waker in between; the
// price is that one child's wake polls them all, which the contract permits
// and which is right for a handful of futures. A child that is ready is let go
// at once and not polled again. Drop drops those that were not ready.
func Join[T any](fs ...Future[T]) Future[[]T] {
	return &join[T]{
		children: children("Join", fs),
		values:   make([]T, len(fs)),
		left:     len(fs),
	}
}

type join[T any] struct {
	children []Future[T] // nil: was ready
	values   []T
	left     int // children that were not ready yet
	stage    stage
}

func (j *join[T]) Poll(cx *Context) (vs []T, ready bool) {
	j.stage.mustBePending("Join")
	j.stage = stagePanicked // until all children have returned
	for i, f := range j.children {
		if f == nil {
			continue
		}
		if v, ok := f.Poll(cx); ok {
			j.children[i] = nil
			j.values[i] = v
			j.left--
		}
	}
	if j.left > 0 {
		j.stage = stagePending
		return nil, false
	}
	j.stage = stageReady
	return j.values, true
}

func (j *join[T]) Drop() {
	j.stage = stageDropped
	dropAll(j.children)
}

// children returns a copy of fs, after a check that all are there.
func children[T any](name string, fs []Future[T]) []Future[T] {
	for i, f := range fs {
		if f == nil {
			panic(fmt.Sprintf("futures: %s: argument %d of %d is nil, not a future", name, i+1, len(fs)))
		}
	}
	return slices.Clone(fs)
}

// dropAll drops what is left of a combinator's children, each once, and also
// if the Drop of one panics.
func dropAll[T any](fs []Future[T]) {
	left := slices.Clone(fs)
	clear(fs)
	forEach(left, Drop[T])
}
