package contract

import "reflect"

// identical reports whether a and b are one and the same object: equal
// pointers to something that has a size.
func identical(a, b any) bool {
	if a == nil || b == nil {
		return false
	}
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Kind() == reflect.Pointer && t.Elem().Size() > 0 && a == b
}
