package engine

import (
	"fmt"
	"math/bits"
	"strings"
)

// A schedule is written as one digit for each step, the thread that took it in
// the order of starting (0 is the body; 0-9, a-z, A-Z, then - and _), and for
// each toss a dot and the digit of its outcome: "1120.10".
const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"

func (e *Engine) schedule() string {
	var b strings.Builder
	for _, c := range e.path {
		if c.toss {
			b.WriteByte('.')
			if int(c.pick) >= len(digits) {
				fmt.Fprintf(&b, "(%d)", c.pick)
				continue
			}
		}
		b.WriteByte(digits[c.pick])
	}
	return b.String()
}

// ParseSchedule checks that s is a schedule.
func ParseSchedule(s string) error {
	_, err := parseSchedule(s)
	return err
}

func parseSchedule(s string) ([]choice, error) {
	var path []choice
	for i := 0; i < len(s); i++ {
		c := choice{toss: s[i] == '.'}
		if c.toss {
			i++
		}
		switch {
		case i == len(s):
			return nil, fmt.Errorf("schedule: the dot at its end, column %d, must be followed by the outcome of a toss", i)
		case c.toss && s[i] == '(':
			end := strings.IndexByte(s[i:], ')')
			if end < 0 {
				return nil, fmt.Errorf("schedule, column %d: ( without )", i+1)
			}
			if _, err := fmt.Sscanf(s[i:i+end+1], "(%d)", &c.pick); err != nil || c.pick < 0 {
				return nil, fmt.Errorf("schedule, column %d: want a number in parentheses, got %q", i+1, s[i:i+end+1])
			}
			i += end
		default:
			k := strings.IndexByte(digits, s[i])
			if k < 0 {
				return nil, fmt.Errorf("schedule, column %d: want a thread (0-9, a-z, A-Z, -, _) or a dot, got %q", i+1, s[i])
			}
			c.pick = int16(k)
		}
		path = append(path, c)
	}
	return path, nil
}

// replay follows a schedule. Beyond its end the thread that ran goes on while
// it can.
type replay struct {
	path []choice
	at   int
	ran  bool
}

func (s *replay) begin(*Engine) bool {
	s.at = 0
	defer func() { s.ran = true }()
	return !s.ran
}

func (s *replay) next(e *Engine, enabled uint64) int {
	if s.at >= len(s.path) {
		return e.keep(enabled)
	}
	s.at++
	return e.follow(s.path[s.at-1], s.at-1, enabled)
}

func (s *replay) choose(e *Engine, n int) int {
	if s.at >= len(s.path) {
		return 0
	}
	s.at++
	return e.followToss(s.path[s.at-1], s.at-1, n)
}

func (s *replay) step(*Engine, *Thread) {}
func (s *replay) end(*Engine)           {}

// follow returns the thread that c, at place i of a schedule, wants to take a
// step.
func (e *Engine) follow(c choice, i int, enabled uint64) int {
	switch {
	case c.toss:
		e.mismatch(i, "a toss", "threads %s can take a step", e.names(enabled))
	case int(c.pick) >= len(e.threads) || enabled&(1<<e.threads[c.pick].id) == 0:
		e.mismatch(i, "a step of thread "+digits[c.pick:c.pick+1], "only %s can take one", e.names(enabled))
	default:
		return e.threads[c.pick].id
	}
	return e.keep(enabled)
}

// followToss returns the outcome that c, at place i of a schedule, wants of a
// toss among n.
func (e *Engine) followToss(c choice, i, n int) int {
	switch {
	case !c.toss:
		e.mismatch(i, "a step of thread "+digits[c.pick:c.pick+1], "%s makes a choice among %d", e.running.name, n)
	case int(c.pick) >= n:
		e.mismatch(i, fmt.Sprintf("outcome %d of a choice", c.pick), "%s makes one among %d", e.running.name, n)
	default:
		return int(c.pick)
	}
	return 0
}

func (e *Engine) mismatch(i int, want, format string, args ...any) {
	e.fail(Nondeterminism, nil, "place %d of the schedule wants %s, but %s: was it made by another version of the program, or does the body depend on more than the schedule (time, map order, addresses, package variables)?",
		i+1, want, fmt.Sprintf(format, args...))
}

// names lists the threads of a set.
func (e *Engine) names(set uint64) string {
	if set == 0 {
		return "none"
	}
	var names []string
	for m := set; m != 0; m &= m - 1 {
		if t := e.byID[bits.TrailingZeros64(m)]; t != nil {
			names = append(names, t.name)
		}
	}
	return strings.Join(names, ", ")
}
