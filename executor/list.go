package executor

// A fifo is a queue of tasks, linked through their next fields.
type fifo struct{ first, last *task }

func (q *fifo) push(t *task) {
	if q.first == nil {
		q.first = t
	} else {
		q.last.next = t
	}
	q.last = t
}

// pop returns nil if the queue is empty.
func (q *fifo) pop() *task {
	t := q.first
	if t == nil {
		return nil
	}
	q.first, t.next = t.next, nil
	if q.first == nil {
		q.last = nil
	}
	return t
}

// A liveList holds the tasks of an executor that have not ended, also those that
// nobody but their wakers knows: Close must find them. It is a ring through
// prevLive and nextLive.
type liveList struct{ root task }

func (l *liveList) insert(t *task) {
	r := &l.root
	if r.nextLive == nil {
		r.prevLive, r.nextLive = r, r
	}
	t.prevLive, t.nextLive = r.prevLive, r
	r.prevLive.nextLive = t
	r.prevLive = t
}

// remove does nothing if t is not in the list.
func (l *liveList) remove(t *task) {
	if l.has(t) {
		t.prevLive.nextLive, t.nextLive.prevLive = t.nextLive, t.prevLive
		t.prevLive, t.nextLive = nil, nil
	}
}

// has reports whether t, which is in no other list, is in this one.
func (l *liveList) has(t *task) bool { return t.nextLive != nil }

func (l *liveList) empty() bool {
	r := &l.root
	return r.nextLive == nil || r.nextLive == r
}

// take removes a task and returns it, or nil if the list is empty.
func (l *liveList) take() *task {
	if l.empty() {
		return nil
	}
	t := l.root.nextLive
	l.remove(t)
	return t
}
