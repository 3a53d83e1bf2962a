package channel

import "reflect"

// selectNow is a Select of goroutines.
func selectNow(hasDefault bool, cases []Case) int {
	real := make([]reflect.SelectCase, 0, len(cases)+1)
	for i := range cases {
		c := &cases[i]
		if c.elem == nil {
			real = append(real, reflect.SelectCase{Dir: reflect.SelectRecv})
			continue
		}
		real = append(real, c.kind().real(hide(c.c), hide(c.v), c.send))
	}
	if hasDefault {
		real = append(real, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(real)
	if i == len(cases) {
		return -1
	}
	c := &cases[i]
	if !c.send && c.v != nil {
		c.kind().set(hide(c.v), v)
	}
	if c.ok != nil {
		*c.ok = ok
	}
	return i
}
