package contract

import (
	"testing"
)

// facts is what a campaign learns of a subject from one call of mk.
type facts struct {
	Door    Door              `json:"door"`
	Profile string            `json:"profile"` // that it is held to
	Known   map[string]string `json:"known"`
	Lacks   map[string]string `json:"lacks"` // law → what the subject lacks to show it

	Tasks int  `json:"tasks"` // executor: most tasks at a time
	Busy  bool `json:"busy"`  // executor

	Opaque bool `json:"opaque"` // executor, parker
	Fire   bool `json:"fire"`   // future: has Fire
	Drop   bool `json:"drop"`   // future: has Drop
}

// fits reports whether the subject can take the scenario.
func (f facts) fits(sc Scenario) bool {
	return f.Tasks == 0 || len(sc.Scripts) <= f.Tasks*sc.Subjects
}

// A plug is what a campaign needs of a door and its mk.
type plug struct {
	door Door
	// inspect makes a subject, and reports what it is and how to end it without
	// use (nil: there is nothing to end); it says what is missing by a fault.
	inspect func(tb *plugTB) (f facts, end func())
	// same reports that two subjects made in one bubble are one.
	same func(r *run) bool
	// play runs a scenario in the bubble.
	play func(r *run)
}

func executorPlug(mk func(testing.TB) Executor) plug {
	return plug{
		door: ExecutorDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			ex := mk(tb)
			f := facts{Profile: ex.Profile, Known: ex.Known, Tasks: ex.Tasks, Busy: ex.Busy, Opaque: ex.Opaque, Lacks: map[string]string{}}
			if ex.Spawn == nil {
				tb.fault("Executor.Spawn is nil; it is required")
			}
			if ex.Inline {
				f.Lacks["W19"] = "the executor is declared Inline: it polls inside wake"
			}
			if ex.Busy {
				for _, law := range []string{"E7", "E8", "W17", "W18"} {
					f.Lacks[law] = "the executor is declared Busy: it polls without wakes"
				}
				for _, law := range []string{"W14", "E4", "E9", "E10", "E19"} {
					f.Lacks[law] = "the executor is declared Busy: operations happen inside its polls"
				}
			}
			if ex.Tasks == 1 {
				f.Lacks["E17"] = "the executor has one task at a time"
				f.Lacks["E19"] = "the executor has one task at a time"
			}
			return f, ex.Close
		},
		same: func(r *run) bool { return sameExecutor(r, mk(r.tb), mk(r.tb)) },
		play: func(r *run) { (&executorRun{run: r, mk: mk}).play() },
	}
}

func wakerPlug(mk func(testing.TB) Subject) plug {
	return plug{
		door: WakerDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk(tb)
			f := facts{Profile: s.Profile, Known: s.Known, Lacks: map[string]string{}}
			if s.Raw == nil {
				tb.fault("Subject.Raw is nil; it is required")
				return f, nil
			}
			if s.Wakes == nil {
				for _, law := range []string{"W2", "W14", "W18"} {
					f.Lacks[law] = "the subject has no Wakes"
				}
			}
			if s.Live == nil {
				for _, law := range []string{"W4", "W5", "W6", "W7"} {
					f.Lacks[law] = "the subject has no Live"
				}
			}
			if s.Freed == nil {
				f.Lacks["W8"] = "the subject has no Freed"
			}
			return f, s.Raw.Drop
		},
		same: func(r *run) bool {
			a, b := mk(r.tb), mk(r.tb)
			same := a.Wakes != nil && (identical(a.Raw, b.Raw) || sameCounts(a, b))
			endBoth(r, a.Raw.Drop, b.Raw.Drop)
			return same
		},
		play: func(r *run) { (&wakerRun{run: r, mk: mk}).play() },
	}
}

func parkerPlug(mk func(testing.TB) ParkerSubject) plug {
	return plug{
		door: ParkerDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk(tb)
			f := facts{Profile: s.Profile, Known: s.Known, Lacks: map[string]string{}, Opaque: s.Opaque}
			if s.Park == nil || s.Unpark == nil {
				tb.fault("ParkerSubject.Park or Unpark is nil; both are required")
			}
			if s.Spurious {
				for _, law := range []string{"P1", "P3", "P4"} {
					f.Lacks[law] = "the parker is declared Spurious: park may return without a token"
				}
			}
			return f, nil
		},
		same: func(r *run) bool { return sameParker(r, mk(r.tb), mk(r.tb)) },
		play: func(r *run) { (&parkerRun{run: r, mk: mk}).play() },
	}
}

func futurePlug[T comparable](mk func(testing.TB) FutureSubject[T]) plug {
	return plug{
		door: FutureDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk(tb)
			f := facts{Profile: s.Profile, Known: s.Known, Lacks: map[string]string{}, Fire: s.Fire != nil}
			if s.Future == nil {
				tb.fault("FutureSubject.Future is nil; it is required")
				return f, nil
			}
			u := futureOf(s)
			f.Drop = u.drop != nil
			if !f.Drop {
				f.Lacks["F11"] = "the future has no Drop"
			}
			if s.Never {
				f.Lacks["F1"] = "the future is declared pending for ever (X14)"
				f.Lacks["F2"] = f.Lacks["F1"]
			}
			return f, u.end()
		},
		same: func(r *run) bool {
			a, b := mk(r.tb), mk(r.tb)
			endBoth(r, futureOf(a).end(), futureOf(b).end())
			return identical(a.Future, b.Future)
		},
		play: func(r *run) {
			(&futureRun{run: r, mk: func(tb testing.TB) futureSubject { return futureOf(mk(tb)) }}).play()
		},
	}
}
