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
	c := s.path[s.at]
	s.at++
	if c.toss {
		e.fail(Nondeterminism, nil, "the schedule has a toss at place %d, where a thread takes a step: was it made by another version of the program?", s.at)
		return e.keep(enabled)
	}
	if int(c.pick) < len(e.threads) {
		if id := e.threads[c.pick].id; enabled&(1<<id) != 0 {
			return id
		}
	}
	e.fail(Nondeterminism, nil, "the schedule wants thread %c at place %d, but those that can go on are %s: was it made by another version of the program?",
		digits[c.pick], s.at, e.names(enabled))
	return e.keep(enabled)
}

func (s *replay) choose(e *Engine, n int) int {
	if s.at >= len(s.path) {
		return 0
	}
	c := s.path[s.at]
	s.at++
	if !c.toss || int(c.pick) >= n {
		e.fail(Nondeterminism, e.running, "the schedule has no toss among %d at place %d: was it made by another version of the program?", n, s.at)
		return 0
	}
	return int(c.pick)
}

func (s *replay) step(*Engine, *Thread) {}
func (s *replay) end(*Engine)           {}

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
