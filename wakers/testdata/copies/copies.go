// Package copies copies what must not be copied: go vet must report each line
// that says so, and no other.
package copies

import "github.com/wakecheck/wakecheck/wakers"

type holder struct{ w wakers.Waker }

func _() {
	var waker wakers.Waker
	waker2 := waker // copy
	var held holder
	held2 := held // copy
	var parker wakers.Parker
	parker2 := parker // copy
	var parking wakers.Parking
	parking2 := parking // copy
	var counting wakers.Counting
	counting2 := counting // copy
	var cell wakers.Cell
	cell2 := cell // copy
	_, _, _, _, _, _ = &waker2, &held2, &parker2, &parking2, &counting2, &cell2
}
