package contract

import "slices"

// missing says, for laws that a trace can keep by having no occasion to break
// them, what occasion a trace lacks; "" if it has one. Judge does not call such a
// law kept. A campaign need not ask: its scenarios have occasions for all.
var missing = map[string]func(*history) string{
	"W14": unlessWoken,
	"W17": unlessWoken,
	"W19": unlessWoken,
	"E2":  unlessWoken,
	"E3":  unlessWokenWhile("no task was woken during its own poll", func(t *taskHistory, w span) bool { return t.open(w.begin) != nil }),
	"E4":  unlessWokenWhile("no task was woken between its polls", func(t *taskHistory, w span) bool { return t.open(w.begin) == nil }),
	"E22": unlessWokenWhile("no task woke itself", func(t *taskHistory, w span) bool {
		p := t.open(w.begin)
		return p != nil && p.thread == w.thread
	}),
	"E5":  needs(Ready, "no task was ready"),
	"E11": needs(Ready, "no task was ready"),
	"E6":  needs(Poll, "no task was polled"),
	"E7":  needs(Poll, "no task was polled"),
	"E8":  needs(Poll, "no task was polled"),
	"E14": needs(Poll, "no task was polled"),
	"F1": func(h *history) string {
		return unless(h.seen[Pending] || h.seen[Block], "no poll answered pending")
	},
	"F2":  needs(Pending, "no poll answered pending"),
	"F3":  needs(Pending, "no poll answered pending"),
	"F4":  unlessAnswered,
	"F7":  needs(Pending, "no poll answered pending"),
	"F9":  unlessAnswered,
	"F16": unlessAnswered,
	"F17": needs(Pending, "no poll answered pending"),
	"F20": needs(Pending, "no poll answered pending"),
	"E9": func(h *history) string {
		if h.subjects < 2 {
			return "one subject ran, and this law is about two"
		}
		return unlessWoken(h)
	},
	"E10": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool { return len(t.nests) > 0 }), "no run was nested in a poll")
	},
	"E17": func(h *history) string {
		spawned := 0
		for _, t := range h.tasks {
			if t.spawn >= 0 {
				spawned++
			}
		}
		if spawned < 2 {
			return "there was one task, and this law is about several"
		}
		return unlessWoken(h)
	},
	"E19": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool { return h.begun >= 0 && t.spawn > h.begun }), "no task was spawned while the executor ran")
	},
	"E15": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool { return h.staleWakes(t, len(h.events)) > 0 }), "no stale handle was woken")
	},
	"E16": needs(Compare, "no wakers of one task were compared"),
	"E20": needs(Idle, "nobody asked whether it was idle"),
	"E21": func(h *history) string { return unless(h.declared.fair > 0, "no bound is declared") },
	"E23": needs(Due, "no timer of its own was due"),
	"E24": needs(Watch, "no join was polled as a future: want a Task that is a Future[futures.Result[int]]"),
	"E25": needs(Unwatch, "no join that was polled as a future was given up"),
	"E26": needs(Cancel, "no task was cancelled"),
	"E27": needs(FutureDrop, "no future was dropped"),
	"E28": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			return slices.ContainsFunc(t.polls, func(p span) bool { return p.last == Panicked })
		}), "no poll panicked")
	},
	"E29": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			return slices.ContainsFunc(t.drops, func(d span) bool { return d.last == Panicked })
		}), "no drop panicked")
	},
	"P5":  needs(Spuriously, "no park was made to return"),
	"E32": needs(Unparks, "nobody counted unparks"),
	"E34": needs(Close, "it was not closed"),
	"E35": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			over := h.over(t.subject)
			return over >= 0 && slices.ContainsFunc(t.wakes, func(w span) bool { return w.begin > over })
		}), "no handle was used after the executor had ended")
	},
	"E36": needs(Close, "it was not closed"),
	"E37": func(h *history) string {
		return unless(h.any(h.unreachable), "no task was out of reach when it was closed")
	},
	"W3":  needs(Near, "no count of handles was put near its maximum"),
	"W11": needs(Compare, "no clones were compared"),
	"W22": needs(Inject, "nothing panicked in a wake"),
	"W25": needs(Replace, "no handle took the place of another"),
	"P11": needs(Exit, "the goroutine that parks went on"),
	"P12": needs(Took, "no park had a timeout"),
	"P13": needs(Took, "no park had a timeout"),
	"P16": needs(Took, "no park had a timeout"),
	"P17": needs(Elsewhere, "the owner waited nowhere else"),
	"P18": needs(Fetch, "nothing was fetched"),
	"F13": unlessPrimitive(needs(Reenter, "no waker called back: none was called where it could"), func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Thread == callback }) > 0, "no waker called back")
	}),
	"F14": unlessPrimitive(needs(Inject, "no waker panicked"), func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Kind == Panicked && e.Task == 0 }) > 0, "no waker panicked")
	}),
	"F21": unlessPrimitive(needs(Held, "the future said nothing of its values"), claims("model", "no model says what the operations may return")),
	"W10": needs(Compare, "no wakers of two tasks were compared"),
	"W12": func(h *history) string {
		late := h.compares(func(i int, _ bool, t, o *taskHistory) *breach {
			if o != t && o.ended >= 0 && o.ended < i {
				return new(breach)
			}
			return nil
		})
		return unless(late != nil, "no waker was compared with one of a task that had ended")
	},
	"W20": needs(FutureDrop, "no future was dropped"),
	"W13": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			late := func(s span) bool { return t.ended >= 0 && s.begin > t.ended }
			return slices.ContainsFunc(t.wakes, late) || slices.ContainsFunc(t.calls, late)
		}), "no handle of a task that had ended was used")
	},
	"W8": func(h *history) string {
		return unless(slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == Freed }), "the waker never said that it was freed")
	},
	"C8": claims("selective", "it is not declared to select"),
	"C10": func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Kind == Declare && e.Note == "handle" }) > 1, "there was one handle")
	},
	"C11": needs(FutureDrop, "nothing was dropped"),
	"C13": func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Kind == Panicked && e.Poll > 0 && e.Task >= firstChild }) > 0, "no child panicked")
	},
	"C14": claims("fair", "no bound is declared"),
	"C15": needs(Compare, "no wakers of one child were compared"),
	"C16": claims("selective", "it is not declared to select"),
	"C17": func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Kind == Declare && e.Note == "children" && e.Arg > 0 }) == 0, "there were children")
	},
	"C18": needs(Push, "no child was added"),
	"F11": func(h *history) string {
		return unless(slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == FutureDrop }), "the future was not dropped")
	},
}

func unlessWoken(h *history) string {
	return unless(h.seen[Wake] || h.seen[WakeByRef], "nothing was woken")
}

func unlessAnswered(h *history) string {
	return unless(h.seen[Pending] || h.seen[Ready], "no poll answered")
}

// unlessWokenWhile is an occasion that a wake of a task is that has not ended.
func unlessWokenWhile(lacks string, such func(t *taskHistory, w span) bool) func(*history) string {
	return func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			return slices.ContainsFunc(t.wakes, func(w span) bool { return (t.ended < 0 || w.begin < t.ended) && such(t, w) })
		}), lacks)
	}
}

// onlyWith names, for laws that nothing else can break, a kind of event without
// which a trace keeps them: their monitors need not read it.
var onlyWith = map[string]Kind{
	"W3": Near, "W8": Freed, "W10": Compare, "W11": Compare, "W12": Compare, "W20": FutureDrop, "W22": Inject, "W25": Replace, "W27": Rest,
	"P5": Spuriously, "P11": Exit, "P17": Elsewhere, "P18": Fetch,
	"F2": Rest, "F9": Rest, "F10": Started,
	"E1": Rest, "E2": Rest, "E3": Rest, "E4": Rest, "E8": Rest, "E9": Rest, "E10": Rest, "E16": Compare, "E17": Rest, "E19": Rest,
	"E20": Idle, "E22": Rest, "E23": Due, "E24": Watch, "E25": Unwatch, "E26": Cancel, "E27": FutureDrop, "E28": Panicked,
	"E29": FutureDrop, "E32": Unparks, "E36": Rest, "E37": Rest,
}

// monitorOf returns the monitor of a law, which does not read such a trace.
func monitorOf(law string) monitor {
	judge := monitors[law]
	kind, ok := onlyWith[law]
	if !ok {
		return judge
	}
	return func(h *history) *breach {
		if !h.seen[kind] {
			return nil
		}
		return judge(h)
	}
}

// needs is an occasion that an event of the kind is.
func needs(k Kind, lacks string) func(*history) string {
	return func(h *history) string {
		return unless(slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == k }), lacks)
	}
}

// unlessPrimitive asks one thing of a trace of a primitive and another of any other.
func unlessPrimitive(other, primitive func(*history) string) func(*history) string {
	return func(h *history) string {
		if h.ofPrimitive {
			return primitive(h)
		}
		return other(h)
	}
}

// claims is an occasion that a declaration is.
func claims(name, lacks string) func(*history) string {
	return func(h *history) string {
		return unless(h.count(func(e Event) bool { return e.Kind == Declare && e.Note == name && e.Arg > 0 }) > 0, lacks)
	}
}

// count returns how many events are such.
func (h *history) count(such func(Event) bool) (n int) {
	for _, e := range h.events {
		if such(e) {
			n++
		}
	}
	return n
}

func unless(ok bool, what string) string {
	if ok {
		return ""
	}
	return what
}

// any reports whether a task is such.
func (h *history) any(such func(*taskHistory) bool) bool {
	return slices.ContainsFunc(h.tasks, func(t taskHistory) bool { return such(&t) })
}

// ifAtRest is the history of events as if they ended at rest, or nil if a Rest is
// among them.
func ifAtRest(events []Event) *history {
	if slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rest }) {
		return nil
	}
	h := new(history)
	h.reset(append(slices.Clip(events), Event{Kind: Rest, Arg: int(Bubble)}))
	return h
}

// undecided says what of a law that is decided at rest stays open because the
// trace ends before a Rest: what would break it if the trace ended in one.
func undecided(law string, resting *history) string {
	if resting == nil || !decidedAtRest[law] {
		return ""
	}
	if b := monitors[law](resting); b != nil {
		return b.reason
	}
	return ""
}
