//go:build !explore

package executor

import (
	"reflect"
	"testing"
)

// What a task that waits costs, without its future. It is about the real atomics,
// and not about the models that the tag puts in their place.
func TestTaskIsSmall(t *testing.T) {
	if size := reflect.TypeFor[Handle[int]]().Size(); size > 96 {
		t.Errorf("%d bytes, want 96 at most: that is a size class, and the next one is 112", size)
	}
}
