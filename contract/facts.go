package contract

import (
	"fmt"
	"slices"
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

	Close bool `json:"close"` // executor
	Idle  bool `json:"idle"`  // executor
	Timer bool `json:"timer"` // executor
	Fair  int  `json:"fair"`  // executor, combinator
	Draws need `json:"draws"`

	Opaque bool `json:"opaque"` // executor, parker
	Fire   bool `json:"fire"`   // future: has Fire
	Drop   bool `json:"drop"`   // future, combinator: has Drop

	Least int  `json:"least,omitempty"` // combinator: fewest children
	Most  int  `json:"most,omitempty"`  // combinator: most children
	Push  bool `json:"push,omitempty"`  // combinator: has Push
	Share bool `json:"share,omitempty"` // combinator: has Share
	Near  bool `json:"near"`            // waker: has Near
	Hook  bool `json:"hook"`            // waker: has Hook

	Sleeper int `json:"sleeper"` // parker: how many wakers its Sleeper has

	Ops    []opFact `json:"ops"`    // primitive: its operations
	Serial bool     `json:"serial"` // primitive: no scenario is raced
}

// A need is what scenarios must hold, or may hold, because a law asks for it that
// binds the subject.
type need struct {
	Panics     bool `json:"panics"`     // in polls
	DropPanics bool `json:"dropPanics"` // in drops
	Reenter    bool `json:"reenter"`    // calls in drops, and in wakers
	CloseEarly bool `json:"closeEarly"` // before all tasks have ended
	Forget     bool `json:"forget"`     // tasks whose handles are gone
	HungWakes  bool `json:"hungWakes"`  // a wake that does not return is no fault of the plug
	Collect    bool `json:"collect"`    // the garbage collector is run
}

// plan says what scenarios hold for the laws that bind the subject.
func (f *facts) plan() {
	may := func(laws ...string) bool {
		return slices.ContainsFunc(laws, func(law string) bool { return binds(law, f.Profile) && f.Lacks[law] == "" })
	}
	if f.Door == ParkerDoor && explorer != nil && f.Lacks["P12"] == "" {
		f.Lacks["P12"] = "where schedules are explored time passes also while a thread could go on: this law is judged where nothing is explored"
	}
	if f.Door == CombinatorDoor {
		if explorer != nil && f.Lacks["C12"] == "" {
			f.Lacks["C12"] = "the garbage collector sees what was held under another schedule, too: this law is judged where nothing is explored"
		}
		f.Draws = need{Panics: may("C13"), DropPanics: may("C11"), Collect: may("C12")}
	}
	if f.Door == ExecutorDoor {
		if f.Profile == "index" && f.Lacks["W17"] == "" {
			f.Lacks["W17"] = "in the profile index a stale wake may cost a poll too (E15)"
		}
		f.Draws = need{
			Panics: may("E28"), DropPanics: may("E29"), Reenter: may("E33", "E36"),
			CloseEarly: may("E34", "E36", "E37"), Forget: may("E37"), HungWakes: may("W27"),
		}
	}
}

// fits reports whether the subject can take the scenario.
func (f facts) fits(sc Scenario) bool {
	if f.Door == CombinatorDoor {
		return f.fitsChildren(sc)
	}
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
			f := facts{
				Profile: ex.Profile, Known: ex.Known, Lacks: map[string]string{},
				Tasks: ex.Tasks, Busy: ex.Busy, Opaque: ex.Opaque,
				Close: ex.Close != nil, Idle: ex.Idle != nil, Timer: ex.Timer != nil, Fair: ex.Fair,
			}
			if ex.Spawn == nil {
				tb.fault("Executor.Spawn is nil; it is required")
			}
			lackExecutor(f, ex)
			return f, ex.Close
		},
		same: func(r *run) bool { return sameExecutor(r, mk(r.tb), mk(r.tb)) },
		play: func(r *run) { (&executorRun{run: r, mk: mk}).play() },
	}
}

// lackExecutor notes what an executor lacks to show laws.
func lackExecutor(f facts, ex Executor) {
	lack := func(missing bool, why string, laws ...string) {
		for _, law := range laws {
			if missing && f.Lacks[law] == "" {
				f.Lacks[law] = why
			}
		}
	}
	lack(ex.Busy, "the executor is declared Busy: it polls without wakes", "E7", "E8", "E15", "W17", "W18")
	lack(ex.Busy, "the executor is declared Busy: operations happen inside its polls",
		"W14", "W27", "E4", "E9", "E10", "E19", "E20", "E22", "E23", "E24", "E26", "E28", "E29", "E33", "E34", "E35", "E36", "E37")
	lack(ex.Inline, "the executor is declared Inline: it polls inside wake", "W19", "W20")
	lack(ex.Tasks == 1, "the executor has one task at a time", "E17", "E19", "E21", "E23", "W12")
	lack(ex.Tasks == 1, "the executor has one task, and whoever waits for that runs it", "E26", "E28", "E29")
	lack(ex.Run == nil || ex.Threads > 1, "not one goroutine polls alone", "E27", "E32")
	lack(ex.Threads <= 1, "one worker polls", "E18", "E30", "E31")
	lack(ex.Close == nil, "the executor has no Close", "E34", "E36", "E37")
	lack(ex.Idle == nil, "the executor has no Idle", "E20")
	lack(ex.Fair == 0, "the executor declares no bound (Fair)", "E21")
	lack(ex.Fair > mostFair, fmt.Sprintf("the executor declares Fair %d, and no scenario has a task that wakes itself more than %d times", ex.Fair, mostFair+1), "E21")
	lack(ex.Timer == nil, "the executor has no Timer", "E23")
	lack(ex.ParkWith == nil, "the executor has no ParkWith", "P5")
	lack(ex.Unparks == nil, "the executor has no Unparks", "E32")
	lack(!ex.Stable, "the executor does not claim Stable wakers, which it need not have (X3)", "E16")
}

func wakerPlug(mk func(testing.TB) Subject) plug {
	return plug{
		door: WakerDoor,
		inspect: func(tb *plugTB) (facts, func()) {
			s := mk(tb)
			f := facts{Profile: s.Profile, Known: s.Known, Lacks: s.lacks(), Near: s.Near != nil, Hook: s.Hook != nil}
			if s.Raw == nil {
				tb.fault("Subject.Raw is nil; it is required")
				return f, nil
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
			if s.Sleeper == nil {
				f.Lacks["P18"] = "the parker has no Sleeper"
			} else {
				f.Sleeper = s.Sleeper.Wakers
			}
			if s.Park == nil || s.Unpark == nil {
				tb.fault("ParkerSubject.Park or Unpark is nil; both are required")
			}
			if s.Spurious {
				for _, law := range []string{"P1", "P3", "P4", "P7", "P8", "P13", "P15"} {
					f.Lacks[law] = "the parker is declared Spurious: park may return without a token"
				}
			}
			if s.ParkTimeout == nil {
				for _, law := range []string{"P12", "P13", "P16"} {
					f.Lacks[law] = "the parker has no ParkTimeout"
				}
			} else if s.Opaque {
				for _, law := range []string{"P12", "P13"} {
					f.Lacks[law] = "the parker is declared Opaque: virtual time stands still for it"
				}
			}
			if s.UnparkFirst == nil {
				f.Lacks["P15"] = "the parker has no UnparkFirst"
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
			if s.Started == nil {
				f.Lacks["F10"] = "the future has no Started"
			}
			if s.Held == nil {
				f.Lacks["F21"] = "the future has no Held"
			}
			if s.Fire == nil {
				f.Lacks["F5"] = "the future has no Fire: it completes by itself"
				f.Lacks["F6"], f.Lacks["F22"] = f.Lacks["F5"], f.Lacks["F5"]
			}
			if s.Bound {
				f.Lacks["F20"] = "the future is declared Bound to one goroutine"
			}
			if s.Never {
				f.Lacks["F1"] = "the future is declared pending for ever (X14)"
				f.Lacks["F2"] = f.Lacks["F1"]
			}
			return f, u.end()
		},
		same: func(r *run) bool {
			a, b := mk(r.tb), mk(r.tb)
			if identical(a.Future, b.Future) {
				return true
			}
			x, y := futureOf(a), futureOf(b)
			same := sameFuture(r, x, y)
			endBoth(r, x.end(), y.end())
			return same
		},
		play: func(r *run) {
			(&futureRun{run: r, mk: func(tb testing.TB) futureSubject { return futureOf(mk(tb)) }}).play()
		},
	}
}
