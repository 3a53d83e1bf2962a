//go:build !race

package enginetest

// Programs is how many of n random programs there is time for: all of them,
// without the race detector.
func Programs(n int) int { return n }

// RaceDetector says whether the race detector is on.
const RaceDetector = false
