package contract

import (
	"slices"
	"strings"
)

// What a campaign found, as a verdict on each law.

// report turns what was found into a verdict on every selected law.
func (c *campaign) report() Report {
	r := Report{Subject: c.name, Door: c.plug.door, Scenarios: c.count, Seed: c.options.seed}
	if len(c.faults) > 0 {
		plug := Result{Law: plugFault, Verdict: Violated, At: -1, Reason: strings.Join(c.faults, "\n")}
		if c.faulty != nil {
			f := c.faulty
			plug.Scenario, plug.Trace, plug.Tries, plug.Schedule = &f.scenario, f.events, f.tries, f.schedule
		}
		r.Results = append(r.Results, plug)
	}
	for _, law := range Laws() {
		if !slices.Contains(law.Doors, c.plug.door) || !c.options.selects(law.ID) {
			continue
		}
		if law.binds(c.facts.Profile) {
			r.Results = append(r.Results, c.result(law.ID))
		} else if len(c.options.laws) > 0 { // it was asked for
			r.Results = append(r.Results, Result{Law: law.ID, Verdict: Skipped, At: -1,
				Reason: "a convention of the profiles " + strings.Join(law.Profiles, " and ") + ", and the subject declares none of them"})
		}
	}
	return r
}

func (c *campaign) result(law string) Result {
	known, isKnown := c.facts.Known[law]
	f := c.found[law]
	switch {
	case f != nil:
		res := f.breach.result(law)
		res.Trace, res.Scenario, res.Tries, res.Schedule = f.events, &f.scenario, f.tries, f.schedule
		if isKnown {
			res.Verdict, res.Reason = Known, known+" ("+res.Reason+")"
		}
		return res
	case c.facts.Lacks[law] != "":
		return Result{Law: law, Verdict: Skipped, At: -1, Reason: c.facts.Lacks[law] + c.said.about(law)}
	case c.unknown != "":
		return Result{Law: law, Verdict: Unknown, At: -1, Reason: c.unknown}
	case c.clean == 0 && c.tooLarge != "":
		return Result{Law: law, Verdict: Unknown, At: -1, Reason: "no scenario can be explored: " + c.tooLarge}
	case c.clean == 0:
		return Result{Law: law, Verdict: Unknown, At: -1, Reason: "no scenario ran without a fault of the plug"}
	case c.lacking[law] != "":
		return Result{Law: law, Verdict: Skipped, At: -1, Reason: "no scenario had an occasion: " + c.lacking[law]}
	case isKnown && (c.showsAlike(known) || c.explores()):
		return Result{Law: law, Verdict: Known, At: -1, Reason: known + " (not shown by these scenarios)"}
	case isKnown && c.whole:
		return Result{Law: law, Verdict: Violated, At: -1, Reason: "declared Known (" + known + "), and kept in every run; remove the note from Claims.Known"}
	}
	if c.explores() {
		return Result{Law: law, Verdict: Kept, At: -1, Evidence: c.means(law), Reason: c.coverage()}
	}
	return Result{Law: law, Verdict: Kept, At: -1, Evidence: c.means(law)}
}

// showsAlike reports whether a law was violated that is declared Known for the
// same reason.
func (c *campaign) showsAlike(reason string) bool {
	for law := range c.found {
		if c.facts.Known[law] == reason {
			return true
		}
	}
	return false
}

// means is how it is known that a law was kept.
func (c *campaign) means(law string) Evidence {
	switch {
	case c.explores() && c.cut == 0:
		return Schedules
	case c.explores() || !decidedAtRest[law] || c.facts.Busy:
		return Observed
	case c.facts.Opaque:
		return States
	}
	return Bubble
}
