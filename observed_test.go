//go:build !explore

package wakecheck_test

// explored says that the checks of this package explore every schedule of the
// subjects, whose code is built on models.
const explored = false
