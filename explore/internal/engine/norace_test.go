//go:build !race

package engine

// raceDetector says whether this test was built with the race detector.
const raceDetector = false
