package contract

import "slices"

// missing says, for laws that a trace can keep by having no occasion to break
// them, what occasion a trace lacks; "" if it has one. Judge does not call such a
// law kept. A campaign need not ask: its scenarios have occasions for all.
var missing = map[string]func(*history) string{
	"E9": func(h *history) string {
		return unless(h.subjects > 1, "one subject ran, and this law is about two")
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
		return unless(spawned > 1, "there was one task, and this law is about several")
	},
	"E19": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool { return h.begun >= 0 && t.spawn > h.begun }), "no task was spawned while the executor ran")
	},
	"W13": func(h *history) string {
		return unless(h.any(func(t *taskHistory) bool {
			late := func(s span) bool { return t.ended >= 0 && s.begin > t.ended }
			return slices.ContainsFunc(t.wakes, late) || slices.ContainsFunc(t.calls, late)
		}), "no handle of a task that had ended was used")
	},
	"W8": func(h *history) string {
		return unless(slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == Freed }), "the waker never said that it was freed")
	},
	"F11": func(h *history) string {
		return unless(slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == FutureDrop }), "the future was not dropped")
	},
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

// undecided says what of a law that is decided at rest stays open because the
// trace ends before a Rest: what would break it if the trace ended in one.
func undecided(law string, events []Event) string {
	if !decidedAtRest[law] || slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Rest }) {
		return ""
	}
	var h history
	h.reset(append(slices.Clip(events), Event{Kind: Rest, Arg: int(Bubble)}))
	if b := monitors[law](&h); b != nil {
		return b.reason
	}
	return ""
}
