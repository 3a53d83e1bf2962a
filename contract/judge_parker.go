package contract

import "fmt"

// parks is what the parker's monitors ask of a trace.
type parks struct {
	sorted  bool // the trace has been looked at
	parks   []span
	unparks []span
	away    []span // the owner waited for something else
	exit    int    // index of the Exit, or -1
}

func (h *history) parks() *parks {
	p := &h.parking
	if p.sorted {
		return p
	}
	p.sorted, p.exit = true, -1
	for i, e := range h.events {
		switch e.Kind {
		case Park:
			p.parks = append(p.parks, span{begin: i, end: -1, thread: e.Thread, arg: e.Arg, took: -1})
		case Unpark:
			p.unparks = append(p.unparks, span{begin: i, end: -1, thread: e.Thread})
		case Elsewhere:
			p.away = append(p.away, span{begin: i, end: -1, thread: e.Thread})
		case Exit:
			p.exit = i
		case Took:
			if s := lastOpen(p.parks, e.Thread); s != nil {
				s.took = e.Arg
			}
		case Return, Panicked:
			for _, spans := range [...][]span{p.parks, p.unparks, p.away} {
				if s := lastOpen(spans, e.Thread); s != nil {
					s.end, s.token, s.last, s.note = i, e.Arg == 1, e.Kind, e.Note
					break
				}
			}
		}
	}
	return p
}

// lastOpen returns the latest span of a thread if it has not ended, or nil.
func lastOpen(spans []span, thread int) *span {
	for n := len(spans) - 1; n >= 0; n-- {
		if s := &spans[n]; s.thread == thread {
			if s.end < 0 {
				return s
			}
			return nil
		}
	}
	return nil
}

func parkerBreach(at int, format string, args ...any) *breach {
	return &breach{at: at, blame: blameParker, reason: fmt.Sprintf(format, args...)}
}

// extraToken returns the first park that took a token which cannot have been
// there, the token-taking park before it (nil: none), and how many unparks came
// before that one since the last.
func (p *parks) extraToken() (park, before *span, unparks int) {
	taken := 0
	var prev *span
	since := -1 // begin of the park before prev
	for i := range p.parks {
		s := &p.parks[i]
		if s.end < 0 || !s.token {
			continue
		}
		taken++
		begun, late, n := 0, false, 0
		for _, u := range p.unparks {
			if u.begin > s.end {
				continue
			}
			begun++
			if prev != nil {
				late = late || u.end < 0 || u.end > prev.begin
				if u.begin > since && u.begin < prev.end {
					n++
				}
			}
		}
		switch {
		case taken > begun: // more than all the unparks there were: not one too few taken
			return s, prev, min(n, 1)
		case prev != nil && !late:
			return s, prev, max(n, 2)
		}
		if prev != nil {
			since = prev.begin
		}
		prev = s
	}
	return nil, nil, 0
}

// tokenAbsent is P1.
func tokenAbsent(h *history) *breach {
	if h.declared.spurious > 0 {
		return nil
	}
	if park, before, _ := h.parks().extraToken(); park != nil && before == nil {
		return parkerBreach(park.end, "park returned and nobody had unparked; want a fresh parker to have no token")
	}
	return nil
}

// tokenBinary is P3.
func tokenBinary(h *history) *breach {
	if h.declared.spurious > 0 {
		return nil
	}
	if park, before, n := h.parks().extraToken(); park != nil && before != nil && n >= 2 {
		return parkerBreach(park.end, "%d unparks made two parks return; want them to leave one token", n)
	}
	return nil
}

// parkConsumes is P4.
func parkConsumes(h *history) *breach {
	if h.declared.spurious > 0 {
		return nil
	}
	if park, before, n := h.parks().extraToken(); park != nil && before != nil && n < 2 {
		return parkerBreach(park.end, "one unpark made two parks return; want the first to take the token")
	}
	return nil
}

// blocked returns the park that is blocked at rest and an unpark that should
// have ended it, for which which is true.
func (h *history) blocked(which func(park, unpark span) bool) *span {
	if !h.resting() {
		return nil
	}
	p := h.parks()
	if len(p.parks) == 0 || p.parks[len(p.parks)-1].end >= 0 {
		return nil
	}
	park := p.parks[len(p.parks)-1]
	last := -1
	for _, s := range p.parks {
		if s.end >= 0 && (s.token || s.last == Panicked) { // what panicked may have taken it
			last = s.end
		}
	}
	for _, u := range p.unparks {
		if u.begin > last && u.last != Panicked && which(park, u) {
			return &u
		}
	}
	return nil
}

// unparkThenPark is P2.
func unparkThenPark(h *history) *breach {
	if u := h.blocked(func(park, u span) bool { return u.end >= 0 && u.end < park.begin }); u != nil {
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "park blocks although an unpark came before it; want it to return at once"}
	}
	return nil
}

// unparkNotLost is P6.
func unparkNotLost(h *history) *breach {
	if u := h.blocked(func(park, u span) bool { return u.begin > park.begin }); u != nil {
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "park blocks although an unpark came while it went to sleep or slept; want it to return"}
	}
	return nil
}
