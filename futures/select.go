package futures

// Selected is the answer of Select: the value of the first future that was
// ready, and which one it was.
type Selected[T any] struct {
	Index int // its place among the arguments of Select; -1: there were none
	Value T
}

// Select returns a future that is ready with the value of the first of fs that
// is ready. Before it answers, it drops the others, whether they were polled
// or not. Without futures there is nothing to wait for: it is ready at once
// with Index -1. It panics if one of fs is nil.
//
// Each poll polls the futures once, in the order of the arguments, until one
// is ready: if several are, the earliest argument wins. As in Join, the
// children get the parent's own waker. Drop drops all of them.
func Select[T any](fs ...Future[T]) Future[Selected[T]] {
	return &selection[T]{children: children("Select", fs)}
}

type selection[T any] struct {
	children []Future[T]
	stage    stage
}

func (s *selection[T]) Poll(cx *Context) (first Selected[T], ready bool) {
	s.stage.mustBePending("Select")
	s.stage = stagePanicked // until all children have returned
	if len(s.children) == 0 {
		s.stage = stageReady
		return Selected[T]{Index: -1}, true
	}
	for i, f := range s.children {
		if v, ok := f.Poll(cx); ok {
			s.children[i] = nil
			dropAll(s.children)
			s.stage = stageReady
			return Selected[T]{Index: i, Value: v}, true
		}
	}
	s.stage = stagePending
	return first, false
}

func (s *selection[T]) Drop() {
	s.stage = stageDropped
	dropAll(s.children)
}
