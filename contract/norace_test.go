//go:build !race

package contract_test

// raceDetector says that the tests are built with the race detector.
const raceDetector = false
