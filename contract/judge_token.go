package contract

import "time"

// totalOrder is P8.
func totalOrder(h *history) *breach {
	p := h.parks()
	if h.declared.spurious > 0 {
		return nil
	}
	used := make([]bool, len(p.unparks))
	took := -1 // when the last token was taken, as early as can be; any unpark may have come after it
	for _, park := range p.parks {
		if park.end < 0 || !park.token {
			continue
		}
		// Of the unparks that may have left this token, the one that ends first:
		// none of the others ends before this park can take it.
		best := -1
		for n, u := range p.unparks {
			if used[n] || u.end >= 0 && u.end < took || u.begin > park.end {
				continue
			}
			if best < 0 || u.end >= 0 && (p.unparks[best].end < 0 || u.end < p.unparks[best].end) {
				best = n
			}
		}
		if best < 0 {
			return parkerBreach(park.end, "no order of all parks and unparks explains the token that this park took; want one token, left by an unpark and taken by one park")
		}
		used[best] = true
		took = max(took, park.begin, p.unparks[best].begin)
	}
	if h.blocked(func(span, span) bool { return true }) != nil {
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "no order of all parks and unparks explains that this park blocks: an unpark came after the last token was taken"}
	}
	return nil
}

// noUnwind is P10.
func noUnwind(h *history) *breach {
	for _, park := range h.parks().parks {
		if park.end >= 0 && park.last == Panicked {
			return parkerBreach(park.end, "park panicked: %s; want it to return", park.note)
		}
	}
	return nil
}

// unparkAfterExit is P11.
func unparkAfterExit(h *history) *breach {
	p := h.parks()
	for _, u := range p.unparks {
		if p.exit < 0 || u.begin < p.exit {
			continue
		}
		if b := h.harmed(u, "after the goroutine that parked had ended"); b != nil {
			return b
		}
	}
	return nil
}

// harmed reports an unpark that panicked or never returns.
func (h *history) harmed(u span, when string) *breach {
	switch {
	case u.end >= 0 && u.last == Panicked:
		return parkerBreach(u.end, "an unpark %s panicked: %s; want it harmless", when, u.note)
	case u.end < 0 && h.resting():
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "an unpark " + when + " never returns; want it harmless"}
	}
	return nil
}

// timeoutBound is P12.
func timeoutBound(h *history) *breach {
	for _, park := range h.parks().parks {
		if timeout := time.Duration(park.arg); park.arg > 0 && time.Duration(park.took) > latest(timeout) {
			return parkerBreach(park.end, "park for %v took %v; want it back by about then", timeout, time.Duration(park.took))
		}
	}
	return nil
}

// timeoutOrToken is P13.
func timeoutOrToken(h *history) *breach {
	p := h.parks()
	// meets returns the park with a timeout that u overlaps.
	meets := func(u span) *span {
		for n := range p.parks {
			if s := &p.parks[n]; s.arg > 0 && s.end >= 0 && u.begin < s.end && (u.end < 0 || u.end > s.begin) {
				return s
			}
		}
		return nil
	}
	if u := h.blocked(func(park, u span) bool {
		s := meets(u)
		return s != nil && !s.token && s.end < park.begin
	}); u != nil {
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "a park gave up at its timeout while an unpark came, and the next park blocks; want the token reported, or left for the next park"}
	}
	if park, before, _ := p.extraToken(); park != nil && before != nil {
		for _, u := range p.unparks {
			if s := meets(u); s != nil && s.token && s.begin == before.begin {
				return parkerBreach(park.end, "a park with a timeout reported the token of an unpark that came meanwhile, and the next park found it again; want one of the two")
			}
		}
	}
	return nil
}

// unparkAnswers is P15.
func unparkAnswers(h *history) *breach {
	p := h.parks()
	for n, u := range p.unparks {
		if u.end < 0 || u.note == "" || u.last == Panicked {
			continue
		}
		there, absent := false, true // the token, for sure, when u came
		for m, v := range p.unparks {
			if m == n || v.begin > u.end {
				continue
			}
			if v.end < 0 || v.end > u.begin || !p.taken(v.end, u.begin) {
				absent = false
			}
			if v.end >= 0 && v.last != Panicked && v.end < u.begin && !p.mayTake(v.begin, u.end) {
				there = true
			}
		}
		if there && u.note == "yes" {
			return parkerBreach(u.end, "an unpark says that it made the token available, and an unpark before it had; want no")
		}
		if absent && u.note == "no" {
			return parkerBreach(u.end, "an unpark says that the token was there, and there was none; want yes")
		}
	}
	return nil
}

// taken reports that a park began and took a token between two moments.
func (p *parks) taken(after, before int) bool {
	for _, s := range p.parks {
		if s.begin > after && s.end >= 0 && s.end < before && s.token {
			return true
		}
	}
	return false
}

// mayTake reports that a park may have taken a token between two moments.
func (p *parks) mayTake(after, before int) bool {
	for _, s := range p.parks {
		if s.begin < before && (s.end < 0 || s.end > after) && (s.token || s.end < 0 || s.last == Panicked) {
			return true
		}
	}
	return false
}

// zeroTimeout is P16.
func zeroTimeout(h *history) *breach {
	p := h.parks()
	for _, s := range p.parks {
		if s.arg >= 0 || s.end < 0 || s.last == Panicked {
			continue
		}
		if time.Duration(s.took) > latest(0) {
			return parkerBreach(s.end, "park with a timeout of zero took %v; want it back at once", time.Duration(s.took))
		}
		if s.token {
			continue
		}
		for _, u := range p.unparks {
			if u.end >= 0 && u.last != Panicked && u.end < s.begin && !p.mayTake(u.begin, s.end) {
				return parkerBreach(s.end, "park with a timeout of zero took no token, and one was there; want it taken")
			}
		}
	}
	return nil
}

// unparkElsewhere is P17.
func unparkElsewhere(h *history) *breach {
	p := h.parks()
	during := func(u span) bool {
		for _, away := range p.away {
			if u.begin > away.begin && (away.end < 0 || u.begin < away.end) {
				return true
			}
		}
		return false
	}
	for _, u := range p.unparks {
		if during(u) {
			if b := h.harmed(u, "while its owner waited elsewhere"); b != nil {
				return b
			}
		}
	}
	if u := h.blocked(func(_, u span) bool { return during(u) }); u != nil {
		return &breach{at: h.rest, evidence: h.evidence, blame: blameParker, reason: "park blocks although an unpark came while its owner waited elsewhere; want the token kept for it"}
	}
	return nil
}
