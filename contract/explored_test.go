//go:build explore

package contract_test

import _ "github.com/wakecheck/wakecheck/explore/driver"

// explored says that the checks of this package explore every schedule of the
// subjects of the gauntlet, whose code is built on models. Its other tests are of
// runs on goroutines.
const explored = true
