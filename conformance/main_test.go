package conformance

import (
	"testing"

	"github.com/panjf2000/ants/v2"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// Importing ants starts a pool, which nobody here uses.
	ants.Release()
	goleak.VerifyTestMain(m)
}
