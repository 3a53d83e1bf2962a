//go:build race

package enginetest

// Programs is how many of n random programs there is time for: the race
// detector makes explorations slower by far, and has nothing to find in them
// but what one program shows as well as another.
func Programs(n int) int { return n / 20 }

// RaceDetector says whether the race detector is on.
const RaceDetector = true
