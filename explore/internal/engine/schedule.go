package engine

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// A schedule is written as one digit for each step, the thread that took it in
// the order of starting (0 is the body; 0-9, a-z, A-Z, then - and _), and for
// each toss a dot and the digit of its outcome: "1120.10". Where a thread takes
// many steps in a row a number in braces counts them: "1{9999}2". The number is
// also what stands for an outcome that has no digit: ".{64}".
const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"

const (
	longRun = 8         // how many equal steps are worth being counted
	most    = 1<<15 - 1 // the largest number in braces: longer runs are counted in parts
)

func (e *Engine) schedule() string { return formatSchedule(e.path) }

func formatSchedule(path []choice) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		c, run := path[i], 1
		for !c.toss && run < most && i+run < len(path) && path[i+run] == c {
			run++
		}
		if run < longRun {
			run = 1
		}
		i += run
		if c.toss {
			b.WriteByte('.')
		}
		if int(c.pick) < len(digits) {
			b.WriteByte(digits[c.pick])
		} else {
			fmt.Fprintf(&b, "{%d}", c.pick)
		}
		if run > 1 {
			fmt.Fprintf(&b, "{%d}", run)
		}
	}
	return b.String()
}

// PrefixOfSchedule returns the first n choices of a schedule that an
// exploration has made, of which SizeOfSchedule tells how many there are.
func PrefixOfSchedule(s string, n int) string {
	path, err := parseSchedule(s)
	if err != nil {
		panic(err)
	}
	return formatSchedule(path[:n])
}

// SizeOfSchedule counts the choices of a schedule, and those among them that
// are steps.
func SizeOfSchedule(s string) (choices, steps int) {
	path, err := parseSchedule(s)
	if err != nil {
		panic(err)
	}
	for _, c := range path {
		if !c.toss {
			steps++
		}
	}
	return len(path), steps
}

func parseSchedule(s string) ([]choice, error) {
	var path []choice
	for i := 0; i < len(s); i++ {
		toss := s[i] == '.'
		if toss {
			if i++; i == len(s) {
				return nil, fmt.Errorf("schedule: want the outcome of a toss after the dot at its end, column %d", i)
			}
		}
		n, end, counted, err := braces(s, i)
		switch {
		case err != nil:
			return nil, err
		case counted && toss:
			path = append(path, choice{toss: true, pick: int16(n)})
			i = end
		case counted && len(path) > 0 && !path[len(path)-1].toss:
			for range n - 1 {
				path = append(path, path[len(path)-1])
			}
			i = end
		case counted:
			return nil, fmt.Errorf("schedule, column %d: a number in braces must follow the thread whose steps it counts", i+1)
		default:
			k := strings.IndexByte(digits, s[i])
			if k < 0 {
				return nil, fmt.Errorf("schedule, column %d: want a thread (0-9, a-z, A-Z, -, _), a dot or a number in braces, got %q", i+1, s[i])
			}
			path = append(path, choice{toss: toss, pick: int16(k)})
		}
	}
	return path, nil
}

// braces reads a number in braces at column i, if there is one.
func braces(s string, i int) (n, end int, ok bool, err error) {
	if s[i] != '{' {
		return 0, 0, false, nil
	}
	inside, _, closed := strings.Cut(s[i+1:], "}")
	n, err = strconv.Atoi(inside)
	if !closed || err != nil || n < 1 || n > most {
		return 0, 0, false, fmt.Errorf("schedule, column %d: want a number from 1 to %d in braces, got %q", i+1, most, s[i:])
	}
	return n, i + 1 + len(inside), true, nil
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

// end finds that there is more in the schedule than the execution had.
func (s *replay) end(e *Engine) {
	if e.failure == nil && !e.restart && s.at < len(s.path) {
		e.mismatch(s.at, s.path[s.at].String(), "the execution has come to its end")
	}
}

// follow returns the thread that c, at place i of a schedule, wants to take a
// step.
func (e *Engine) follow(c choice, i int, enabled uint64) int {
	switch {
	case c.toss:
		e.mismatch(i, c.String(), "the next to come is a step, of %s", e.names(enabled))
	case int(c.pick) >= len(e.threads) || enabled&(1<<e.threads[c.pick].id) == 0:
		e.mismatch(i, c.String(), "those that can take one are %s", e.names(enabled))
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
		e.mismatch(i, c.String(), "%s makes a choice among %d", e.called(e.running), n)
	case int(c.pick) >= n:
		e.mismatch(i, c.String(), "%s makes one among %d", e.called(e.running), n)
	default:
		return int(c.pick)
	}
	return 0
}

func (e *Engine) mismatch(i int, want, format string, args ...any) {
	e.fail(Nondeterminism, nil, "choice %d of the schedule is %s, but %s", i+1, want, fmt.Sprintf(format, args...))
}

// repeats fails the execution unless the threads that can go on after n steps are
// those of the execution before, in which these were the same steps.
func (e *Engine) repeats(n int, now, before uint64) bool {
	if now == before {
		return true
	}
	e.fail(Nondeterminism, nil, "after step %d the threads that can go on are %s; with the same schedule before they were %s",
		n, e.names(now), e.names(before))
	return false
}

// names lists the threads of a set.
func (e *Engine) names(set uint64) string {
	if set == 0 {
		return "none"
	}
	var names []string
	for m := set; m != 0; m &= m - 1 {
		name := "one that is not there"
		if t := e.byID[bits.TrailingZeros64(m)]; t != nil {
			name = e.called(t)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
